"""`pretraject completion signing-key`: the keys that exports are signed with."""

import json

import click

from pretraject.core.ground import Ground
from pretraject.exchange.signing import new_key, published, signing_keys


@click.group("signing-key")
def signing_key() -> None:
    """Keys that exports are signed with: make a new one, list them, write them out for others."""


@signing_key.command("new")
@click.pass_obj
def new(ground: Ground) -> None:
    """Sign with a new key from now on.

    The key so far signs nothing any more: its private half is dropped. Its public half stays,
    so that every export it signed can be checked for ever. The first export makes the first
    key by itself.
    """
    with ground.database.writing() as session:
        made = new_key(session, ground.vault, at=ground.clock())
        session.commit()
    click.echo(f"key: {made.kid}")


@signing_key.command("list")
@click.pass_obj
def list_(ground: Ground) -> None:
    """List every key, oldest first, with the time it was in use."""
    with ground.database.reading() as session:
        for row in signing_keys(session):
            end = f"to {row.valid_to:%Y-%m-%d %H:%M} UTC" if row.valid_to else "in use"
            click.echo(f"{row.kid}  from {row.valid_from:%Y-%m-%d %H:%M} UTC  {end}")


@signing_key.command("jwks")
@click.pass_obj
def jwks(ground: Ground) -> None:
    """Print every public key as a JWK set, for whoever checks exports offline.

    The site says the same at /.well-known/jwks.json.
    """
    with ground.database.reading() as session:
        click.echo(json.dumps(published(session), indent=2))
