"""`pretraject privacy`: a person's rights, and dropping what is kept no longer."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import Name, find_account
from pretraject.accounts.rules import read_email
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.models import FeedEvent, TrackCompletion
from pretraject.core.db import Model
from pretraject.core.errors import NotFoundError
from pretraject.core.ground import Ground
from pretraject.core.replacing import replacing_bytes
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.enrolment.rules import WEWIS
from pretraject.privacy.actions import Erased, erase, evidence_about
from pretraject.privacy.classes import data_classes
from pretraject.privacy.erasures import erase_again, keep_erasures
from pretraject.privacy.exporting import write_export
from pretraject.privacy.models import Erasure
from pretraject.privacy.retention import apply, due, is_clock_plausible
from pretraject.privacy.walk import persons_of, rows_about

_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


class UnknownPersonError(NotFoundError):
    """Nobody is known by that."""


@click.group()
def privacy() -> None:
    """Privacy: give a person their data, erase a person, drop what is kept no longer."""


def about_a_person(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say whom a command is about; a person is asked for, never an argument."""
    options = (
        click.option("--issuer", default=WEWIS, show_default=True, help="Authority the file number is from."),
        click.option(
            "--by",
            type=click.Choice(["file-number", "email"]),
            default="file-number",
            show_default=True,
            help="What the person is found by. It is asked for, so that it stays out of the shell's history.",
        ),
    )
    for option in options:
        command = option(command)
    return command


def _asked(by: str) -> str:
    words = {"file-number": "File number", "email": "E-mail address"}
    return str(click.prompt(words[by], err=True))


def _get_person(session: Session, ground: Ground, by: str, issuer: str, typed: str) -> Person:
    """Return whom the typed number or address belongs to. Raises UnknownPersonError."""
    if by == "file-number":
        person = people.find_person_by_file_number(session, ground.vault, typed, issuer=issuer)
    else:
        address = read_email(typed)
        account = find_account(session, ground.vault, Name("email", address)) if address else None
        person = people.person_of_account(session, account.id) if account else None
    if person is None:
        raise UnknownPersonError("nobody is known by that; nothing was changed")
    return person


@privacy.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@about_a_person
@click.pass_obj
def export(ground: Ground, file: Path, by: str, issuer: str) -> None:
    """Write everything that is kept about one person to FILE, as JSON.

    Check first that who asks is that person. Numbers, birth date and address are readable in
    it; hashes of secrets are withheld. Only its owner can read the file.
    """
    typed = _asked(by)
    try:
        with replacing_bytes(file) as part:
            with ground.database.reading() as session:
                person = _get_person(session, ground, by, issuer, typed)
                found = write_export(session, ground.vault, part, person=person, at=ground.clock())
                person_id = person.id
            with ground.database.writing() as session:
                note(
                    session, actor=OPERATOR, action="person.exported", at=ground.clock(), person_id=person_id
                )
                session.commit()
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
    _show({name: len(ids) for name, ids in found.items()})


@privacy.command("erase")
@about_a_person
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase_(ground: Ground, by: str, issuer: str, yes: bool) -> None:
    """Erase one person.

    Check first that who asks is that person. What was completed, decided and told to an
    authority stays without a name, since permits rest on it; the authority is told of the
    erasure and finds nothing by any number any more. That cannot be undone. Prints the keys to
    give to `pretraject privacy reapply` if a back-up from before is ever restored.
    """
    typed = _asked(by)
    with ground.database.reading() as session:
        person = _get_person(session, ground, by, issuer, typed)
        _warn(session, person)
    if not yes:
        click.confirm("Erase this person? It cannot be undone", abort=True, err=True)
    with ground.database.writing() as session:
        _forget_deleted(session)
        person = _get_person(session, ground, by, issuer, typed)
        erased = erase(session, person=person, at=ground.clock())
        session.commit()
    _show_erased([erased])


def _warn(session: Session, person: Person) -> None:
    """Say what will go and what will stay, without a name."""
    _show({name: len(ids) for name, ids in rows_about(session, person).items()})
    persons = persons_of(session, person)
    for one in evidence_about(session, persons):
        word = "completion" if isinstance(one, TrackCompletion) else one.kind
        click.echo(f"stays without a name: {word} {one.reference} ({one.track})", err=True)
    waiting = select(exists().where(FeedEvent.person_id.in_(persons), FeedEvent.seq.is_(None)))
    if session.scalar(waiting):
        click.echo(
            "Some of it was not pulled yet: nobody will know whose it is. Let it be pulled first.", err=True
        )


def _forget_deleted(session: Session) -> None:
    """Have SQLite overwrite what is deleted; PostgreSQL does so when it cleans up."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def _show_erased(done: list[Erased]) -> None:
    """Print who went, by key, and what stays."""
    for one in done:
        for key in one.keys:
            click.echo(f"erased: {key}")
        for recipient in one.recipients:
            click.echo(f"will be told: {recipient}")
    click.echo(f"completions and decisions that stay without a name: {sum(one.kept for one in done)}")


@privacy.command("erased")
@click.pass_obj
def erased(ground: Ground) -> None:
    """List the keys of everybody who was erased, the newest last.

    Keep the list apart from the back-ups: it names nobody.
    """
    with ground.database.reading() as session:
        for row in session.scalars(select(Erasure).order_by(Erasure.id)):
            click.echo(f"{row.person_key} {row.erased_at:%Y-%m-%d}")


@privacy.command("reapply")
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.pass_obj
def reapply(ground: Ground, file: Any) -> None:
    """Erase again everybody who was erased and is back, after a back-up was restored.

    FILE holds keys, one a line, as `pretraject privacy erased` and `erase` print them; needed
    only when the database of before was lost altogether.
    """
    at = ground.clock()
    keys = _read_keys(file) if file else []
    with ground.database.writing() as session:
        _forget_deleted(session)
        keep_erasures(session, [(key, at) for key in keys])
        done = erase_again(session, at=at)
        session.commit()
    _show_erased(done)


def _read_keys(file: Any) -> list[str]:
    """Return the keys of a file; refuse all of it when a line has none."""
    keys = []
    for number, line in enumerate(file, start=1):
        words = line.removeprefix("erased:").split()
        if not words:
            continue
        if not _KEY.fullmatch(words[0]):
            raise click.BadParameter(
                f"{file.name}:{number}: no key, such as {'0' * 32} — take the line out", param_hint="FILE"
            )
        keys.append(words[0])
    return keys


@privacy.command("retention")
@click.option("--dry-run", "mode", flag_value="dry-run", help="Say what would go and change nothing.")
@click.option("--apply", "mode", flag_value="apply", help="Drop it.")
@click.option(
    "--clock-is-right", is_flag=True, help="Go on although nothing happened here for a week or more."
)
@click.pass_obj
def retention(ground: Ground, mode: str | None, clock_is_right: bool) -> None:
    """Drop what is past its term, or say what would be dropped.

    The classes and their terms are explained in docs/privacy.md. `pretraject work` does this
    every day. People are counted as one each, whatever rows they have.
    """
    if mode is None:
        raise click.UsageError("say --dry-run or --apply")
    at = ground.clock()
    with ground.database.reading() as session:
        counts = due(session, at=at)
        plausible = is_clock_plausible(session, at=at)
    if mode == "dry-run":
        _show_classes(counts)
        return
    if not plausible and not clock_is_right:
        raise click.UsageError(
            f"nothing happened here for a week before {at:%Y-%m-%d}: see whether the clock is right, then say"
            " --clock-is-right"
        )
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=sum(counts.values()), label="Dropping", file=sys.stderr, hidden=hidden
    ) as bar:
        dropped = dict.fromkeys(counts, 0)
        for name, count in apply(ground.database, at=at):
            dropped[name] += count
            bar.update(count)
    _show_classes(dropped)


def _show_classes(counts: dict[str, int]) -> None:
    """Print a line for each class: its name, its term, how many rows."""
    classes = data_classes()
    width = max(map(len, classes))
    click.echo(f"{'class':<{width}} {'days':>6} {'rows':>10}")
    for name, one in classes.items():
        days = "" if one.days is None else str(one.days)
        click.echo(f"{name:<{width}} {days:>6} {counts.get(name, ''):>10}")


def _show(counts: dict[str, int]) -> None:
    """Print how many rows of each table there are, in the order of the schema."""
    for table in Model.metadata.sorted_tables:
        if counts.get(table.name):
            click.echo(f"{table.name}: {counts[table.name]}")
