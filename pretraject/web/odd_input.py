"""Input that no browser sends and no database keeps is refused at the door."""

from flask import Flask, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, NotFound

NUL = "\0"


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
    app.before_request(refuse_half)
    app.before_request(refuse_nul)
