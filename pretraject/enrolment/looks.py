"""Finding a person by a number, with a reason: what staff see of somebody hangs on a look.

The number is posted, never part of an address. A look opens the pages about one person for
one member of staff, until it ends; each page seen is written down with it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pretraject.accounts.birth_dates import BirthDate
from pretraject.core.crypto import Vault
from pretraject.core.errors import NotFoundError
from pretraject.enrolment.models import Identifier, Look, Person
from pretraject.enrolment.queries import birth_date_of_person, normalised_index
from pretraject.enrolment.rules import (
    FILE_NUMBER,
    INSZ,
    NATIONAL_REGISTER,
    normalise_file_number,
    read_insz,
)

LOOK_LIFE = timedelta(hours=8)
KEY_BYTES = 16


class LookNotFoundError(NotFoundError):
    """The look ended, was somebody else's, or never was."""


def people_with_number(session: Session, vault: Vault, number: str) -> Sequence[Person]:
    """Return the people with a file number of any issuer, or with an INSZ; oldest first.

    File numbers are unique per issuer only, so it can be several.
    """
    return list(dict.fromkeys(person for _issuer, person in holders_of(session, vault, number)))


def holders_of(session: Session, vault: Vault, number: str) -> list[tuple[str, Person]]:
    """Return the people with a number and who issued it to them; oldest first."""
    places = []
    if normalise_file_number(number) is not None:
        places = [
            (issuer, FILE_NUMBER, normalised_index(vault, number, issuer=issuer, kind=FILE_NUMBER))
            for issuer in issuers(session)
        ]
    insz = read_insz(number)
    if insz is not None:
        index = normalised_index(vault, insz, issuer=NATIONAL_REGISTER, kind=INSZ)
        places.append((NATIONAL_REGISTER, INSZ, index))
    if not places:
        return []
    is_one = or_(
        *(
            and_(Identifier.issuer == issuer, Identifier.kind == kind, Identifier.value_index == index)
            for issuer, kind, index in places
        )
    )
    query = select(Identifier.issuer, Person).join(Person, Person.id == Identifier.person_id).where(is_one)
    return [(issuer, person) for issuer, person in session.execute(query.order_by(Person.id, Identifier.id))]


def issuers(session: Session) -> list[str]:
    """Return who issued numbers; a step along the index each, however many numbers there are."""
    found: list[str] = []
    while True:
        query = select(Identifier.issuer).order_by(Identifier.issuer).limit(1)
        after = session.scalar(query.where(Identifier.issuer > found[-1]) if found else query)
        if after is None:
            return found
        found.append(after)


def open_look(session: Session, *, person: Person, account_id: int, reason: str, at: datetime) -> Look:
    """Let a member of staff look at a person for a while, for a reason."""
    look = Look(
        key=secrets.token_hex(KEY_BYTES),
        person_id=person.id,
        account_id=account_id,
        reason=reason,
        opened_at=at,
        ends_at=at + LOOK_LIFE,
    )
    session.add(look)
    session.flush()
    return look


def get_look(session: Session, key: str, *, account_id: int, at: datetime) -> tuple[Look, Person]:
    """Return a look that has not ended and whom it is at. Raises LookNotFoundError."""
    row = session.execute(
        select(Look, Person)
        .join(Person, Person.id == Look.person_id)
        .where(Look.key == key, Look.account_id == account_id, Look.ends_at > at)
    ).one_or_none()
    if row is None:
        raise LookNotFoundError
    look, person = row
    return look, person


def check_identity(
    session: Session, vault: Vault, *, look: Look, person: Person, seen: BirthDate, at: datetime
) -> bool:
    """Say whether the birth date seen on a document is the one on record; the look keeps that it is."""
    known = birth_date_of_person(vault, person)
    if known is None or not known.accepts(seen):
        return False
    look.checked_at = at
    session.flush()
    return True
