"""Alembic's entrance: runs the migrations on the connection that `schema` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from pretraject.core.db import Model


def plain_type(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as the plain type beneath them."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain_type,
    compare_type=True,
)
context.run_migrations()
