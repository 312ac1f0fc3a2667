"""`pretraject enrolment`: taking people in, and giving one a new code."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import Name
from pretraject.accounts.codes import print_code
from pretraject.audit.actions import note, note_each
from pretraject.audit.rules import OPERATOR
from pretraject.completion.actions import record
from pretraject.core.clock import legal_date
from pretraject.core.errors import FaultyFilesError, NotFoundError
from pretraject.core.ground import Ground
from pretraject.enrolment import actions, queries
from pretraject.enrolment.intake import Imported, import_enrolments
from pretraject.enrolment.models import AccessCode
from pretraject.enrolment.rows import IntakeRow, PreparedRow, prepare
from pretraject.enrolment.rules import WEWIS
from pretraject.exchange.codes_file import CodesFile
from pretraject.exchange.intake import read_intake
from pretraject.exchange.letter_commands import letters
from pretraject.exchange.taken_in import faults_of, reevaluate, write_faults, write_outcomes

PROGRESS_FROM = 2000
"""From so many rows on it takes longer than a second."""


class UnknownFileNumberError(NotFoundError):
    """Nobody has this file number."""


@click.group()
def enrolment() -> None:
    """Enrolments: take in an authority's list, print its letters, or give one person a new code."""


enrolment.add_command(letters)


@enrolment.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--codes",
    required=True,
    metavar="OUT.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="New file for the access codes, readable by you only. It is the only copy.",
)
@click.option(
    "--report",
    metavar="REPORT.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what became of each row, or every fault, to this file; readable by you only.",
)
@click.pass_obj
def import_(ground: Ground, file: Path, codes: Path, report: Path | None) -> None:
    """Take in the people of a CSV file and write an access code for each new one.

    Columns: fileNumber, birthDate, group, competentRegion; if you like also issuer,
    language, permitExpiry, arrivalDate, exemption, withdrawn, newFileNumber (of a renewal or
    another employer) and insz. UTF-8, comma or semicolon between cells, dates as 2027-05-17.
    When part of a birth date is unknown: 1990-05-00 or 1990-00-00.

    All or nothing: if one row is at fault, every fault is told and nothing is stored. A
    file number that is known gets no new code; what differs in its row is corrected.
    """
    at = ground.clock()
    with ground.database.reading() as session:
        _, policy = queries.current_policy(session)
    try:
        rows = read_intake(file.read_bytes(), file=str(file), policy=policy, today=legal_date(at))
        prepared = list(prepare(_with_progress(rows), ground.vault))
        imported = _store(ground, prepared, CodesFile(codes), file=str(file), at=at)
    except FaultyFilesError as error:
        if report is not None:
            write_faults(report, error.faults)
        raise
    if report is not None:
        write_outcomes(report, imported.outcomes)
    click.echo(
        f"new: {len(imported.codes)}, changed: {len(imported.changed)}, unchanged: {imported.unchanged}"
    )
    click.echo(f"access codes: {codes}")


@enrolment.command("reissue")
@click.argument("file_number")
@click.option("--issuer", default=WEWIS, show_default=True, help="Authority the number is from.")
@click.option(
    "--disputed", is_flag=True, help="Somebody else may have used the code: mark what was completed."
)
@click.pass_obj
def reissue(ground: Ground, file_number: str, issuer: str, disputed: bool) -> None:
    """Give the person with FILE_NUMBER a new access code and print it.

    Check first who asks for it. The code before and every sign-in opened with it end at
    once. What the person did stays. If somebody else may have opened the letter, say
    --disputed: completions from before are then marked so. The code is shown only here.
    """
    at = ground.clock()
    with ground.database.writing() as session:
        person = queries.find_person_by_file_number(session, ground.vault, file_number, issuer=issuer)
        if person is None:
            raise UnknownFileNumberError(f"{issuer} has no file with this number; nothing was changed")
        code = actions.reissue(session, ground.vault, person=person, disputed=disputed, at=at)
        record(session, person=person, at=at)
        action = "code.reissued-disputed" if disputed else "code.reissued"
        note(session, actor=OPERATOR, action=action, at=at, person_id=person.id)
        session.commit()
    click.echo(print_code(code))


def _store(
    ground: Ground, prepared: list[PreparedRow], codes_file: CodesFile, *, file: str, at: datetime
) -> Imported:
    """Store everything and keep the codes; or nothing, and leave no file.

    Whatever interrupts us round the commit, the database is asked whether it has the codes
    before the only copy of them is thrown away.
    """
    codes_file.reserve()
    imported = Imported()
    try:
        with ground.database.writing() as session:
            imported = import_enrolments(session, ground.vault, prepared, at=at)
            if imported.rejected:
                raise FaultyFilesError(faults_of(imported.rejected, file=file))
            reevaluate(session, imported, at=at)
            codes = [(number, print_code(code)) for number, code in imported.codes]
            codes_file.write(codes)
            _note_import(session, imported, at=at)
            session.commit()
    except BaseException:
        _settle(ground, imported, codes_file)
        raise
    codes_file.keep()
    return imported


def _note_import(session: Session, imported: Imported, *, at: datetime) -> None:
    """Write down whose enrolment was changed, and how many are new."""
    changed = [person.id for person in imported.changed]
    note_each(session, changed, actor=OPERATOR, action="enrolment.changed", at=at)
    note(session, actor=OPERATOR, action="enrolment.imported", at=at, new=len(imported.codes))


def _settle(ground: Ground, imported: Imported, file: CodesFile) -> None:
    """Decide about the codes of an import that was interrupted."""
    try:
        stored = file.is_written and _are_stored(ground, imported)
    except Exception:
        click.echo(
            f"The database no longer answers. Codes are kept in {file.part}: import the list again "
            f"under another --codes name; if it says 'new: 0', these are the codes.",
            err=True,
        )
        raise
    if stored:
        file.keep()
        click.echo(f"Everything is stored; the access codes are in {file.path}.", err=True)
    else:
        file.discard()


def _are_stored(ground: Ground, imported: Imported) -> bool:
    if not imported.codes:
        return False
    index = Name("code", imported.codes[0][1]).index(ground.vault)
    with ground.database.reading() as session:
        stored = session.scalars(select(AccessCode.id).where(AccessCode.code_index == index)).first()
    return stored is not None


def _with_progress(rows: list[IntakeRow]) -> Iterable[IntakeRow]:
    """Show a bar on stderr where somebody watches and it takes a while."""
    if len(rows) < PROGRESS_FROM or not sys.stderr.isatty():
        return rows
    return _watched(rows)


def _watched(rows: list[IntakeRow]) -> Iterator[IntakeRow]:
    with click.progressbar(rows, label="Preparing", file=sys.stderr) as bar:
        yield from bar
