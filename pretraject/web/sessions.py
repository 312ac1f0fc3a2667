"""One database session per request; a request that may change something declares it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from pretraject.web.context import ground

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def request_session() -> Session:
    """Return this request's session, opened at first use.

    Unsafe methods get a declared write: on SQLite it holds the one writer's lock from
    its first statement, so two such requests queue up instead of failing.
    """
    if "session" not in g:
        database = ground().database
        engine = database.reader if request.method in SAFE_METHODS else database.writer
        g.session = Session(engine)
    return cast(Session, g.session)


session = cast(Session, LocalProxy(request_session))


def only_reading() -> None:
    """Declare that this request changes nothing although its method is unsafe."""
    if "session" not in g:
        g.session = Session(ground().database.reader)


@contextmanager
def short_write() -> Iterator[Session]:
    """Open a write of its own within a reading request, such as noting a visit."""
    end_reading()
    with ground().database.writing() as writer:
        yield writer


def end_reading() -> None:
    """End the request's read transaction: SQLite lets nobody commit while one is open."""
    if "session" in g:
        g.session.rollback()


def note_database_away() -> None:
    """Remember for the rest of the request that the database need not be asked again."""
    close_session()
    g.database_away = True


def is_database_away() -> bool:
    """Say whether the database failed this request."""
    return bool(g.get("database_away", False))


def close_session(_error: BaseException | None = None) -> None:
    """Give the connection back; what was not committed is undone.

    Where the connection is gone there is nothing left to undo: the answer that is made by
    then stays as it is.
    """
    opened = g.pop("session", None)
    if opened is None:
        return
    try:
        opened.close()
    except DBAPIError as error:
        log.warning("connection lost at the end of a request: %s", type(error.orig).__name__)
        opened.invalidate()


def init_sessions(app: Flask) -> None:
    """Close each request's session when it ends."""
    app.teardown_request(close_session)
