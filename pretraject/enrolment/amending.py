"""Bringing people who are known in line with what an authority says now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pretraject.core.crypto import Vault
from pretraject.enrolment import actions, queries
from pretraject.enrolment.codes import end_codes
from pretraject.enrolment.models import Enrolment, Identifier, Person, PolicyVersion
from pretraject.enrolment.rows import SAID, Place, PreparedNumber, PreparedRow

Known = dict[Place, tuple[Identifier, Person, Enrolment | None]]
"""Numbers that somebody has: the number, whose it is, and the enrolment under it."""


@dataclass(frozen=True)
class Rejected:
    """Why a row was not taken in: the field and a code that programs know."""

    name: str
    code: str


@dataclass(frozen=True)
class Amended:
    """Whose row it was and what it did; `code` is a new access code, readable only here."""

    person: Person
    changed: bool
    code: str | None = None
    joined: bool = False


def amend(
    session: Session,
    vault: Vault,
    one: PreparedRow,
    known: Known,
    version: PolicyVersion,
    *,
    at: datetime,
) -> Amended | Rejected:
    """Bring the person of a row in line with it; a row that says nothing new touches nothing.

    Where the row's numbers are of several people they are one person from now on, if only
    one of them has an account and the birth dates allow it.
    """
    person = _holder(one, known)
    rejected = _refuse(vault, one, known, person)
    if rejected is not None:
        return rejected
    others = {known[number.place][1].id for number in one.wanted if number.place in known} - {person.id}
    if not others and not _is_different(one, known, person):
        return Amended(person, changed=False)
    person = _held(session, known, one)
    joined = _join_others(session, vault, one, known, person, at=at)
    if isinstance(joined, Rejected):
        return joined
    _link(session, one, known, person, at=at)
    _correct(session, one, known, person, version, at=at)
    code = actions.reissue(session, vault, person=person, disputed=False, at=at) if one.row.new_code else None
    session.flush()
    return Amended(person, changed=True, code=code, joined=joined)


def _holder(one: PreparedRow, known: Known) -> Person:
    """Return whose row it is: who has an account, else who has the row's own number or the first known."""
    people = [known[number.place][1] for number in one.wanted if number.place in known]
    return next((person for person in people if person.account_id is not None), people[0])


def _refuse(vault: Vault, one: PreparedRow, known: Known, person: Person) -> Rejected | None:
    """Return why a row cannot be about this person."""
    row = one.row
    if one.main.place not in known and row.birth_date is None:
        return Rejected("birthDate", "missing")
    born = queries.birth_date_of_person(vault, person)
    if born is not None and row.birth_date is not None and not born.may_be(row.birth_date):
        return Rejected("birthDate", "birthDateDiffers")
    for number in one.end:
        held = known.get(number.place)
        if held is None or held[1].id != person.id:
            return Rejected("endIdentifiers", "unknownIdentifier")
    return None


def _is_different(one: PreparedRow, known: Known, person: Person) -> bool:
    """Say whether a row says anything that is not on record."""
    if one.row.new_code or any(number.place not in known for number in one.wanted):
        return True
    reopened = any(known[number.place][0].valid_to is not None for number in one.add)
    ended = any(known[number.place][0].valid_to is None for number in one.end)
    enrolment = known[one.main.place][2]
    return reopened or ended or enrolment is None or bool(_differing(enrolment, one))


def _differing(enrolment: Enrolment, one: PreparedRow) -> dict[str, Any]:
    """Return what an enrolment says otherwise than its row."""
    different = {name: value for name, value in one.row.said().items() if getattr(enrolment, name) != value}
    if "withdrawn" in one.row.given and one.row.withdrawn != (enrolment.withdrawn_at is not None):
        different["withdrawn"] = one.row.withdrawn
    return different


def _held(session: Session, known: Known, one: PreparedRow) -> Person:
    """Hold everybody a row is about and return whose it is now: a code may have been linked meanwhile."""
    numbers = [known[number.place][0] for number in one.wanted if number.place in known]
    held: set[int] = set()
    while not {number.person_id for number in numbers} <= held:
        for person_id in sorted({number.person_id for number in numbers} - held):
            queries.lock_person(session, session.get_one(Person, person_id))
            held.add(person_id)
        for number in numbers:
            session.refresh(number)
    for place in [number.place for number in one.wanted if number.place in known]:
        identifier, _person, enrolment = known[place]
        if enrolment is not None:
            session.refresh(enrolment)
        known[place] = (identifier, session.get_one(Person, identifier.person_id), enrolment)
    return _holder(one, known)


def _join_others(
    session: Session, vault: Vault, one: PreparedRow, known: Known, person: Person, *, at: datetime
) -> bool | Rejected:
    """Let the files of people that the row says are one belong to the person; say whether there were any.

    Where the person has an account, letters to the others open nothing any more.
    """
    others = {
        known[number.place][1].id: known[number.place][1]
        for number in one.wanted
        if number.place in known and known[number.place][1].id != person.id
    }
    for other in others.values():
        if actions.why_not_joined(vault, other, person) is not None:
            return Rejected("addIdentifiers", "identifierInUse")
    for other in others.values():
        if person.account_id is not None:
            end_codes(session, person=other, at=at)
        actions.join(session, vault, other, person)
    for place, (number, owner, enrolment) in list(known.items()):
        if owner.id in others:
            known[place] = (number, person, enrolment)
    return bool(others)


def _link(session: Session, one: PreparedRow, known: Known, person: Person, *, at: datetime) -> None:
    """Give the person the numbers the row adds, and end those it ends."""
    for number in one.wanted:
        if number.place not in known:
            identifier = _identifier(number, person, at=at)
            session.add(identifier)
            session.flush()
            known[number.place] = (identifier, person, None)
    for number in one.add:
        known[number.place][0].valid_to = None
    for number in one.end:
        identifier = known[number.place][0]
        identifier.valid_to = identifier.valid_to or at


def _identifier(number: PreparedNumber, person: Person, *, at: datetime) -> Identifier:
    return Identifier(
        person_id=person.id,
        issuer=number.number.issuer,
        kind=number.number.kind,
        value_sealed=number.value_sealed,
        value_index=number.index,
        valid_from=at,
    )


def _correct(
    session: Session,
    one: PreparedRow,
    known: Known,
    person: Person,
    version: PolicyVersion,
    *,
    at: datetime,
) -> None:
    """Bring the enrolment under the row's number in line with it, or make it after the newest before."""
    identifier, _person, enrolment = known[one.main.place]
    if enrolment is None:
        enrolment = _renewed(queries.enrolments_of(session, person, withdrawn=True), one)
        enrolment.person_id, enrolment.identifier_id = person.id, identifier.id
        enrolment.policy_version_id, enrolment.enrolled_at = version.id, at
        session.add(enrolment)
    for name, value in _differing(enrolment, one).items():
        if name == "withdrawn":
            enrolment.withdrawn_at = at if value else None
        else:
            setattr(enrolment, name, value)
    session.flush()
    known[one.main.place] = (identifier, person, enrolment)


def _renewed(earlier: Sequence[Enrolment], one: PreparedRow) -> Enrolment:
    """Return an enrolment under another number: what the row leaves out is as it was before."""
    before = earlier[0] if earlier else None
    said = {name: getattr(before, name, None) for name in SAID} | one.row.said()
    return Enrolment(issuer=one.row.issuer, **said)
