"""What an authority says of one person, cell by cell: the same rules for a list and for a program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pretraject.accounts.birth_dates import BirthDate, parse_birth_date
from pretraject.core.digits import ascii_digits
from pretraject.core.locales import find_language
from pretraject.enrolment.policy import Policy
from pretraject.enrolment.rows import IntakeRow, Number
from pretraject.enrolment.rules import (
    FILE_NUMBER,
    INSZ,
    REGIONS,
    is_issuer,
    normalise_file_number,
    read_insz,
    written_file_number,
)

SHORT = 40
ATTRIBUTES = {
    "birthDate": "birth_date",
    "group": "group",
    "competentRegion": "competent_region",
    "language": "locale",
    "permitExpiry": "permit_expiry",
    "arrivalDate": "arrival_date",
    "exemption": "exemption",
    "withdrawn": "withdrawn",
}
"""The cells that may be left out, by the attribute of a row they give."""
NO_EXEMPTION = "none"
YES, NO = ("true", "yes", "1"), ("false", "no", "0", "")

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell: a code that programs know, and words. Never the value itself."""

    name: str
    code: str
    problem: str
    cure: str


@dataclass
class RowReader:
    """Reads rows one after another and finds the file number that comes twice."""

    policy: Policy
    today: date
    issuer: str
    problems: list[Problem] = field(default_factory=list)
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(
        self,
        line: int,
        cells: Cells,
        *,
        add: Sequence[tuple[str, str]] = (),
        end: Sequence[tuple[str, str]] = (),
        new_code: bool = False,
    ) -> tuple[IntakeRow | None, list[Problem]]:
        """Return a row, or what is wrong with it. `add` and `end` are numbers by kind."""
        self.problems = []
        issuer = self._issuer(cells)
        given = frozenset(attribute for name, attribute in ATTRIBUTES.items() if name in cells)
        row = IntakeRow(
            line=line,
            file_number=self._file_number(line, cells, issuer),
            birth_date=self._birth_date(cells),
            group=self._one_of(cells, "group", list(self.policy.groups)),
            competent_region=self._one_of(cells, "competentRegion", REGIONS),
            issuer=issuer,
            locale=self._locale(cells),
            permit_expiry=self._day(cells, "permitExpiry"),
            arrival_date=self._day(cells, "arrivalDate"),
            exemption=self._exemption(cells),
            withdrawn=self._yes(cells, "withdrawn"),
            add=self._numbers("addIdentifiers", add, issuer),
            end=self._numbers("endIdentifiers", end, issuer),
            new_code=new_code,
            given=given,
        )
        return (None if self.problems else row), self.problems

    def _fault(self, name: str, code: str, problem: str, cure: str) -> None:
        self.problems.append(Problem(name, code, problem, cure))

    def _issuer(self, cells: Cells) -> str:
        issuer = cells.get("issuer", "").lower() or self.issuer
        if not is_issuer(issuer):
            cure = "name the authority in at most 32 small letters, digits and hyphens, or leave it empty"
            self._fault("issuer", "unreadable", f"issuer {issuer[:SHORT]!r} cannot be read", cure)
        return issuer

    def _file_number(self, line: int, cells: Cells, issuer: str) -> str:
        text = cells.get("fileNumber", "")
        written, normal = written_file_number(text), normalise_file_number(text)
        if written is None or normal is None:
            cure = (
                "write 4 to 40 letters, digits, - / or .; "
                "in a spreadsheet make the column a text column, so that it does not round the number"
            )
            problem = "cannot be a file number" if text else "is empty"
            self._fault("fileNumber", "unreadable" if text else "missing", f"fileNumber {problem}", cure)
            return ""
        first = self.first_lines.setdefault((issuer, normal), line)
        if first != line:
            problem = f"the same fileNumber as on line {first}"
            self._fault("fileNumber", "duplicate", problem, "keep one row for each file number")
        return written

    def _birth_date(self, cells: Cells) -> BirthDate | None:
        if "birthDate" not in cells:
            return None
        born = parse_birth_date(cells["birthDate"])
        if born is None:
            cure = "write it as 1990-05-17, or 1990-05-00 or 1990-00-00 when day or month are unknown"
            problem = "is no birth date" if cells["birthDate"] else "is empty"
            code = "unreadable" if cells["birthDate"] else "missing"
            self._fault("birthDate", code, f"birthDate {problem}", cure)
            return None
        today = (self.today.year, self.today.month, self.today.day)
        if (born.year, born.month or 1, born.day or 1) > today:
            self._fault("birthDate", "future", "birthDate is in the future", "correct the year")
        return born

    def _one_of(self, cells: Cells, name: str, known: Sequence[str]) -> str | None:
        """Return a cell's word in small letters; None when there is no such cell."""
        if name not in cells:
            return None
        word = cells[name].lower()
        if word not in known:
            problem = f"{name} {word[:SHORT]!r} is not known" if word else f"{name} is empty"
            self._fault(name, "unknown" if word else "missing", problem, f"write one of: {', '.join(known)}")
        return word

    def _exemption(self, cells: Cells) -> str | None:
        word = cells.get("exemption", "").lower()
        if word in ("", NO_EXEMPTION):
            return None
        return self._one_of(cells, "exemption", [*self.policy.exemptions, NO_EXEMPTION])

    def _yes(self, cells: Cells, name: str) -> bool:
        word = cells.get(name, "").lower()
        if word not in YES + NO:
            self._fault(name, "unknown", f"{name} {word[:SHORT]!r} is not known", "write true or false")
        return word in YES

    def _locale(self, cells: Cells) -> str | None:
        tag = cells.get("language", "")
        language = find_language(tag) if tag else None
        if tag and language is None:
            problem = f"language {tag[:SHORT]!r} is not known"
            self._fault("language", "unknown", problem, "write its tag, such as ar or fa-AF")
        return language.locale if language else None

    def _day(self, cells: Cells, name: str) -> date | None:
        text = ascii_digits(cells.get(name, ""))
        if not text:
            return None
        try:
            if len(text) != len("1990-05-17"):
                raise ValueError(name)
            return date.fromisoformat(text)
        except ValueError:
            self._fault(name, "unreadable", f"{name} is no date", "write a day that exists as 2027-05-17")
            return None

    def _numbers(self, name: str, numbers: Sequence[tuple[str, str]], issuer: str) -> tuple[Number, ...]:
        """Return further numbers of a person as they are kept."""
        found = []
        for kind, text in numbers:
            value = read_insz(text) if kind == INSZ else written_file_number(text)
            if value is None:
                problem = f"a number of kind {kind} in {name} cannot be one"
                self._fault(name, "unreadable", problem, "look whether a digit or letter is missing")
            else:
                found.append(Number.of(issuer, kind, value))
        return tuple(dict.fromkeys(found))


def numbers_in(cells: Cells) -> list[tuple[str, str]]:
    """Return the further numbers that a list has columns for."""
    columns = {"newFileNumber": FILE_NUMBER, "insz": INSZ}
    return [(kind, cells[name]) for name, kind in columns.items() if cells.get(name)]
