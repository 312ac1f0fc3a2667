"""`pretraject completion`: taking completions out, and looking one up."""

from typing import Any

import click

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.queries import Standing, standing
from pretraject.completion.rules import is_disputed
from pretraject.core.clock import legal_date
from pretraject.core.ground import Ground
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.exchange.export_commands import export
from pretraject.exchange.signing_commands import signing_key

NO_DATA = "No linked data. This does not mean 'not completed'."


@click.group()
def completion() -> None:
    """Completions: export the feed of a recipient, or look one person up."""


completion.add_command(export)
completion.add_command(signing_key)


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
