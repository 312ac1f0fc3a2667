"""`pretraject client`: the programs of authorities that may come in."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.core.clock import legal_date
from pretraject.core.ground import Ground
from pretraject.enrolment.queries import find_policy
from pretraject.enrolment.rules import is_issuer
from pretraject.exchange import clients
from pretraject.exchange.clients import COMPLETIONS, ENROLMENTS, RECEIPTS, SCOPES
from pretraject.exchange.models import ApiClient
from pretraject.exchange.openapi import document


@click.group()
def client() -> None:
    """Clients: programs of authorities that put enrolments in and take completions out."""


@client.command("add")
@click.argument("name")
@click.option(
    "--recipient",
    required=True,
    metavar="AUTHORITY",
    help="Who it speaks for: the issuer of the numbers it enrols, the recipient whose feed it reads.",
)
@click.option("--scope", "scopes", required=True, multiple=True, type=click.Choice(SCOPES))
@click.option(
    "--jwks",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with its public keys, a JWK set; each with a `kid`. Never a private key.",
)
@click.pass_obj
def add(ground: Ground, name: str, recipient: str, scopes: Sequence[str], jwks: Path) -> None:
    """Let the client NAME in. Give --scope once for each thing it may do.

    The client proves itself with its private key (private_key_jwt, RFC 7523); there is no
    password. The documentation for whoever writes it is served at /doc/.
    """
    keys = clients.read_keys(jwks.read_bytes())
    at = ground.clock()
    with ground.database.writing() as session:
        _refuse_unknown(session, recipient, scopes)
        made = clients.add_client(session, name=name, party=recipient, scopes=scopes, keys=keys, at=at)
        note(session, actor=OPERATOR, action="client.added", at=at, client=made.name)
        session.commit()
    click.echo(f"{name} may come in for {recipient}: {', '.join(scopes)}")
    click.echo(f"token endpoint and audience: {ground.config.base_url.rstrip('/')}/oauth2/token")


def _refuse_unknown(session: Session, recipient: str, scopes: Sequence[str]) -> None:
    """Refuse an authority that can neither issue numbers nor has a feed."""
    policy = find_policy(session)
    known = sorted(policy.recipients) if policy else []
    if set(scopes) & {COMPLETIONS, RECEIPTS} and recipient not in known:
        raise click.BadParameter(
            f"the policy has no recipient {recipient!r}; it has: {', '.join(known) or 'none yet'}",
            param_hint="--recipient",
        )
    if ENROLMENTS in scopes and not is_issuer(recipient):
        raise click.BadParameter(
            "name it in at most 32 small letters, digits and hyphens", param_hint="--recipient"
        )


@client.command("openapi")
def openapi() -> None:
    """Print the OpenAPI document that clients are written from; the site serves it at /doc/openapi.json."""
    click.echo(json.dumps(document(), ensure_ascii=False, indent=2))


@client.command("list")
@click.pass_obj
def list_(ground: Ground) -> None:
    """Show every client, its keys, and how far it pulled."""
    with ground.database.reading() as session:
        for one in clients.all_clients(session):
            click.echo(_line(one))
            for key in clients.keys_of(session, one):
                state = f"revoked {legal_date(key.revoked_at)}" if key.revoked_at else "in use"
                click.echo(f"  key {key.kid}: added {legal_date(key.added_at)}, {state}")


def _line(one: ApiClient) -> str:
    pulled = (
        f"pulled up to {one.pulled_seq or 0} on {one.pulled_at:%Y-%m-%d %H:%M} UTC" if one.pulled_at else ""
    )
    state = f"revoked {legal_date(one.revoked_at)}" if one.revoked_at else "may come in"
    return ", ".join(part for part in (f"{one.name} ({one.party}): {one.scopes}", state, pulled) if part)


@client.command("add-keys")
@click.argument("name")
@click.argument("jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def add_keys(ground: Ground, name: str, jwks: Path) -> None:
    """Let the client NAME use further keys beside its own, so that it can change over."""
    keys = clients.read_keys(jwks.read_bytes())
    at = ground.clock()
    with ground.database.writing() as session:
        one = clients.get_client(session, name)
        added = clients.add_keys(session, client=one, keys=keys, at=at)
        note(session, actor=OPERATOR, action="client.keys-added", at=at, client=name, keys=len(added))
        session.commit()
    click.echo(f"added: {', '.join(added) or 'none, all are known'}")


@client.command("revoke-key")
@click.argument("name")
@click.argument("kid")
@click.pass_obj
def revoke_key(ground: Ground, name: str, kid: str) -> None:
    """Take the key KID from the client NAME; tokens given out for it end at once."""
    at = ground.clock()
    with ground.database.writing() as session:
        clients.revoke_key(session, client=clients.get_client(session, name), kid=kid, at=at)
        note(session, actor=OPERATOR, action="client.key-revoked", at=at, client=name)
        session.commit()
    click.echo(f"{name} can no longer use {kid}")


@client.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke(ground: Ground, name: str) -> None:
    """Shut the client NAME out at once and for good; add another client to let the authority in again."""
    at = ground.clock()
    with ground.database.writing() as session:
        clients.revoke_client(session, client=clients.get_client(session, name), at=at)
        note(session, actor=OPERATOR, action="client.revoked", at=at, client=name)
        session.commit()
    click.echo(f"{name} is shut out")
