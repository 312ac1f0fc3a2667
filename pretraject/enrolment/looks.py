"""Finding a person by a number, with a reason: what staff see of somebody hangs on a look.

The number is posted, never part of an address. A look opens the pages about one person for
one member of staff, until it ends; each page seen is written down with it.
"""

import secrets
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Holders:
    """Who has a number, as given out by the issuer asked for; and everybody who gave it out."""

    people: list[Person]
    issuers: list[str]


def holders_of(session: Session, vault: Vault, number: str, *, issuer: str | None = None) -> Holders:
    """Return the people with a file number of any issuer, or with an INSZ; oldest first.

    File numbers are unique per issuer only, so it can be several.
    """
    found = _holders(session, vault, number)
    people = [person for issued_by, person in found if not issuer or issued_by == issuer]
    issuers_ = [issued_by for issued_by, _person in found]
    return Holders(list(dict.fromkeys(people)), list(dict.fromkeys(issuers_)))


def _holders(session: Session, vault: Vault, number: str) -> list[tuple[str, Person]]:
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
