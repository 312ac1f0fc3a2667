"""Rows stored once, whoever comes first, on both databases."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pretraject.core.db import Model

Fact = TypeVar("Fact", bound=Model)


def insert_once(
    session: Session, model: type[Fact], values: dict[str, Any], *, key: Sequence[str]
) -> Fact | None:
    """Store a row unless one with the same key is there; None when it was.

    The statement waits for another transaction that is storing the same key, so that no
    IntegrityError has to be caught. Other constraints still raise.
    """
    statement = _insert(session, model, values).on_conflict_do_nothing(index_elements=list(key))
    return session.scalars(statement.returning(model)).one_or_none()


def keep_newest(
    session: Session, model: type[Fact], values: dict[str, Any], *, key: Sequence[str], by: str
) -> None:
    """Store a row, or renew the one with the same key unless that is newer; one statement."""
    statement = _insert(session, model, values)
    statement = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: value for name, value in values.items() if name not in key},
        where=getattr(model, by) <= values[by],
    )
    session.scalars(statement.returning(model), execution_options={"populate_existing": True}).one_or_none()


def count_up(
    session: Session,
    model: type[Model],
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[str],
    counters: Sequence[str],
) -> None:
    """Add to the counters of rows, made where they are missing; one statement.

    The rows must differ in their key. They are held in their order until the commit: give
    them in the same order everywhere, so that two who count never wait for each other.
    """
    if not rows:
        return
    statement = _insert(session, model, list(rows))
    sums = {name: getattr(model, name) + statement.excluded[name] for name in counters}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=sums))


def _insert(
    session: Session, model: type[Model], values: dict[str, Any] | list[dict[str, Any]]
) -> sqlite.Insert | postgresql.Insert:
    """Return the insertion of one or more rows as the session's database writes it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(model).values(values)
