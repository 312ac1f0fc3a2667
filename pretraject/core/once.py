"""Facts stored once, whoever comes first, on both databases."""

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
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=list(key))
    return session.scalars(statement.returning(model)).one_or_none()
