"""Taking in people from an authority's list: new ones get a code, known ones are corrected.

What takes time (encryption, keyed hashes, codes) is prepared outside the transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import Name
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import draw_code
from pretraject.core.crypto import Vault
from pretraject.core.errors import ConflictError, InvalidError
from pretraject.enrolment import queries
from pretraject.enrolment.actions import draw_key
from pretraject.enrolment.models import AccessCode, Enrolment, Identifier, Person, PolicyVersion
from pretraject.enrolment.rules import FILE_NUMBER, WEWIS

CHUNK = 500
OPTIONAL = frozenset({"locale", "permit_expiry", "arrival_date", "exemption"})
"""What a list may leave out altogether; a known person then keeps it."""


class BirthDatesDifferError(ConflictError):
    """Known file numbers came with another birth date; `lines` says where."""

    def __init__(self, lines: Sequence[int]) -> None:
        super().__init__(f"another birth date is known for the file numbers of {len(lines)} rows")
        self.lines = tuple(lines)


class NoFileNumberError(InvalidError):
    """A row has no file number that can be one."""


@dataclass(frozen=True)
class IntakeRow:
    """One person on the list; `given` names the optional columns that the list has."""

    line: int
    file_number: str
    birth_date: BirthDate
    group: str
    competent_region: str
    issuer: str = WEWIS
    locale: str | None = None
    permit_expiry: date | None = None
    arrival_date: date | None = None
    exemption: str | None = None
    given: frozenset[str] = OPTIONAL

    def enrolment(self) -> dict[str, Any]:
        """Return what an enrolment made from this row says."""
        return {"group": self.group, "competent_region": self.competent_region} | {
            name: getattr(self, name) for name in sorted(self.given)
        }


@dataclass(frozen=True)
class PreparedRow:
    """A row with everything that had to be computed for it."""

    row: IntakeRow
    index: str
    value_sealed: bytes
    person_key: str
    birth_date_sealed: bytes
    code: str
    code_index: str

    @property
    def place(self) -> tuple[str, str]:
        """Return what the row is known by."""
        return self.row.issuer, self.index


@dataclass
class Imported:
    """What an import did; `codes` is the only place where the new codes can be read."""

    codes: list[tuple[str, str]] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    unchanged: int = 0


def prepare(rows: Iterable[IntakeRow], vault: Vault) -> Iterator[PreparedRow]:
    """Compute what each row needs. Raises NoFileNumberError."""
    for row in rows:
        index = queries.file_number_index(vault, row.file_number, issuer=row.issuer)
        if index is None:
            raise NoFileNumberError(f"line {row.line}")
        key, code = draw_key(), draw_code()
        place = queries.identifier_place(row.issuer, FILE_NUMBER, index)
        yield PreparedRow(
            row=row,
            index=index,
            value_sealed=vault.seal(row.file_number, place=place),
            person_key=key,
            birth_date_sealed=vault.seal(str(row.birth_date), place=queries.birth_date_place(key)),
            code=code,
            code_index=Name("code", code).index(vault),
        )


def import_enrolments(
    session: Session, vault: Vault, people: Iterable[PreparedRow], *, at: datetime
) -> Imported:
    """Take in a whole list or nothing: the caller commits, or not.

    A row that is known and the same changes nothing and gets no code. Raises
    BirthDatesDifferError.
    """
    prepared = list(people)
    version = _held_policy(session)
    known = _known(session, prepared)
    _compare_birth_dates(vault, prepared, known)
    result = Imported()
    new = [one for one in prepared if one.place not in known]
    _add(session, new, version, at=at)
    result.codes = [(one.row.file_number, one.code) for one in new]
    corrected = []
    for one in prepared:
        if one.place in known:
            _, enrolment = known[one.place]
            if _correct(enrolment, one.row):
                corrected.append(enrolment.id)
            else:
                result.unchanged += 1
    session.flush()
    result.changed = _owners(session, corrected)
    return result


def _owners(session: Session, enrolment_ids: Sequence[int]) -> list[Person]:
    """Return whose the enrolments are now that we hold them: a code may have been linked meanwhile."""
    return [
        person
        for start in range(0, len(enrolment_ids), CHUNK)
        for person in session.scalars(
            select(Person)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(Enrolment.id.in_(enrolment_ids[start : start + CHUNK]))
            .order_by(Enrolment.id)
            .execution_options(populate_existing=True)
        )
    ]


def _held_policy(session: Session) -> PolicyVersion:
    """Return the current policy and hold its row, so that imports go one after the other."""
    version, _ = queries.current_policy(session)
    session.refresh(version, with_for_update=True)
    return version


def _known(
    session: Session, prepared: Sequence[PreparedRow]
) -> dict[tuple[str, str], tuple[Person, Enrolment]]:
    """Return the people and enrolments that the list's file numbers have already."""
    found = {}
    for chunk in _chunks(prepared):
        rows = session.execute(
            select(Identifier.issuer, Identifier.value_index, Person, Enrolment)
            .join(Person, Person.id == Identifier.person_id)
            .join(Enrolment, Enrolment.identifier_id == Identifier.id)
            .where(Identifier.kind == FILE_NUMBER, Identifier.value_index.in_([one.index for one in chunk]))
        )
        for issuer, index, person, enrolment in rows:
            found[issuer, index] = (person, enrolment)
    return found


def _compare_birth_dates(
    vault: Vault,
    prepared: Sequence[PreparedRow],
    known: dict[tuple[str, str], tuple[Person, Enrolment]],
) -> None:
    lines = []
    for one in prepared:
        if one.place in known:
            born = queries.birth_date_of_person(vault, known[one.place][0])
            if born is not None and not born.may_be(one.row.birth_date):
                lines.append(one.row.line)
    if lines:
        raise BirthDatesDifferError(lines)


def _correct(enrolment: Enrolment, row: IntakeRow) -> bool:
    """Bring an enrolment in line with its row; say whether anything was different."""
    wanted = row.enrolment() | {"withdrawn_at": None}
    different = {name: value for name, value in wanted.items() if getattr(enrolment, name) != value}
    for name, value in different.items():
        setattr(enrolment, name, value)
    return bool(different)


def _add(session: Session, new: Sequence[PreparedRow], version: PolicyVersion, *, at: datetime) -> None:
    """Store people, numbers, enrolments and codes, each kind in one go."""
    if not new:
        return
    persons = _stored(
        session,
        Person,
        "key",
        [
            {"key": one.person_key, "birth_date_sealed": one.birth_date_sealed, "created_at": at}
            for one in new
        ],
    )
    numbers = _stored(
        session,
        Identifier,
        "value_index",
        [
            {
                "person_id": persons[one.person_key],
                "issuer": one.row.issuer,
                "kind": FILE_NUMBER,
                "value_sealed": one.value_sealed,
                "value_index": one.index,
                "valid_from": at,
            }
            for one in new
        ],
    )
    session.execute(insert(Enrolment), [_enrolment(one, persons, numbers, version, at) for one in new])
    session.execute(
        insert(AccessCode),
        [
            {"person_id": persons[one.person_key], "code_index": one.code_index, "issued_at": at}
            for one in new
        ],
    )


def _stored(
    session: Session, model: type[Person | Identifier], key: str, rows: list[dict[str, Any]]
) -> dict[str, int]:
    """Insert rows and return their ids by what names them."""
    statement = insert(model).returning(getattr(model, key), model.id)
    return {str(name): int(number) for name, number in session.execute(statement, rows)}


def _enrolment(
    one: PreparedRow,
    persons: dict[str, int],
    numbers: dict[str, int],
    version: PolicyVersion,
    at: datetime,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "person_id": persons[one.person_key],
        "identifier_id": numbers[one.index],
        "policy_version_id": version.id,
        "issuer": one.row.issuer,
        "enrolled_at": at,
    }
    return dict.fromkeys(OPTIONAL) | one.row.enrolment() | values


def _chunks(prepared: Sequence[PreparedRow]) -> Iterator[Sequence[PreparedRow]]:
    for start in range(0, len(prepared), CHUNK):
        yield prepared[start : start + CHUNK]
