"""A database as it is at one moment, to be read at leisure while others go on writing."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy.orm import Session

from pretraject.core.db import SQLITE_WAIT_SECONDS, Database

RETRY_SECONDS = 0.05


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    """Open a session in which every query sees the same moment, however long it takes.

    PostgreSQL keeps that moment by itself. On SQLite a long read would keep learners from
    committing: there the file is copied first, in one go, and the copy is read.
    """
    if database.url.get_backend_name() == "sqlite":
        with _copied(database) as copy, copy.reading() as session:
            yield session
        return
    with database.reader.connect() as connection:
        settled = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(settled) as session:
            yield session


@contextmanager
def _copied(database: Database) -> Iterator[Database]:
    """Copy a SQLite file beside itself, for its owner's eyes only, and take it away at the end."""
    path = Path(database.url.database or "")
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".copy")
    try:
        os.close(handle)
        _copy(path, Path(name))
        copy = Database(database.url.set(database=name).render_as_string(hide_password=False), pool_size=1)
        try:
            yield copy
        finally:
            copy.dispose()
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(path: Path, target_path: Path) -> None:
    """Copy by SQLite's own means, all pages at once: a copy in steps may begin anew for ever."""
    source = sqlite3.connect(path, timeout=SQLITE_WAIT_SECONDS)
    target = sqlite3.connect(target_path)
    try:
        source.backup(target, sleep=RETRY_SECONDS)
    finally:
        target.close()
        source.close()
