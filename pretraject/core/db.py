"""Tables' base, column types, engine and sessions, the same for SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator

from pretraject.core.turns import Turns

LARGEST_INTEGER = 2**31 - 1
"""What a column of integers takes; asked for a larger one, PostgreSQL does not even look: it fails."""

SQLITE_WAIT_SECONDS = 30
POSTGRESQL_CONNECT_SECONDS = 5
"""So long a request waits for a server that does not even refuse; the driver would wait minutes."""

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of all tables: a numeric key, named constraints, checked lengths."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 — SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
        bytes: LargeBinary(),
    }

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-1)


@event.listens_for(Mapper, "after_mapper_constructed")
def _check_lengths(mapper: Mapper[Any], _class: type[Any]) -> None:
    """Write a String's length as a CHECK: SQLite does not enforce it otherwise."""
    table = mapper.local_table
    if not isinstance(table, Table) or table.metadata is not Model.metadata:
        return
    for column in table.columns:
        if isinstance(column.type, String) and column.type.length:
            name = f"{column.name}_length"
            table.append_constraint(
                CheckConstraint(f'length("{column.name}") <= {column.type.length}', name=name)
            )


class Database:
    """A database to read from and, by declared writes, to write to.

    A declared write takes its lock at the beginning, in order of arrival, so that no
    transaction fails half way because another one wrote first (SQLite has one writer).
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.reader = _engine(url, pool_size)
        self.writer = self.reader.execution_options(declared_write=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session to read with."""
        with Session(self.reader) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session to write with; the caller commits."""
        with Session(self.writer) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    """Make the engine, with the driver and the settings of its kind."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"timeout": SQLITE_WAIT_SECONDS, "check_same_thread": False},
            hide_parameters=True,
        )
        _settle_sqlite(engine)
        return engine
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    if "connect_timeout" not in address.query:
        address = address.update_query_dict({"connect_timeout": str(POSTGRESQL_CONNECT_SECONDS)})
    return create_engine(
        address, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
    )


def _settle_sqlite(engine: Engine) -> None:
    """Make SQLite keep foreign keys and every commit, and begin transactions by our rule."""
    turns = Turns()

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=TRUNCATE", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("declared_write"):
            connection.exec_driver_sql("BEGIN")
            return
        turns.take()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            turns.give_back()
            raise
        connection.info["holds_turn"] = True

    @event.listens_for(engine, "checkin")
    @event.listens_for(engine, "invalidate")
    def end(connection: sqlite3.Connection | None, record: ConnectionPoolEntry, *_reason: object) -> None:
        try:
            if connection is not None and connection.in_transaction:
                connection.rollback()  # a COMMIT that failed: SQLAlchemy takes it for ended, SQLite does not
        finally:
            if record.info.pop("holds_turn", False):
                turns.give_back()
