"""Whether people, files and keys still belong together, and no row points at nothing."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from pretraject.completion.chain import BATCH
from pretraject.core.crypto import Vault
from pretraject.core.db import Model
from pretraject.enrolment.models import Enrolment, Identifier, Person
from pretraject.enrolment.queries import birth_date_place, identifier_place
from pretraject.verification.rulebook import Rulebook


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
    """Yield which people led on to another one hold a file of their own all the same."""
    holder = aliased(Person)
    query = (
        select(Identifier.id)
        .join(holder, and_(holder.id == Identifier.person_id, holder.joined_id.is_not(None)))
        .order_by(Identifier.id)
    )
    for identifier_id in session.scalars(query):
        yield f"identifier {identifier_id}: belongs to somebody who was joined to another person"


def sealed_faults(session: Session, vault: Vault) -> Iterator[str]:
    """Yield what the keys in force do not open: it was changed, moved, or sealed with other keys."""
    numbers = select(Identifier).order_by(Identifier.id).execution_options(yield_per=BATCH)
    for row in session.scalars(numbers):
        if not _opens(vault, row.value_sealed, identifier_place(row.issuer, row.kind, row.value_index)):
            yield f"identifier {row.id}: cannot be opened with these keys"
    dates = (
        select(Person.id, Person.key, Person.birth_date_sealed)
        .where(Person.birth_date_sealed.is_not(None))
        .order_by(Person.id)
        .execution_options(yield_per=BATCH)
    )
    for person in session.execute(dates):
        if not _opens(vault, person.birth_date_sealed, birth_date_place(person.key)):
            yield f"person {person.id}: the birth date cannot be opened with these keys"


def _opens(vault: Vault, sealed: bytes, place: str) -> bool:
    try:
        vault.open(sealed, place=place)
    except (InvalidTag, ValueError):
        return False
    return True
