"""Whom letters are for: a file of codes, held against what the database knows of each."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import Name
from pretraject.accounts.codes import print_code, read_code
from pretraject.completion.status import Place, Status, statuses_by_number
from pretraject.core.crypto import Vault
from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.core.parts import parts
from pretraject.enrolment.models import AccessCode, Identifier
from pretraject.enrolment.queries import file_number_index
from pretraject.enrolment.rules import FILE_NUMBER

COLUMNS = ("fileNumber", "accessCode")
BATCH = 200
AS_WRITTEN = "take the file as `pretraject enrolment import` wrote it"
NEW_CODE = "give the person a new one: pretraject enrolment reissue"
TAKE_OUT = "take the line out"

Situation = Literal["required", "exempt", "family", "voluntary"]


@dataclass(frozen=True)
class CodeRow:
    """A line of the file: whose code it is."""

    line: int
    file_number: str
    code: str


@dataclass(frozen=True)
class Letter:
    """What stands in one person's letter and in no other."""

    person_id: int
    file_number: str
    code: str
    locale: str | None
    situation: Situation


@dataclass
class CodesRead:
    """A file of codes and every fault found in it."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    first_lines: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int | None, problem: str, cure: str) -> None:
        """Note a fault; the values themselves are kept out of it."""
        self.faults.append(Fault(self.file, line, problem, cure))

    def refuse(self) -> None:
        """Raise FaultyFilesError when there is any fault."""
        if self.faults:
            raise FaultyFilesError(sorted(self.faults, key=lambda fault: fault.line or 0))


def letters_of(session: Session, vault: Vault, data: bytes, *, file: str, at: datetime) -> list[Letter]:
    """Return the letters that a file of codes asks for, in its order.

    Raises FaultyFilesError with every line that cannot be read or whose code opens nothing.
    """
    reading = CodesRead(file)
    rows = list(_rows(reading, data))
    reading.refuse()
    letters: list[Letter] = []
    for some in parts(rows, BATCH):
        letters += _letters(session, vault, some, reading, at=at)
    reading.refuse()
    return letters


def _rows(reading: CodesRead, data: bytes) -> Iterable[CodeRow]:
    try:
        lines = csv.DictReader(data.decode("utf-8-sig").splitlines(), strict=True)
        if not set(COLUMNS) <= set(lines.fieldnames or ()):
            reading.fault(1, f"the columns {' and '.join(COLUMNS)} are not both there", AS_WRITTEN)
            return
        for cells in lines:
            yield from _row(reading, lines.line_num, cells)
        if lines.line_num < 2:
            reading.fault(None, "there is no code below the column names", "there are no letters to make")
    except (UnicodeDecodeError, csv.Error):
        reading.fault(None, "this is not CSV in UTF-8", AS_WRITTEN)


def _row(reading: CodesRead, line: int, cells: dict[str, str | None]) -> Iterable[CodeRow]:
    number, code = (cells["fileNumber"] or "").strip(), read_code(cells["accessCode"] or "")
    if not number:
        reading.fault(line, "fileNumber is empty", AS_WRITTEN)
    elif code is None:
        reading.fault(line, "accessCode has a slip in it", AS_WRITTEN)
    elif (first := reading.first_lines.setdefault(code, line)) != line:
        reading.fault(line, f"the same accessCode as on line {first}", TAKE_OUT)
    else:
        yield CodeRow(line, number, code)


def _letters(
    session: Session, vault: Vault, rows: Sequence[CodeRow], reading: CodesRead, *, at: datetime
) -> Iterable[Letter]:
    places = _places(session, vault, rows)
    asked = {places[row.code, row.file_number][1] for row in rows if (row.code, row.file_number) in places}
    statuses = {
        place: status
        for status, found in statuses_by_number(session, asked, at=at).values()
        for place in found
    }
    for row in rows:
        code, place = places.get((row.code, row.file_number), (None, None))
        if code is None or place is None:
            reading.fault(row.line, "no file has this fileNumber and this accessCode", AS_WRITTEN)
        elif _opens(reading, row, code, statuses[place]):
            status = statuses[place]
            yield Letter(
                person_id=code.person_id,
                file_number=row.file_number,
                code=print_code(row.code),
                locale=status.judging.enrolment.locale if status.judging.enrolment else None,
                situation=_situation(status),
            )


def _places(
    session: Session, vault: Vault, rows: Sequence[CodeRow]
) -> dict[tuple[str, str], tuple[AccessCode, Place]]:
    """Return the stored code and the place of the number, by code and number as they are listed.

    The file does not say who issued a number; the code's person has few, so it is one of theirs.
    """
    row_of = {index: row for row in rows for index in Name("code", row.code).indexes(vault)}
    pairs = session.execute(
        select(AccessCode, Identifier)
        .join(Identifier, Identifier.person_id == AccessCode.person_id)
        .where(AccessCode.code_index.in_(row_of), Identifier.kind == FILE_NUMBER)
        .order_by(AccessCode.id, Identifier.id)
    )
    found = {}
    for code, number in pairs:
        row = row_of[code.code_index]
        if file_number_index(vault, row.file_number, issuer=number.issuer) == number.value_index:
            place = (number.issuer, number.kind, number.value_index)
            found[row.code, row.file_number] = (code, place)
    return found


def _opens(reading: CodesRead, row: CodeRow, code: AccessCode, status: Status) -> bool:
    """Say whether a code still opens its file, and the file still is one."""
    if code.ended_at is not None:
        reading.fault(row.line, "accessCode has ended: another one took its place", NEW_CODE)
    elif code.used_at is not None:
        reading.fault(row.line, "accessCode was used already", f"{TAKE_OUT}; if it is lost, {NEW_CODE}")
    elif status.judging.enrolment is None:
        reading.fault(row.line, "the enrolment was withdrawn", TAKE_OUT)
    else:
        return True
    return False


def _situation(status: Status) -> Situation:
    if status.exemption:
        return "exempt"
    if status.track == "family":
        return "family"
    return "required" if status.obligation == "required" else "voluntary"
