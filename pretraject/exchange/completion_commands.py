"""`pretraject completion`: taking completions out, and looking one up."""

from typing import Any

import click

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.queries import Standing, standing
from pretraject.core.ground import Ground
from pretraject.enrolment import queries as people
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
    """Say how the person with FILE_NUMBER stands: completed, exempt, revoked, or not so far.

    What is disputed, and who has no enrolment any more, is undetermined.

    An unknown number is answered with "No linked data": the person may have completed
    everything under a number that is not linked yet.
    """
    at = ground.clock()
    with ground.database.reading() as session:
        person = people.find_person_by_file_number(session, ground.vault, file_number)
        lines = [NO_DATA] if person is None else _told(standing(session, person, at=at))
    if person is not None:
        with ground.database.writing() as session:
            note(session, actor=OPERATOR, action="completion.looked-up", at=at, person_id=person.id)
            session.commit()
    for line in lines:
        click.echo(line)


def _told(found: Standing) -> list[str]:
    """Put a standing in words."""
    status, done = found.status, found.completion
    heads = {"exempt": f"exempt ({status.exemption})", "notCompleted": "not completed so far"}
    told: dict[str, Any] = {"track": status.track}
    if status.reference is not None:
        told |= {
            "completed on": status.completed_on,
            "rule": f"{status.rule_version} (in force at {done.judged_by})" if done else status.rule_version,
            "assurance": status.assurance,
            "reference": status.reference,
        }
    if status.disputed:
        told["disputed"] = "yes, made under a sign-in that was disputed later"
    head = heads.get(status.word, status.word)
    return [head, *(f"{name}: {value}" for name, value in told.items())]
