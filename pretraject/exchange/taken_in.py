"""What became of enrolments that an authority sent: re-evaluated, told, put into a report."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path

from sqlalchemy.orm import Session

from pretraject.completion.actions import record
from pretraject.completion.decisions import take_over
from pretraject.core.errors import Fault
from pretraject.core.replacing import replacing_bytes
from pretraject.enrolment.intake import Imported, Outcome

REASONS = {
    "missing": ("it is needed for somebody new, and to link a new number", "add it"),
    "duplicate": ("another row has the same number", "keep one row for each person"),
    "birthDateDiffers": (
        "another birthDate is on record for this fileNumber",
        "correct the row, or the number: a birth date is not changed by an import",
    ),
    "identifierInUse": (
        "a further number belongs to somebody else",
        "look whose it is: two people who both have an account are never made one",
    ),
    "unknownIdentifier": ("the person has no such number", "end only numbers that were linked before"),
}
"""Why rows are not taken in, in words, and the cure."""


def reevaluate(session: Session, imported: Imported, *, at: datetime) -> None:
    """Add what follows for everybody whose enrolment changed and who can have completed something.

    What was decided about people who turned out to be one follows them.
    """
    for one in imported.outcomes:
        if one.joined and one.person is not None:
            take_over(session, into=one.person)
        if one.kind == "changed" and one.person is not None and one.person.account_id is not None:
            record(session, person=one.person, at=at)


def faults_of(rejected: Iterable[Outcome], *, file: str) -> list[Fault]:
    """Return why rows of a list were not taken in."""
    faults = []
    for one in rejected:
        if one.rejected is not None:
            problem, cure = REASONS[one.rejected.code]
            faults.append(Fault(file, one.prepared.row.line, f"{one.rejected.name}: {problem}", cure))
    return faults


def write_outcomes(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write what became of each row of a list."""
    rows = ((one.prepared.row.line, one.prepared.row.file_number, one.kind) for one in outcomes)
    _write(path, ("line", "fileNumber", "outcome"), rows)


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    """Write every fault of a list that was refused."""
    _write(path, ("line", "problem", "cure"), ((one.line or "", one.problem, one.cure) for one in faults))


def _write(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table that only its owner can read, whole or not at all."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    with replacing_bytes(path) as file:
        file.write(text.getvalue().encode())
