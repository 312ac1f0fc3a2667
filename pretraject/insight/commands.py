"""`pretraject staff`: who of the staff has access."""

import click

from pretraject.accounts import staff as members
from pretraject.core.ground import Ground
from pretraject.core.locales import SOURCE


@click.group()
def staff() -> None:
    """Staff: give somebody access, or a new start after something was lost."""


@staff.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(members.ROLES), help="What the person may do.")
@click.pass_obj
def add(ground: Ground, email: str, role: str) -> None:
    """Make a staff account for EMAIL and print its set-up link.

    The link is good once, for seven days: whoever opens it chooses the password and sets up
    the authenticator app. Hand it over in person or by another safe way.
    """
    with ground.database.writing() as session:
        token = members.add_staff(session, ground.vault, email=email, role=role, at=ground.clock())
        session.commit()
    click.echo(_link(ground, token))


@staff.command("renew")
@click.argument("email")
@click.pass_obj
def renew(ground: Ground, email: str) -> None:
    """Print a new set-up link for EMAIL, for who lost the link, password or telephone.

    The password, the authenticator app and every session of before end at once.
    """
    with ground.database.writing() as session:
        token = members.renew_set_up(session, ground.vault, email=email, at=ground.clock())
        session.commit()
    click.echo(_link(ground, token))


def _link(ground: Ground, token: str) -> str:
    return f"{ground.config.base_url.rstrip('/')}/{SOURCE}/staff/set-up/{token}/"
