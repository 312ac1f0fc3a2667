"""Whether people, files and keys still belong together, and no row points at nothing."""

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from pretraject.completion.chain import BATCH
from pretraject.completion.models import Decision, Objection
from pretraject.completion.rules import sealed_place
from pretraject.core.crypto import Vault
from pretraject.core.db import Model
from pretraject.enrolment.models import Enrolment, Handover, Identifier, Person
from pretraject.enrolment.queries import birth_date_place, identifier_place
from pretraject.exchange.models import SigningKey
from pretraject.exchange.signing import private_place
from pretraject.verification.rulebook import Rulebook

MOVED = (Identifier, Decision, Objection, Handover)
"""What goes with a person who turns out to be another one."""

SEALED: tuple[tuple[InstrumentedAttribute[Any], Callable[[Any], str], str], ...] = (
    (
        Identifier.value_sealed,
        lambda row: identifier_place(row.issuer, row.kind, row.value_index),
        "",
    ),
    (Person.birth_date_sealed, lambda row: birth_date_place(row.key), "the birth date "),
    (Decision.reason_sealed, lambda row: sealed_place("decision.reason", row.key), "the reason "),
    (Objection.text_sealed, lambda row: sealed_place("objection.text", row.key), "the text "),
    (Objection.answer_sealed, lambda row: sealed_place("objection.answer", row.key), "the answer "),
    (SigningKey.private_sealed, lambda row: private_place(row.kid), "the private key "),
)
"""Columns that are sealed, each with the place it is sealed for and what it is called."""


def foreign_key_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which rows point at rows that are not there."""
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                other = key.column.table.alias()
                query = (
                    select(table.c.id)
                    .outerjoin(other, other.c[key.column.name] == column)
                    .where(column.is_not(None), other.c[key.column.name].is_(None))
                    .order_by(table.c.id)
                )
                for row_id in session.scalars(query):
                    yield f"{table.name} {row_id}: its {column.name} points at nothing"


def file_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which enrolments and file numbers are of different people."""
    query = (
        select(Enrolment.id)
        .join(Identifier, Identifier.id == Enrolment.identifier_id)
        .where(Identifier.person_id != Enrolment.person_id)
        .order_by(Enrolment.id)
    )
    for enrolment_id in session.scalars(query):
        yield f"enrolment {enrolment_id}: its file number is another person's"


def joined_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield what still belongs to people who were led on to another one."""
    holder = aliased(Person)
    for model in MOVED:
        query = (
            select(model.id)
            .join(holder, and_(holder.id == model.person_id, holder.joined_id.is_not(None)))
            .order_by(model.id)
        )
        for row_id in session.scalars(query):
            yield (f"{model.__tablename__} {row_id}: belongs to somebody who was joined to another person")


def sealed_faults(session: Session, vault: Vault) -> Iterator[str]:
    """Yield what the keys in force do not open: it was changed, moved, or sealed with other keys."""
    for column, place, what in SEALED:
        model: Any = column.class_
        query = select(model).where(column.is_not(None)).order_by(model.id)
        for row in session.scalars(query.execution_options(yield_per=BATCH)):
            if not _opens(vault, getattr(row, column.key), place(row)):
                yield f"{model.__tablename__} {row.id}: {what}cannot be opened with these keys"


def _opens(vault: Vault, sealed: bytes, place: str) -> bool:
    try:
        vault.open(sealed, place=place)
    except (InvalidTag, ValueError):
        return False
    return True
