"""What programs are answered when something is refused: problem details (RFC 9457), as Belgif asks.

A problem's type is a URN that never changes; what Belgif has a standard type for gets that.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from pretraject.core.errors import AppError

MEDIA_TYPE = "application/problem+json"
MACHINE_PATHS = ("/api/", "/oauth2/")
"""Where programs come in: whatever goes wrong there is answered as a problem."""

BELGIF, OWN = "urn:problem-type:belgif:", "urn:problem-type:pretraject:"
SCHEMA_VIOLATION = f"{BELGIF}input-validation:schemaViolation"

TITLES = {
    400: (f"{BELGIF}badRequest", "Bad Request"),
    401: (f"{BELGIF}noAccessToken", "No Access Token"),
    403: (f"{BELGIF}missingPermission", "Missing Permission"),
    404: (f"{BELGIF}resourceNotFound", "Resource Not Found"),
    405: (f"{OWN}methodNotAllowed", "Method Not Allowed"),
    409: (f"{OWN}conflict", "Conflict"),
    413: (f"{BELGIF}payloadTooLarge", "Payload Too Large"),
    415: (f"{OWN}unsupportedMediaType", "Unsupported Media Type"),
    500: (f"{BELGIF}internalServerError", "Internal Server Error"),
    503: (f"{BELGIF}serviceUnavailable", "Service Unavailable"),
}
"""The type and title of a problem that is known by its status only."""

Issue = dict[str, Any]


class ProblemError(AppError):
    """A refusal that a program is told of: its type, and where a field is wrong, which."""

    def __init__(
        self,
        status: int,
        type_: str,
        title: str,
        *,
        detail: str = "",
        issues: Sequence[Issue] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(type_)
        self.status, self.headers = status, dict(headers or {})
        said = {"type": type_, "title": title, "status": status, "detail": detail, "issues": list(issues)}
        self.body = {name: value for name, value in (said | members).items() if value not in ("", [], None)}


def is_for_programs() -> bool:
    """Say whether the request is of a program and not of a browser."""
    return request.path.startswith(MACHINE_PATHS)


def bad_request(issues: Sequence[Issue] = (), *, detail: str = "") -> ProblemError:
    """Return the refusal of a request that is not of the required form."""
    return ProblemError(400, *TITLES[400], detail=detail, issues=issues)


def issue(where: str, name: str, detail: str) -> Issue:
    """Say what is wrong in one place of a request; never the value itself, which may name a person."""
    return {"type": SCHEMA_VIOLATION, "in": where, "name": name, "detail": detail}


def answer(error: ProblemError) -> Response:
    """Return the answer to a refusal."""
    response = Response(json.dumps(error.body, ensure_ascii=False), error.status, content_type=MEDIA_TYPE)
    response.headers.update(error.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def of_status(status: int) -> ProblemError:
    """Return the problem of which only the status is known."""
    type_, title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    return ProblemError(status, type_, title)
