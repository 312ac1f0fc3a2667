"""Fills a database from an archive, all of it or nothing, whichever kind either is of."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from pretraject.archive.form import ArchivedTable, DamagedArchiveError
from pretraject.archive.reading import Archive
from pretraject.archive.writing import BATCH, REVISION_TABLE, Tell, kinds_in, tables_in
from pretraject.core.db import Database
from pretraject.core.errors import ConflictError
from pretraject.schema import ADVISORY_LOCK, knows, metadata, upgrade_within

LOCK_WAIT = "10s"
"""How long a replaced table may be in use by somebody else on PostgreSQL."""


class NotEmptyError(ConflictError):
    """The database holds rows that a restore would replace."""


class ForeignTablesError(ConflictError):
    """The database is not only ours."""


class UnknownRevisionError(ConflictError):
    """The archive was made by a newer program."""


class UnfitRowError(ConflictError):
    """A row holds what this kind of database cannot, such as a NUL."""


class DanglingRowError(ConflictError):
    """A row in the archive points at another that is not in it."""


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """Open a transaction in which a database is filled; it is committed when all went well.

    Foreign keys are looked at when everything is in: tables point at each other in a ring.
    """
    database = Database(url, pool_size=1)
    is_sqlite = database.url.get_backend_name() == "sqlite"
    if is_sqlite:
        Path(database.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        event.listen(database.reader, "connect", _leave_foreign_keys)
    try:
        with database.writer.begin() as connection:
            if not is_sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
            yield connection
    finally:
        database.dispose()


def _leave_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def rows_in(connection: Connection) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in tables_in(connection).items()
    }


def clear(connection: Connection, archive: Archive) -> None:
    """Take every table away. Raises ForeignTablesError, before anything, when one is not ours."""
    names = inspect(connection).get_table_names()
    ours = {REVISION_TABLE, *metadata.tables, *(table.name for table in archive.manifest.tables)}
    foreign = sorted(set(names) - ours)
    if foreign:
        raise ForeignTablesError(f"the database holds tables of something else: {', '.join(foreign)}")
    quoted = [_quoted(connection, name) for name in names]
    if connection.dialect.name == "postgresql" and quoted:
        connection.execute(text(f"DROP TABLE {', '.join(quoted)} CASCADE"))
        return
    for name in quoted:
        connection.execute(text(f"DROP TABLE {name}"))


def fill(connection: Connection, archive: Archive, tell: Tell) -> None:
    """Make the archive's tables in an empty database, fill them, and bring them up to date.

    Raises DamagedArchiveError, UnknownRevisionError and DanglingRowError.
    """
    revision = archive.manifest.revision
    if not knows(revision):
        raise UnknownRevisionError(f"the archive is of revision {revision}, made by a newer program")
    upgrade_within(connection, revision)
    _refuse_other_columns(connection, archive)
    with _foreign_keys_at_the_end(connection):
        for table in archive.manifest.tables:
            rows, count = archive.rows(table), 0
            while batch := list(islice(rows, BATCH)):
                _insert(connection, table, batch)
                count += len(batch)
                tell(table.name, count)
    if connection.dialect.name == "postgresql":
        _go_on_numbering(connection, archive)
    upgrade_within(connection)


def _refuse_other_columns(connection: Connection, archive: Archive) -> None:
    there = {name: set(kinds_in(table)) for name, table in tables_in(connection).items()}
    given = {table.name: set(table.columns) for table in archive.manifest.tables}
    for name in sorted(there.keys() | given.keys()):
        if there.get(name) != given.get(name):
            raise DamagedArchiveError(f"table {name} is not as in revision {archive.manifest.revision}")


def _insert(connection: Connection, table: ArchivedTable, rows: Iterable[list[Any]]) -> None:
    """Put rows in by the fastest way the database has."""
    names = ", ".join(_quoted(connection, name) for name, _ in table.columns)
    target = f"{_quoted(connection, table.name)} ({names})"
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        dialect: Any = connection.dialect
        try:
            with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        except dialect.dbapi.DataError as error:
            raise UnfitRowError(f"a row of {table.name} holds what PostgreSQL cannot") from error
        return
    marks = ", ".join("?" for _ in table.columns)
    values = [tuple(map(_for_sqlite, row)) for row in rows]
    connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({marks})", values)  # noqa: S608 — quoted names


def _for_sqlite(value: Any) -> Any:
    """Return a value as SQLAlchemy keeps it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


@contextmanager
def _foreign_keys_at_the_end(connection: Connection) -> Iterator[None]:
    """Take foreign keys away and put them back when the rows are in; they are checked then."""
    if connection.dialect.name != "postgresql":
        yield
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            raise DanglingRowError(f"{row[0]} {row[1]} points at a row of {row[2]} that is not there")
        return
    keys = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name,"
            " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
        )
    ).all()
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.place} DROP CONSTRAINT {key.name}"))
    yield
    for key in keys:
        try:
            connection.execute(text(f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.definition}"))
        except IntegrityError as error:
            raise DanglingRowError(f"a row of {key.place} points at one that is not there") from error


def _go_on_numbering(connection: Connection, archive: Archive) -> None:
    """Let PostgreSQL number new rows after those that were put in with their numbers."""
    for table in archive.manifest.tables:
        name = _quoted(connection, table.name)
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence(:name, 'id'), max(id)) FROM {name}"  # noqa: S608
                " HAVING max(id) IS NOT NULL"
            ),
            {"name": name},
        )


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
