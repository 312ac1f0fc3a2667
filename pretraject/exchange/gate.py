"""Lets programs in: who they are by their token, what they may, and whether their message can be read."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, request
from pydantic import BaseModel, ValidationError

from pretraject.exchange.tokens import Caller, ExpiredTokenError, InvalidTokenError, caller_of
from pretraject.web.context import now
from pretraject.web.problems import BELGIF, OWN, ProblemError, bad_request, issue
from pretraject.web.sessions import session

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NUL = "\0"
ISSUES_MAX = 20
TRACE_HEADER = "BelGov-Trace-Id"
TRACE_MAX = 64

View = TypeVar("View", bound=Callable[..., Any])
Message = TypeVar("Message", bound=BaseModel)


def client_required(scope: str) -> Callable[[View], View]:
    """Let clients in whose token has a scope."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            g.caller = _caller(scope)
            return cast(Response, view(*args, **kwargs))

        guarded.access = "client"  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def current_caller() -> Caller:
    """Return the client behind a view that asks for one."""
    return cast(Caller, g.caller)


def _caller(scope: str) -> Caller:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise _unauthorised("noAccessToken", "No Access Token")
    try:
        caller = caller_of(session, token.strip(), at=now())
    except ExpiredTokenError as error:
        raise _unauthorised("expiredAccessToken", "Expired Access Token", "invalid_token") from error
    except InvalidTokenError as error:
        raise _unauthorised("invalidAccessToken", "Invalid Access Token", "invalid_token") from error
    if scope not in caller.scopes:
        headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise ProblemError(
            403,
            f"{BELGIF}missingScope",
            "Missing Scope",
            headers=headers,
            requiredScopes=[scope],
        )
    return caller


def _unauthorised(name: str, title: str, error: str = "") -> ProblemError:
    challenge = f'Bearer error="{error}"' if error else "Bearer"
    return ProblemError(401, f"{BELGIF}{name}", title, headers={"WWW-Authenticate": challenge})


def read_json(message: type[Message]) -> Message:
    """Return the message in the request's body. Raises ProblemError, which names each wrong place."""
    if request.mimetype != JSON:
        raise _unsupported(JSON)
    body = request.get_data()
    if rb"\u0000" in body.lower() or NUL.encode() in body:
        raise bad_request(detail="the NUL character can stand nowhere in it")
    try:
        return message.model_validate_json(body)
    except ValidationError as error:
        raise bad_request(_issues(error, "body")) from error


def read_form(message: type[Message]) -> Message:
    """Return the message in a posted form, each field once."""
    if request.mimetype != FORM:
        raise _unsupported(FORM)
    values = request.form.to_dict(flat=False)
    twice = [issue("body", name, "given more than once") for name, given in values.items() if len(given) > 1]
    if twice:
        raise bad_request(twice)
    return _read({name: given[0] for name, given in values.items()}, message, "body")


def read_query(message: type[Message]) -> Message:
    """Return the message in the query, each parameter once."""
    values = request.args.to_dict(flat=False)
    twice = [issue("query", name, "given more than once") for name, given in values.items() if len(given) > 1]
    if twice:
        raise bad_request(twice)
    return _read({name: given[0] for name, given in values.items()}, message, "query")


def _read(values: dict[str, str], message: type[Message], where: str) -> Message:
    try:
        return message.model_validate_strings(values)
    except ValidationError as error:
        raise bad_request(_issues(error, where)) from error


def _issues(error: ValidationError, where: str) -> list[dict[str, Any]]:
    """Say which places are wrong; what was sent is not repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)[:ISSUES_MAX]
    return [issue(where, _pointer(fault["loc"]), fault["msg"]) for fault in found]


def _pointer(place: tuple[int | str, ...]) -> str:
    """Return a place as `items[3].birthDate`; of a name that we did not give only a part."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{str(step)[:64]}"
    return text


def _unsupported(wanted: str) -> ProblemError:
    detail = f"send it as {wanted}"
    return ProblemError(415, f"{OWN}unsupportedMediaType", "Unsupported Media Type", detail=detail)


def send(message: BaseModel, status: int = 200) -> Response:
    """Answer with a message; what is absent is left out, never null."""
    body = message.model_dump_json(by_alias=True, exclude_none=True)
    response = Response(body, status, content_type=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def echo_trace(response: Response) -> Response:
    """Give the trace of a request back, as Belgif asks, if it can be one."""
    trace = request.headers.get(TRACE_HEADER, "")
    if 0 < len(trace) <= TRACE_MAX and trace.isascii() and trace.isprintable():
        response.headers[TRACE_HEADER] = trace
    return response
