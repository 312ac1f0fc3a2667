"""`pretraject completion export` and `pretraject verify-export`."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from pretraject.completion.rules import cursor_of, parse_cursor
from pretraject.core.ground import Ground
from pretraject.enrolment import queries as people
from pretraject.exchange import exporting
from pretraject.exchange.exporting import Progress, Tell, Wish
from pretraject.exchange.feed_files import FORMS
from pretraject.exchange.signing import published
from pretraject.exchange.verifying import faults_of, told

DEFAULT_RECIPIENT = "wewis"
PROGRESS_FROM = 5000
"""From so many lines on it takes longer than a second."""


def _well_formed(_ctx: click.Context, _param: click.Parameter, cursor: str) -> str:
    """Refuse what cannot be a cursor before anything else is done."""
    if parse_cursor(cursor) is None:
        raise click.BadParameter("this is not a cursor, such as 12.0123456789abcdef")
    return cursor


@click.command("export")
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(FORMS)),
    required=True,
    help="jsonl: one JSON object a line. csv: a table, file numbers without spaces, joined by one.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write. One that is there is replaced, at the end.",
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
    """Write events to a file, in the order of the feed, with a signed statement of what it holds.

    Three files: FILE, FILE.manifest.json, and FILE.manifest.jws, the signature, which comes
    last: without it the export is not finished. Prints how many events there are and the
    cursor to go on from the next time with --after; every line holds its own cursor too.
    FILE holds file numbers: only its owner can read it.

    Interrupted, run it again as it was: it goes on where it stopped, to the same end. A
    cursor that this database does not know is refused, as happens after a backup was
    restored; then go on from the last cursor that both sides hold.
    """
    with ground.database.reading() as session:
        _refuse_unknown(session, recipient)
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    try:
        with _shown_progress() as tell:
            written = exporting.export(ground, Wish(output, recipient, format_, after), tell=tell)
    except OSError as error:
        hint = f"{error.strerror}; the files so named stay as they were; run it again to go on"
        raise click.FileError(str(output), hint) from error
    click.echo(f"events: {written.count}")
    click.echo(f"cursor: {cursor_of(written.seq, written.hash)}")


def _refuse_unknown(session: Session, recipient: str) -> None:
    """Refuse a recipient the policy does not name, and say which it does."""
    _, policy = people.current_policy(session)
    if recipient not in policy.recipients:
        known = ", ".join(sorted(policy.recipients))
        raise click.BadParameter(
            f"the policy has no recipient {recipient!r}; it has: {known}", param_hint="--recipient"
        )


@contextmanager
def _shown_progress() -> Iterator[Tell]:
    """Say on stderr what is gone on with; show a bar where somebody watches and it takes a while."""
    with ExitStack() as shown:
        bars: list[Any] = []

        def tell(progress: Progress) -> None:
            if progress.resumed_from:
                click.echo(
                    f"Going on with the export begun at {progress.resumed_from},"
                    f" after {progress.count} of {progress.expected} events.",
                    err=True,
                )
            if not bars and progress.expected >= PROGRESS_FROM and sys.stderr.isatty():
                bar = click.progressbar(length=progress.expected, label="Events", file=sys.stderr)
                bars.append(shown.enter_context(bar))
            for bar in bars:
                bar.update(progress.count - bar.pos)

        yield tell


@click.command("verify-export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    type=click.File("rb"),
    metavar="JWKS",
    help="The public keys, as /.well-known/jwks.json says them; then no database or setting is needed."
    " Without it the keys are the database's.",
)
@click.pass_obj
def verify_export(ground: Ground, file: Path, keys: BinaryIO | None) -> None:
    """See whether an export is whole, unchanged and signed; exit code 1 when it is not.

    Looks at FILE, FILE.manifest.json and FILE.manifest.jws, and names each fault by file,
    line and event. Who has no pretraject runs the one file pretraject/exchange/verifying.py
    instead.
    """
    if keys is None:
        with ground.database.reading() as session:
            known: object = published(session)
    else:
        try:
            known = json.load(keys)
        except ValueError as error:
            raise click.BadParameter("this is no JSON", param_hint="--keys") from error
    if told(file, faults_of(file, known)):
        sys.exit(1)
