"""Taking in what an authority says of people: new ones get a code, known ones are corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pretraject.core.crypto import Vault
from pretraject.core.parts import parts
from pretraject.enrolment import queries
from pretraject.enrolment.amending import Known, Rejected, amend
from pretraject.enrolment.models import AccessCode, Enrolment, Identifier, Person, PolicyVersion
from pretraject.enrolment.rows import SAID, Place, PreparedNumber, PreparedRow

CHUNK = 400

Kind = Literal["created", "changed", "unchanged", "rejected"]


@dataclass(frozen=True)
class Outcome:
    """What became of a row. `code` can be read only here; `person` is whose row it is."""

    prepared: PreparedRow
    kind: Kind
    person: Person | None = None
    code: str | None = None
    rejected: Rejected | None = None
    joined: bool = False


@dataclass
class Imported:
    """What an import did, row by row, in the order of the rows."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def codes(self) -> list[tuple[str, str]]:
        """Return the new codes by file number."""
        return [(one.prepared.row.file_number, one.code) for one in self.outcomes if one.code]

    @property
    def changed(self) -> list[Person]:
        """Return the known people of whom something is different now."""
        return [one.person for one in self.outcomes if one.kind == "changed" and one.person]

    @property
    def unchanged(self) -> int:
        """Return how many rows changed nothing."""
        return sum(one.kind == "unchanged" for one in self.outcomes)

    @property
    def rejected(self) -> list[Outcome]:
        """Return the rows that were not taken in."""
        return [one for one in self.outcomes if one.kind == "rejected"]


def import_enrolments(
    session: Session, vault: Vault, people: Iterable[PreparedRow], *, at: datetime
) -> Imported:
    """Take in rows, each whole or not at all; the caller commits, or not.

    A row that is known and the same changes nothing and gets no code. A row whose number is
    new belongs to somebody known when one of its further numbers does.
    """
    prepared = list(people)
    version = _held_policy(session)
    known = _known(session, prepared)
    outcomes: dict[int, Outcome] = {}
    new: list[PreparedRow] = []
    claimed: set[Place] = set()
    for number, one in enumerate(prepared):
        if any(place.place in known for place in one.wanted):
            outcomes[number] = _amended(session, vault, one, known, version, at=at)
        elif (rejected := _refuse_new(one, claimed)) is not None:
            outcomes[number] = Outcome(one, "rejected", rejected=rejected)
        else:
            claimed.update(place.place for place in one.wanted)
            new.append(one)
    persons = _add(session, new, version, at=at)
    added = iter(new)
    for number in range(len(prepared)):
        if number not in outcomes:
            one = next(added)
            outcomes[number] = Outcome(one, "created", persons.get(one.person_key), code=one.code)
    session.flush()
    return Imported([outcomes[number] for number in range(len(prepared))])


def _amended(
    session: Session,
    vault: Vault,
    one: PreparedRow,
    known: Known,
    version: PolicyVersion,
    *,
    at: datetime,
) -> Outcome:
    """Bring somebody known in line with a row."""
    done = amend(session, vault, one, known, version, at=at)
    if isinstance(done, Rejected):
        return Outcome(one, "rejected", rejected=done)
    kind: Kind = "changed" if done.changed else "unchanged"
    return Outcome(one, kind, done.person, code=done.code, joined=done.joined)


def _refuse_new(one: PreparedRow, claimed: set[Place]) -> Rejected | None:
    """Return why somebody nobody knows yet cannot be taken in."""
    missing = one.row.missing()
    if missing is not None:
        return Rejected(missing, "missing")
    if any(place.place in claimed for place in one.wanted):
        return Rejected("addIdentifiers", "duplicate")
    if one.end:
        return Rejected("endIdentifiers", "unknownIdentifier")
    return None


def _held_policy(session: Session) -> PolicyVersion:
    """Return the current policy and hold its row, so that imports go one after the other."""
    version, _ = queries.current_policy(session)
    session.refresh(version, with_for_update=True)
    return version


def _known(session: Session, prepared: Sequence[PreparedRow]) -> Known:
    """Return the numbers of the rows that somebody has already, with whom and their enrolment."""
    found: Known = {}
    numbers = {number.index: number.place for one in prepared for number in (*one.wanted, *one.end)}
    for chunk in parts(list(numbers), CHUNK):
        rows = session.execute(
            select(Identifier, Person, Enrolment)
            .join(Person, Person.id == Identifier.person_id)
            .outerjoin(Enrolment, Enrolment.identifier_id == Identifier.id)
            .where(Identifier.value_index.in_(chunk))
            .order_by(Identifier.id)
        )
        for identifier, person, enrolment in rows:
            place = (identifier.issuer, identifier.kind, identifier.value_index)
            found[place] = (identifier, person, enrolment)
    return found


def _add(
    session: Session, new: Sequence[PreparedRow], version: PolicyVersion, *, at: datetime
) -> dict[str, Person]:
    """Store people, numbers, enrolments and codes, each kind in one go."""
    if not new:
        return {}
    persons = _stored(
        session,
        Person,
        "key",
        [
            {"key": one.person_key, "birth_date_sealed": one.birth_date_sealed, "created_at": at}
            for one in new
        ],
    )
    owners = [(one, number) for one in new for number in one.wanted]
    numbers = _stored(
        session,
        Identifier,
        "value_index",
        [_identifier(number, persons[one.person_key], at) for one, number in owners],
    )
    session.execute(insert(Enrolment), [_enrolment(one, persons, numbers, version, at) for one in new])
    session.execute(
        insert(AccessCode),
        [
            {"person_id": persons[one.person_key], "code_index": one.code_index, "issued_at": at}
            for one in new
        ],
    )
    return _persons(session, list(persons.values()))


def _persons(session: Session, ids: Sequence[int]) -> dict[str, Person]:
    return {
        person.key: person
        for chunk in parts(ids, CHUNK)
        for person in session.scalars(select(Person).where(Person.id.in_(chunk)).order_by(Person.id))
    }


def _stored(
    session: Session, model: type[Person | Identifier], key: str, rows: list[dict[str, Any]]
) -> dict[str, int]:
    """Insert rows and return their ids by what names them."""
    statement = insert(model).returning(getattr(model, key), model.id)
    return {str(name): int(number) for name, number in session.execute(statement, rows)}


def _identifier(number: PreparedNumber, person_id: int, at: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "issuer": number.number.issuer,
        "kind": number.number.kind,
        "value_sealed": number.value_sealed,
        "value_index": number.index,
        "valid_from": at,
    }


def _enrolment(
    one: PreparedRow,
    persons: dict[str, int],
    numbers: dict[str, int],
    version: PolicyVersion,
    at: datetime,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "person_id": persons[one.person_key],
        "identifier_id": numbers[one.main.index],
        "policy_version_id": version.id,
        "issuer": one.row.issuer,
        "enrolled_at": at,
        "withdrawn_at": at if one.row.withdrawn else None,
    }
    return dict.fromkeys(SAID) | one.row.said() | values
