"""What an authority says of one person, and everything that has to be computed for it.

What takes time (encryption, keyed hashes, codes) is prepared outside the transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pretraject.accounts.actions import Name
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import draw_code
from pretraject.core.crypto import Vault
from pretraject.core.errors import InvalidError
from pretraject.enrolment import queries
from pretraject.enrolment.actions import draw_key
from pretraject.enrolment.rules import FILE_NUMBER, INSZ, NATIONAL_REGISTER, WEWIS

SAID = ("group", "competent_region", "locale", "permit_expiry", "arrival_date", "exemption")
"""What an enrolment says, under the names of its columns."""
ALL = frozenset({*SAID, "birth_date", "withdrawn"})
"""What a row may leave out; a known person then keeps it."""

Place = tuple[str, str, str]
"""Issuer, kind and blind index of a number."""


class NoFileNumberError(InvalidError):
    """A row has no file number that can be one."""


@dataclass(frozen=True)
class Number:
    """A number somebody is known by, as it is to be kept."""

    issuer: str
    kind: str
    value: str

    @classmethod
    def of(cls, issuer: str, kind: str, value: str) -> "Number":
        """Return a number that an authority tells: an INSZ is never its own."""
        return cls(NATIONAL_REGISTER if kind == INSZ else issuer, kind, value)


@dataclass(frozen=True)
class IntakeRow:
    """One person; `given` names what the authority said at all.

    `add` and `end` are further numbers: a renewal's, another employer's, an INSZ. `new_code`
    asks for another access code; the ones before and the sign-in opened with them end.
    """

    line: int
    file_number: str
    birth_date: BirthDate | None
    group: str | None
    competent_region: str | None
    issuer: str = WEWIS
    locale: str | None = None
    permit_expiry: date | None = None
    arrival_date: date | None = None
    exemption: str | None = None
    withdrawn: bool = False
    add: tuple[Number, ...] = ()
    end: tuple[Number, ...] = ()
    new_code: bool = False
    given: frozenset[str] = ALL

    def said(self) -> dict[str, Any]:
        """Return what the row says of an enrolment."""
        return {name: getattr(self, name) for name in SAID if name in self.given}

    def missing(self) -> str | None:
        """Return what a row about somebody new must say and does not, by the name authorities know."""
        needed = {"birthDate": "birth_date", "group": "group", "competentRegion": "competent_region"}
        return next((name for name, attribute in needed.items() if getattr(self, attribute) is None), None)


@dataclass(frozen=True)
class PreparedNumber:
    """A number, sealed and indexed."""

    number: Number
    index: str
    value_sealed: bytes

    @property
    def place(self) -> Place:
        """Return what it is known by."""
        return self.number.issuer, self.number.kind, self.index


@dataclass(frozen=True)
class PreparedRow:
    """A row with everything that had to be computed for it."""

    row: IntakeRow
    main: PreparedNumber
    add: tuple[PreparedNumber, ...]
    end: tuple[PreparedNumber, ...]
    person_key: str
    birth_date_sealed: bytes | None
    code: str
    code_index: str

    @property
    def wanted(self) -> tuple[PreparedNumber, ...]:
        """Return the numbers that the person shall have."""
        return (self.main, *(one for one in self.add if one.place != self.main.place))


def prepare(rows: Iterable[IntakeRow], vault: Vault) -> Iterator[PreparedRow]:
    """Compute what each row needs. Raises NoFileNumberError."""
    for row in rows:
        if queries.file_number_index(vault, row.file_number, issuer=row.issuer) is None:
            raise NoFileNumberError(f"line {row.line}")
        key, code = draw_key(), draw_code()
        born = row.birth_date
        yield PreparedRow(
            row=row,
            main=_prepared(vault, Number(row.issuer, FILE_NUMBER, row.file_number)),
            add=tuple(_prepared(vault, one) for one in row.add),
            end=tuple(_prepared(vault, one) for one in row.end),
            person_key=key,
            birth_date_sealed=vault.seal(str(born), place=queries.birth_date_place(key)) if born else None,
            code=code,
            code_index=Name("code", code).index(vault),
        )


def _prepared(vault: Vault, number: Number) -> PreparedNumber:
    index = queries.normalised_index(vault, number.value, issuer=number.issuer, kind=number.kind)
    place = queries.identifier_place(number.issuer, number.kind, index)
    return PreparedNumber(number, index, vault.seal(number.value, place=place))
