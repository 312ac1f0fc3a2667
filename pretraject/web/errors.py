"""Every refusal becomes an answer here, and only here: right status, reader's language."""

import logging
from contextlib import suppress

from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError

from pretraject.core.errors import (
    AppError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TooManyError,
)
from pretraject.web import problems
from pretraject.web.i18n import _
from pretraject.web.language import settle_language
from pretraject.web.resending import form_to_resend
from pretraject.web.sessions import close_session, note_database_away

log = logging.getLogger(__name__)

RETRY_SECONDS = 10

AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""How a database says that it is down, full, busy, read-only or out of connections."""

STATUS: dict[type[AppError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    InvalidError: 422,
    TooManyError: 429,
}


def status_of(error: AppError) -> int:
    """Return the HTTP status of a domain error, that of its nearest known kind."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def explanation(status: int) -> tuple[str, str]:
    """Return a heading and what to do now, in the reader's language."""
    texts = {
        403: (_("This page is not for your account"), _("Go back, or sign in with another account.")),
        404: (
            _("This page does not exist"),
            _("The address may have a mistake in it, or the page has moved."),
        ),
        409: (
            _("This has changed in the meantime"),
            _("Go back to your path and look at where you are. Nothing you saved is lost."),
        ),
        413: (_("That was too much at once"), _("Go back and send a shorter text.")),
        429: (_("Too many tries"), _("Wait a few minutes and try again.")),
        503: (
            _("The site is busy or under repair"),
            _("Wait a minute and try again. Everything you saved before is safe."),
        ),
    }
    if status >= 500:
        fallback = (
            _("Something went wrong on our side"),
            _("It was not your fault. Go back and try again in a minute."),
        )
    else:
        fallback = (
            _("We could not read what you sent"),
            _("Go back to the page before and try again."),
        )
    return texts.get(status, fallback)


def advice_on_what_was_sent(*, again: bool) -> str:
    """Say what to do with a form of which nobody knows whether it was kept."""
    if again:
        advice = _(
            "What you sent may not be saved yet. It is still here: wait a minute, then press the button. "
            "Sending it twice does no harm."
        )
    else:
        advice = _(
            "What you sent may not be saved. Wait a minute, then go back, fill it in and send it once more."
        )
    return str(advice)


def error_page(status: int) -> Response:
    """Render the page of a status; that of 503 when the database fails on the way there."""
    try:
        return _page(status)
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        return on_database_away(error)


def _page(status: int) -> Response:
    """Render the page of a status; programs get a problem."""
    if problems.is_for_programs():
        return _with_retry(problems.answer(problems.of_status(status)), status)
    if "language" not in g:
        with suppress(HTTPException):
            settle_language()
    title, advice = explanation(status)
    fields = form_to_resend() if status == 503 else ()
    if status == 503 and request.method == "POST":
        advice = advice_on_what_was_sent(again=bool(fields))
    page = render_template("web/error.html", status=status, heading=title, advice=advice, fields=fields)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return _with_retry(response, status)


def _with_retry(response: Response, status: int) -> Response:
    if status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def on_app_error(error: AppError) -> ResponseReturnValue:
    """Answer a refusal of the domain."""
    close_session()
    if isinstance(error, problems.ProblemError):
        return problems.answer(error)
    return error_page(status_of(error))


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what the framework refused; redirects pass.

    A host that is not ours gets no page: none of our addresses can be made for it.
    """
    if error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return error.get_response()
    close_session()
    answer = error_page(error.code)
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.valid_methods or ())
    return answer


def on_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose cookie has gone: the browser refused it, or it ran out."""
    close_session()
    return error_page(400)


def is_away(error: BaseException | None) -> bool:
    """Say whether an error means that the database cannot be used now."""
    return isinstance(error, AWAY) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def on_database_away(error: SQLAlchemyError) -> Response:
    """Answer while the database cannot be used; it heals by itself."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.warning("database unavailable: %s", type(cause).__name__)
    note_database_away()
    return _page(503)


def on_crash(error: InternalServerError) -> ResponseReturnValue:
    """Answer what nobody foresaw, without a word of how it happened.

    An answer to another error can also fail for want of the database: that comes by here.
    """
    original = error.original_exception
    if isinstance(original, SQLAlchemyError) and is_away(original):
        return on_database_away(original)
    log.error("unforeseen %s at %s", type(original).__name__, request.endpoint)
    close_session()
    return error_page(500)


def init_errors(app: Flask) -> None:
    """Register the answers."""
    app.register_error_handler(AppError, on_app_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    for kind in AWAY:
        app.register_error_handler(kind, on_database_away)
    app.register_error_handler(InternalServerError, on_crash)
