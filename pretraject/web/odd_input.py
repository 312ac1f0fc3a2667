"""Input that no browser sends and no database keeps is refused at the door."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, NotFound

NUL = "\0"

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(limit: int) -> Callable[[View], View]:
    """Mark a view whose body may have more bytes than a form."""

    def mark(view: View) -> View:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def allow_more() -> None:
    """Let the body of a view that says so be longer."""
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "body_limit", None)
    if limit is not None:
        request.max_content_length = limit


def refuse_half() -> None:
    """Refuse a form of which only the beginning arrived, before anybody takes it for a whole one.

    Servers end the input where the connection ended; half an answer would replace a whole one.
    """
    try:
        received = request.get_data()
    except (OSError, ParseException) as error:  # a body cut short, or chunks that are none
        raise BadRequest from error
    if len(received) < (request.content_length or 0):
        raise BadRequest


def refuse_nul() -> None:
    """Refuse the NUL character: PostgreSQL can neither store it nor compare with it."""
    if NUL in request.path:
        raise NotFound
    if any(NUL in value for _name, value in request.form.items(multi=True)):
        raise BadRequest


def init_odd_input(app: Flask) -> None:
    """Look at every request before its view does."""
    app.before_request(allow_more)
    app.before_request(refuse_half)
    app.before_request(refuse_nul)
