"""Reading an authority's list of enrolments: every fault is found, with its line and cure."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from pretraject.accounts.birth_dates import BirthDate, parse_birth_date
from pretraject.core.digits import ascii_digits
from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.core.locales import find_language
from pretraject.enrolment.intake import IntakeRow
from pretraject.enrolment.policy import Policy
from pretraject.enrolment.rules import (
    REGIONS,
    WEWIS,
    is_issuer,
    normalise_file_number,
    written_file_number,
)

REQUIRED = ("fileNumber", "birthDate", "group", "competentRegion")
OPTIONAL = {
    "language": "locale",
    "permitExpiry": "permit_expiry",
    "arrivalDate": "arrival_date",
    "exemption": "exemption",
}
COLUMNS = (*REQUIRED, "issuer", *OPTIONAL)
DELIMITERS = ",;"

AS_UTF8 = "save it as UTF-8; in a spreadsheet program choose 'CSV UTF-8'"
SHORT = 40

Cells = Mapping[str, str]


@dataclass
class _List:
    """A list being read: what is known of it so far."""

    file: str
    policy: Policy
    today: date
    faults: list[Fault] = field(default_factory=list)
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def fault(self, line: int | None, problem: str, cure: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, problem, cure))


def read_intake(data: bytes, *, file: str, policy: Policy, today: date) -> list[IntakeRow]:
    """Return the rows of a CSV file. Raises FaultyFilesError with every fault there is."""
    reading = _List(file, policy, today)
    text = _decoded(reading, data)
    rows: list[IntakeRow] = []
    if not reading.faults:
        lines = _lines(reading, text)
        _, header = next(lines, (1, []))
        columns = _columns(reading, header)
        if not reading.faults:
            rows = [row for line, cells in lines if (row := _row(reading, line, columns, cells))]
        if not reading.faults and not rows:
            reading.fault(None, "there is no row below the column names", "add a row for each person")
    if reading.faults:
        raise FaultyFilesError(reading.faults)
    return rows


def _decoded(reading: _List, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        reading.fault(None, "the file is in UTF-16, not in UTF-8", AS_UTF8)
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reading.fault(line, "this line is not in UTF-8", AS_UTF8)
        return ""


def _lines(reading: _List, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty with the line each begins on."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        reading.fault(line, f"not CSV from here on: {error}", "close every quotation mark that is opened")


def _columns(reading: _List, header: Sequence[str]) -> list[str]:
    """Hold the column names against those we know."""
    if not header:
        reading.fault(1, "the file is empty", f"begin with the column names {','.join(REQUIRED)}")
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            known = ", ".join(COLUMNS)
            cure = f"call it {near[0]}" if near else f"take it out; columns can be: {known}"
            reading.fault(1, f"unknown column {name[:SHORT]!r}", cure)
        if header.count(name) > 1:
            reading.fault(1, f"column {name[:SHORT]!r} twice", "keep one of the two")
    for name in REQUIRED:
        if header and name not in header:
            reading.fault(1, f"column {name!r} is missing", "add it")
    return list(header)


def _row(reading: _List, line: int, columns: list[str], cells: list[str]) -> IntakeRow | None:
    """Return what a row says; None when there is a fault in it."""
    before = len(reading.faults)
    if len(cells) != len(columns):
        problem = f"{len(cells)} cells where there are {len(columns)} columns"
        reading.fault(line, problem, "give every column a cell; put a text with a comma between quotes")
        return None
    found = dict(zip(columns, cells, strict=True))
    issuer = _issuer(reading, line, found)
    number = _file_number(reading, line, found, issuer)
    born = _birth_date(reading, line, found)
    row = IntakeRow(
        line=line,
        file_number=number,
        birth_date=born,
        group=_one_of(reading, line, found, "group", list(reading.policy.groups)),
        competent_region=_one_of(reading, line, found, "competentRegion", REGIONS),
        issuer=issuer,
        locale=_locale(reading, line, found),
        permit_expiry=_day(reading, line, found, "permitExpiry"),
        arrival_date=_day(reading, line, found, "arrivalDate"),
        exemption=_one_of(reading, line, found, "exemption", reading.policy.exemptions) or None,
        given=frozenset(attribute for name, attribute in OPTIONAL.items() if name in found),
    )
    return row if len(reading.faults) == before else None


def _issuer(reading: _List, line: int, cells: Cells) -> str:
    issuer = cells.get("issuer", "").lower() or WEWIS
    if not is_issuer(issuer):
        cure = "name the authority in at most 32 small letters, digits and hyphens, or leave it empty"
        reading.fault(line, f"issuer {issuer[:SHORT]!r} cannot be read", cure)
    return issuer


def _file_number(reading: _List, line: int, cells: Cells, issuer: str) -> str:
    """Return a file number as it is written; the values themselves are kept out of messages."""
    written, normal = written_file_number(cells["fileNumber"]), normalise_file_number(cells["fileNumber"])
    if written is None or normal is None:
        cure = (
            "write 4 to 40 letters, digits, - / or .; "
            "in a spreadsheet make the column a text column, so that it does not round the number"
        )
        problem = "cannot be a file number" if cells["fileNumber"] else "is empty"
        reading.fault(line, f"fileNumber {problem}", cure)
        return ""
    first = reading.first_lines.setdefault((issuer, normal), line)
    if first != line:
        reading.fault(line, f"the same fileNumber as on line {first}", "keep one row for each file number")
    return written


def _birth_date(reading: _List, line: int, cells: Cells) -> BirthDate:
    born = parse_birth_date(cells["birthDate"])
    if born is None:
        cure = "write it as 1990-05-17, or 1990-05-00 or 1990-00-00 when day or month are unknown"
        problem = "is no birth date" if cells["birthDate"] else "is empty"
        reading.fault(line, f"birthDate {problem}", cure)
        return BirthDate(reading.today.year)
    if (born.year, born.month or 1, born.day or 1) > (
        reading.today.year,
        reading.today.month,
        reading.today.day,
    ):
        reading.fault(line, "birthDate is in the future", "correct the year")
    return born


def _one_of(reading: _List, line: int, cells: Cells, name: str, known: Sequence[str]) -> str:
    """Return a cell's word in small letters; one that is optional may be empty."""
    word = cells.get(name, "").lower()
    if word not in known and (word or name in REQUIRED):
        problem = f"{name} {word[:SHORT]!r} is not known" if word else f"{name} is empty"
        reading.fault(line, problem, f"write one of: {', '.join(known)}")
    return word


def _locale(reading: _List, line: int, cells: Cells) -> str | None:
    tag = cells.get("language", "")
    language = find_language(tag) if tag else None
    if tag and language is None:
        reading.fault(line, f"language {tag[:SHORT]!r} is not known", "write its tag, such as ar or fa-AF")
    return language.locale if language else None


def _day(reading: _List, line: int, cells: Cells, name: str) -> date | None:
    text = ascii_digits(cells.get(name, ""))
    if not text:
        return None
    try:
        if len(text) != len("1990-05-17"):
            raise ValueError(name)
        return date.fromisoformat(text)
    except ValueError:
        reading.fault(line, f"{name} is no date", "write a day that exists as 2027-05-17")
        return None
