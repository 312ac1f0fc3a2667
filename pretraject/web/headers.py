"""Headers that every answer carries, errors included."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, make_response, request
from flask.wrappers import Response

from pretraject.core.ground import Ground
from pretraject.web.context import EXTENSION

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def add_headers(response: Response) -> Response:
    """Add what the answer does not say itself."""
    said = {name.lower() for name, _value in response.headers}
    wanted = HEADERS | strict(current_app)
    if "cache-control" not in said:
        wanted["Cache-Control"] = "private, no-store" if request.cookies else "no-cache"
    response.headers.extend({name: value for name, value in wanted.items() if name.lower() not in said})
    response.vary.add("Cookie")
    return response


def strict(app: Flask) -> dict[str, str]:
    """Return the header that keeps browsers on https, where people reach the site that way."""
    secure = cast(Ground, app.extensions[EXTENSION]).config.secure
    return {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if secure else {}


def unstored(view: View) -> View:
    """Mark a view whose pages nobody may keep: not the browser, nothing on the way to it."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return cast(View, answer)


def init_headers(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(add_headers)
