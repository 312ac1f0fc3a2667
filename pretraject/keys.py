"""The key that protects codes and identifiers: whether it is the right one, and changing it.

A rotation seals and indexes anew whatever can be read: numbers, birth dates, addresses,
one-time secrets, reasons and objections, the key that exports are signed with. Codes and
secrets are keyed hashes of what only their owners know; those are found by the earlier key
until their owners come by, which renews them one by one.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import click
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pretraject.accounts.models import Account, KeyInUse, SignIn, SignInName, StaffMember
from pretraject.accounts.rules import name_place
from pretraject.accounts.staff import totp_place
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.models import Decision, Objection
from pretraject.completion.rules import sealed_place
from pretraject.core.crypto import Vault
from pretraject.core.db import Database, Model
from pretraject.core.errors import ConflictError
from pretraject.core.ground import Ground
from pretraject.core.once import insert_once
from pretraject.enrolment.models import AccessCode, Identifier, Person
from pretraject.enrolment.queries import birth_date_place, identifier_place, normalised_index
from pretraject.exchange.models import SigningKey
from pretraject.exchange.signing import private_place

PURPOSE = "key-in-use"
BATCH = 500
RENEWED = (Identifier, SignInName, Person, StaffMember, Decision, Objection, SigningKey)
"""Everything with a sealed column."""

Standing = Literal["new", "right", "earlier", "wrong"]


class WrongKeyError(ConflictError):
    """The key of the settings is not the one this database was made with."""


@dataclass(frozen=True)
class Rotation:
    """What is still under an earlier key since the last rotation."""

    since: datetime | None
    accounts: int
    codes: int


def standing_of(session: Session, vault: Vault) -> Standing:
    """Say how the settings' key stands to the database: nothing made yet, right, one before, wrong."""
    row = session.get(KeyInUse, 1)
    if row is None:
        return "new"
    current, *earlier = vault.indexes(PURPOSE, purpose=PURPOSE)
    if row.fingerprint == current:
        return "right"
    return "earlier" if row.fingerprint in earlier else "wrong"


def require_right_key(database: Database, vault: Vault, *, at: datetime) -> None:
    """Note the key when it is the first one; raise WrongKeyError when it is another."""
    with database.reading() as session:
        standing = standing_of(session, vault)
    if standing == "new":
        with database.writing() as session:
            values = {"id": 1, "fingerprint": vault.index(PURPOSE, purpose=PURPOSE), "since": at}
            insert_once(session, KeyInUse, values, key=("id",))
            session.commit()
    if standing == "earlier":
        raise WrongKeyError("this database has an earlier key; stop the site and run: pretraject keys rotate")
    if standing == "wrong":
        raise WrongKeyError(
            "the key in the settings is not the one this database was made with; set the right one, or name"
            " it in PRETRAJECT_PREVIOUS_SECRET_KEYS and rotate (docs/deployment.md)"
        )


def renew(vault: Vault, row: Model) -> None:
    """Seal and index one row with the key in use."""

    def anew(sealed: bytes, place: str) -> bytes:
        return vault.seal(vault.open(sealed, place=place), place=place)

    match row:
        case Identifier():
            place = identifier_place(row.issuer, row.kind, row.value_index)
            value = vault.open(row.value_sealed, place=place)
            row.value_index = normalised_index(vault, value, issuer=row.issuer, kind=row.kind)
            place = identifier_place(row.issuer, row.kind, row.value_index)
            row.value_sealed = vault.seal(value, place=place)
        case SignInName(value_sealed=bytes(sealed)):
            text = vault.open(sealed, place=name_place(row.kind, row.value_index))
            row.value_index = vault.index(text, purpose="email")
            row.value_sealed = vault.seal(text, place=name_place(row.kind, row.value_index))
        case Person(birth_date_sealed=bytes(sealed)):
            row.birth_date_sealed = anew(sealed, birth_date_place(row.key))
        case StaffMember():
            row.totp_sealed = anew(row.totp_sealed, totp_place(row.account_id))
        case Decision(reason_sealed=bytes(sealed)):
            row.reason_sealed = anew(sealed, sealed_place("decision.reason", row.key))
        case Objection():
            row.text_sealed = anew(row.text_sealed, sealed_place("objection.text", row.key))
            if row.answer_sealed is not None:
                row.answer_sealed = anew(row.answer_sealed, sealed_place("objection.answer", row.key))
        case SigningKey(private_sealed=bytes(sealed)):
            row.private_sealed = anew(sealed, private_place(row.kid))


def rotate(database: Database, vault: Vault, *, at: datetime) -> Iterator[int]:
    """Renew everything that can be read, yielding how many rows each batch had.

    Interrupted, it begins anew: renewing twice changes nothing. Only at the end is the key
    noted as the one in use.
    """
    for model in RENEWED:
        last = 0
        while True:
            with database.writing() as session:
                rows = session.scalars(
                    select(model).where(model.id > last).order_by(model.id).limit(BATCH).with_for_update()
                ).all()
                for row in rows:
                    renew(vault, row)
                last = rows[-1].id if rows else last
                session.commit()
            if not rows:
                break
            yield len(rows)
    with database.writing() as session:
        row = session.get_one(KeyInUse, 1)
        row.fingerprint, row.since = vault.index(PURPOSE, purpose=PURPOSE), at
        note(session, actor=OPERATOR, action="keys.rotated", at=at)
        session.commit()


def what_is_left(session: Session) -> Rotation:
    """Count what only its owner can renew: accounts not signed in to since, and codes on paper."""
    row = session.get(KeyInUse, 1)
    if row is None:
        return Rotation(None, 0, 0)
    came_by = exists().where(SignIn.account_id == Account.id, SignIn.created_at >= row.since)
    accounts = (
        select(func.count())
        .select_from(Account)
        .where(Account.secret_hash.is_not(None), Account.created_at < row.since, ~came_by)
    )
    codes = (
        select(func.count())
        .select_from(AccessCode)
        .where(AccessCode.used_at.is_(None), AccessCode.ended_at.is_(None), AccessCode.issued_at < row.since)
    )
    return Rotation(row.since, session.scalar(accounts) or 0, session.scalar(codes) or 0)


@click.group()
def keys() -> None:
    """Keys: change the one that protects codes and identifiers, or see what an earlier one still holds."""


@keys.command("rotate")
@click.pass_obj
def rotate_(ground: Ground) -> None:
    """Protect everything with the key that is in the settings now.

    Stop the site first. Put the key so far into PRETRAJECT_PREVIOUS_SECRET_KEYS (or
    PRETRAJECT_PREVIOUS_IDENTIFIER_KEYS) and the new one in its place. Interrupted, run it
    again.
    """
    ground = getattr(ground, "unchecked", ground)
    with ground.database.reading() as session:
        standing = standing_of(session, ground.vault)
        expected = sum(session.scalar(select(func.count()).select_from(model)) or 0 for model in RENEWED)
    if standing in ("new", "right"):
        click.echo("The key in the settings is the one in use; nothing to do.")
        return
    if standing == "wrong":
        require_right_key(ground.database, ground.vault, at=ground.clock())
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=expected, label="Renewing", file=sys.stderr, hidden=hidden) as bar:
        for count in rotate(ground.database, ground.vault, at=ground.clock()):
            bar.update(count)
    click.echo(f"Renewed {expected} rows. Now start the site; `pretraject keys status` says what is left.")


@keys.command("status")
@click.pass_obj
def status(ground: Ground) -> None:
    """Say what would die with the earlier keys if they were taken out of the settings now."""
    with ground.database.reading() as session:
        left = what_is_left(session)
    if left.since is None:
        click.echo("No key is noted yet.")
        return
    click.echo(f"key in use since: {left.since:%Y-%m-%d %H:%M} UTC")
    click.echo(f"accounts not signed in to since: {left.accounts}")
    click.echo(f"codes on paper from before: {left.codes}")
