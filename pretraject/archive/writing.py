"""Writes an archive from a database as it is at one moment."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, MetaData, Table, Text, cast, select
from sqlalchemy.orm import Session
from sqlalchemy.schema import sort_tables_and_constraints

from pretraject.archive.form import (
    MANIFEST,
    ArchivedTable,
    ChainEnd,
    Kind,
    Manifest,
    archived,
    kind_of,
    line_of,
    start_of,
)
from pretraject.core.errors import ConflictError
from pretraject.schema import current_revision

BATCH = 1000
REVISION_TABLE = "alembic_version"
AUDIT = "audit"

Tell = Callable[[str, int], None]


class NothingToArchiveError(ConflictError):
    """The database has no tables yet."""


def write_archive(session: Session, file: BinaryIO, *, at: datetime, tell: Tell) -> Manifest:
    """Write everything the session sees, a batch of rows at a time, and return the manifest.

    Tables are read as they are, not as this program would have them: a database that still
    has to be upgraded can be archived before it is.
    """
    connection = session.connection()
    revision = current_revision(connection)
    if revision is None:
        raise NothingToArchiveError("the database is empty")
    tables = tables_in(connection)
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        written = tuple(
            _write_table(connection, zipped, table, place, tell)
            for place, table in enumerate(tables.values(), start=1)
        )
        manifest = Manifest(
            revision=revision,
            made_by=version("pretraject"),
            created_at=at.isoformat(),
            tables=written,
            feeds=feed_ends(connection, tables),
            audit=audit_end(connection, tables),
        )
        zipped.writestr(MANIFEST, manifest.written())
    return manifest


def tables_in(connection: Connection) -> dict[str, Table]:
    """Return the tables as they are, each after the ones it points at, where that can be."""
    found = MetaData()
    found.reflect(connection)
    sort: Any = sort_tables_and_constraints
    in_order = [table for table, _ in sort(found.tables.values()) if table is not None]
    return {table.name: table for table in in_order if table.name != REVISION_TABLE}


def kinds_in(table: Table) -> tuple[tuple[str, Kind], ...]:
    """Return the names of a table's columns and what they hold."""
    return tuple((column.name, kind_of(column.type)) for column in table.columns)


def feed_ends(connection: Connection, tables: dict[str, Table]) -> tuple[ChainEnd, ...]:
    """Return where each recipient's feed ends."""
    head = tables["feed_head"].c
    rows = connection.execute(select(head.recipient, head.seq, head.hash).order_by(head.recipient))
    return tuple(ChainEnd(row.recipient, row.seq, row.hash) for row in rows)


def audit_end(connection: Connection, tables: dict[str, Table]) -> ChainEnd:
    """Return where the chain of looks at people ends; before there was one, at its start."""
    if "audit_head" not in tables:
        return start_of(AUDIT)
    head = tables["audit_head"].c
    row = connection.execute(select(head.seq, head.hash)).one_or_none()
    return ChainEnd(AUDIT, row.seq, row.hash) if row else start_of(AUDIT)


def _write_table(
    connection: Connection, zipped: ZipFile, table: Table, place: int, tell: Tell
) -> ArchivedTable:
    columns = kinds_in(table)
    kinds = [kind for _, kind in columns]
    member = f"tables/{place:02}-{table.name}.jsonl"
    digest, count = hashlib.sha256(), 0
    with zipped.open(member, "w", force_zip64=True) as file:
        for rows in _batches(connection, table, kinds):
            lines = b"".join(line_of(list(map(archived, row, kinds))) for row in rows)
            digest.update(lines)
            file.write(lines)
            count += len(rows)
            tell(table.name, count)
    return ArchivedTable(table.name, member, columns, count, digest.hexdigest())


def _batches(connection: Connection, table: Table, kinds: Sequence[Kind]) -> Iterator[Sequence[Any]]:
    """Yield the rows in the order of their numbers; JSON as the text that is stored."""
    wanted = [
        cast(column, Text) if kind == "json" else column
        for column, kind in zip(table.columns, kinds, strict=True)
    ]
    query = select(*wanted).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        yield from result.partitions(BATCH)
