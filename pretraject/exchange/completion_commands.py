"""`pretraject completion`: taking completions out, and looking one up."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion import feed
from pretraject.completion.lines import FIELDS, pages_after
from pretraject.completion.queries import Standing, standing
from pretraject.completion.rules import is_disputed, parse_cursor
from pretraject.core.clock import legal_date
from pretraject.core.ground import Ground
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.exchange.feed_files import WRITERS, Line, replacing

DEFAULT_RECIPIENT = "wewis"
NO_DATA = "No linked data. This does not mean 'not completed'."
PROGRESS_FROM = 5000
"""From so many lines on it takes longer than a second."""


@click.group()
def completion() -> None:
    """Completions: export the feed of a recipient, or look one person up."""


def _well_formed(_ctx: click.Context, _param: click.Parameter, cursor: str) -> str:
    """Refuse what cannot be a cursor before anything else is done."""
    if parse_cursor(cursor) is None:
        raise click.BadParameter("this is not a cursor, such as 12.0123456789abcdef")
    return cursor


@completion.command("export")
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(WRITERS)),
    required=True,
    help="jsonl: one JSON object a line. csv: a table, file numbers without spaces, joined by one.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write. One that is there is replaced, all at once, at the end.",
)
@click.option(
    "--after",
    default="",
    metavar="CURSOR",
    callback=_well_formed,
    help="Only what comes after this cursor.",
)
@click.option(
    "--recipient",
    default=DEFAULT_RECIPIENT,
    show_default=True,
    metavar="NAME",
    help="Whose feed; the names are in content/policy.yaml.",
)
@click.pass_obj
def export(ground: Ground, format_: str, output: Path, after: str, recipient: str) -> None:
    """Write completions to a file, in the order of the feed.

    Prints how many there are and the cursor to go on from the next time with --after;
    every line holds its own cursor too. The file holds file numbers: only its owner can
    read it. A cursor that this database does not know is refused, as happens after a
    backup was restored; then go on from the last cursor that both sides hold.
    """
    with ground.database.reading() as session:
        _refuse_unknown(session, recipient)
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    feed.stamp_all(ground.database, at=ground.clock(), recipient=recipient)
    with ground.database.reading() as session:
        begin = feed.place_of(session, recipient, after)
        end, _ = feed.end_of(session, recipient)
    count = _Count(after)
    pages = pages_after(ground.database, ground.vault, recipient=recipient, cursor=after)
    try:
        with replacing(output) as file:
            lines = count.counted(line for page in pages for line in page)
            WRITERS[format_](file, _with_progress(lines, end - begin), FIELDS)
            _note_export(ground, recipient, begin=begin, count=count)
    except OSError as error:
        raise click.FileError(str(output), error.strerror) from error
    click.echo(f"completions: {count.lines}")
    click.echo(f"cursor: {count.cursor}")


class _Count:
    """How many lines went by, and the cursor after them."""

    def __init__(self, cursor: str) -> None:
        self.lines = 0
        self.cursor = cursor

    def counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Pass lines on."""
        for line in lines:
            self.lines += 1
            self.cursor = line["cursor"]
            yield line


def _note_export(ground: Ground, recipient: str, *, begin: int, count: _Count) -> None:
    """Write down which places of the feed are taken out, before anybody can read the file."""
    with ground.database.writing() as session:
        note(
            session,
            actor=OPERATOR,
            action="completion.exported",
            at=ground.clock(),
            recipient=recipient,
            first=begin + 1,
            last=begin + count.lines,
        )
        session.commit()


def _refuse_unknown(session: Session, recipient: str) -> None:
    """Refuse a recipient the policy does not name, and say which it does."""
    _, policy = people.current_policy(session)
    if recipient not in policy.recipients:
        known = ", ".join(sorted(policy.recipients))
        raise click.BadParameter(
            f"the policy has no recipient {recipient!r}; it has: {known}", param_hint="--recipient"
        )


def _with_progress(lines: Iterator[Line], expected: int) -> Iterator[Line]:
    """Show a bar on stderr where somebody watches and it takes a while."""
    if expected < PROGRESS_FROM or not sys.stderr.isatty():
        yield from lines
        return
    with click.progressbar(lines, length=expected, label="Completions", file=sys.stderr) as bar:
        yield from bar


@completion.command("status")
@click.argument("file_number")
@click.pass_obj
def status(ground: Ground, file_number: str) -> None:
    """Say how the person with FILE_NUMBER stands: completed, exempt, or not so far.

    An unknown number is answered with "No linked data": the person may have completed
    everything under a number that is not linked yet.
    """
    at = ground.clock()
    with ground.database.reading() as session:
        person = people.find_person_by_file_number(session, ground.vault, file_number)
        lines = [NO_DATA] if person is None else _told(person, standing(session, person, at=at))
    if person is not None:
        with ground.database.writing() as session:
            note(session, actor=OPERATOR, action="completion.looked-up", at=at, person_id=person.id)
            session.commit()
    for line in lines:
        click.echo(line)


def _told(person: Person, found: Standing) -> list[str]:
    """Put a standing in words."""
    done = found.completion
    if done is None:
        words = {"exempt": f"exempt ({found.exemption})", "not-completed": "not completed so far"}
        return [words[found.word], f"track: {found.rules.track}"]
    told: dict[str, Any] = {
        "track": done.track,
        "completed on": legal_date(done.completed_at),
        "rule": f"{done.rule_version} (in force at {done.judged_by})",
        "assurance": done.assurance,
        "reference": done.reference,
    }
    if done.disputed or is_disputed(done.completed_at, person.last_disputed_at):
        told["disputed"] = "yes, made under a sign-in that was disputed later"
    return ["completed", *(f"{name}: {value}" for name, value in told.items())]
