"""Reading an authority's list of enrolments: every fault is found, with its line and cure."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.enrolment.policy import Policy
from pretraject.enrolment.rows import IntakeRow
from pretraject.enrolment.rules import WEWIS
from pretraject.exchange.intake_rows import SHORT, RowReader, numbers_in

REQUIRED = ("fileNumber", "birthDate", "group", "competentRegion")
OPTIONAL = (
    *("issuer", "language", "permitExpiry", "arrivalDate", "exemption", "withdrawn"),
    *("newFileNumber", "insz"),
)
COLUMNS = (*REQUIRED, *OPTIONAL)
DELIMITERS = ",;"

AS_UTF8 = "save it as UTF-8; in a spreadsheet program choose 'CSV UTF-8'"


@dataclass
class _List:
    """A list being read: what is known of it so far."""

    file: str
    rows: RowReader
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int | None, problem: str, cure: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, problem, cure))


def read_intake(data: bytes, *, file: str, policy: Policy, today: date) -> list[IntakeRow]:
    """Return the rows of a CSV file. Raises FaultyFilesError with every fault there is."""
    reading = _List(file, RowReader(policy, today, WEWIS))
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
    """Return what a row says; None when there is a fault in it.

    Whoever is on a list is enrolled: one that has no column `withdrawn` says so of everybody.
    """
    if len(cells) != len(columns):
        problem = f"{len(cells)} cells where there are {len(columns)} columns"
        reading.fault(line, problem, "give every column a cell; put a text with a comma between quotes")
        return None
    found = {"withdrawn": ""} | dict(zip(columns, cells, strict=True))
    row, problems = reading.rows.read(line, found, add=numbers_in(found))
    for one in problems:
        reading.fault(line, one.problem, one.cure)
    return row
