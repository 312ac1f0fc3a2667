"""Failed tries, counted in the database so that they hold for every process.

Who tries a code or name holds its row until the transaction ends: parallel guesses queue up
and none slips past the limit. The same rows are made for codes and names that do not exist.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from pretraject.accounts.models import Throttle
from pretraject.accounts.outcomes import Refused
from pretraject.accounts.rules import (
    ADDRESS_DELAY,
    CODE_TRIES,
    NAME_DELAY,
    REGISTRATION_DELAY,
    Delay,
    network_of,
    waits_until,
)
from pretraject.core.crypto import Vault
from pretraject.core.once import insert_once

CODES_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Try:
    """One try under way: the counter it holds, and that of where it comes from."""

    own: Throttle
    address_key: str
    at: datetime


def begin_try(
    session: Session, vault: Vault, *, kind: str, name: str, address: str, at: datetime
) -> Try | Refused:
    """Take hold of a name's counter, or refuse because its tries are used up for now.

    `kind` is `code` for what ends after ten failures, `name` for what only gets slower.
    """
    address_key = vault.index(network_of(address), purpose="throttle:address")
    until = _address_until(session, address_key, at)
    if until > at:
        return Refused("waiting", until)
    own = _held_name(session, vault, kind=kind, name=name, at=at)
    if kind == "code":
        return Refused("spent") if own.count >= CODE_TRIES else Try(own, address_key, at)
    if at - own.last_at >= NAME_DELAY.forgotten_after:
        own.count = 0
    until = waits_until(NAME_DELAY, count=own.count, last_at=own.last_at)
    return Refused("waiting", until) if until > at else Try(own, address_key, at)


def count_registration(session: Session, vault: Vault, *, address: str, at: datetime) -> Refused | None:
    """Count an account opened from an address, or refuse because there were many just now."""
    key_hash = vault.index(network_of(address), purpose="throttle:registration")
    place = _held(session, kind="address", key_hash=key_hash, at=at)
    if _is_forgotten(REGISTRATION_DELAY, place, at):
        place.count = 0
    until = waits_until(REGISTRATION_DELAY, count=place.count, last_at=place.last_at)
    if until > at:
        return Refused("waiting", until)
    place.count += 1
    place.last_at = at
    session.flush()
    return None


def count_failure(session: Session, attempt: Try) -> Refused:
    """Count a failed try and say what to answer."""
    attempt.own.count += 1
    attempt.own.last_at = attempt.at
    session.flush()
    place = _held(session, kind="address", key_hash=attempt.address_key, at=attempt.at)
    place.count = 1 if _is_forgotten(ADDRESS_DELAY, place, attempt.at) else place.count + 1
    place.last_at = attempt.at
    session.flush()
    return Refused("spent") if is_spent(attempt) else Refused("unknown")


def count_success(session: Session, attempt: Try) -> None:
    """Forget the failures under this name."""
    attempt.own.count = 0
    session.flush()


def is_spent(attempt: Try) -> bool:
    """Say whether the code this try was made with is finished."""
    return attempt.own.kind == "code" and attempt.own.count >= CODE_TRIES


def forget_tries(session: Session, *, at: datetime) -> None:
    """Drop the counters that no longer change an answer."""
    session.execute(
        delete(Throttle).where(
            or_(
                (Throttle.kind == "address") & (Throttle.last_at < at - ADDRESS_DELAY.forgotten_after),
                (Throttle.kind == "name") & (Throttle.last_at < at - NAME_DELAY.forgotten_after),
                (Throttle.kind == "code") & (Throttle.last_at < at - CODES_KEPT),
                (Throttle.count == 0) & (Throttle.last_at < at - NAME_DELAY.forgotten_after),
            )
        )
    )


def _held_name(session: Session, vault: Vault, *, kind: str, name: str, at: datetime) -> Throttle:
    """Hold the counter of a code or name; a rotation of the keys does not begin it anew."""
    current, *earlier = vault.indexes(name, purpose=f"throttle:{kind}")
    own = _held(session, kind=kind, key_hash=current, at=at)
    if earlier and own.count == 0:
        before = session.scalars(
            select(Throttle).where(Throttle.key_hash.in_(earlier)).order_by(Throttle.count.desc()).limit(1)
        ).one_or_none()
        if before is not None:
            own.count, own.last_at, before.count = before.count, before.last_at, 0
            session.flush()
    return own


def _held(session: Session, *, kind: str, key_hash: str, at: datetime) -> Throttle:
    """Return a counter, made when it is the first time, and hold its row."""
    values = {"kind": kind, "key_hash": key_hash, "count": 0, "last_at": at}
    insert_once(session, Throttle, values, key=["key_hash"])
    return session.scalars(
        select(Throttle)
        .where(Throttle.key_hash == key_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _address_until(session: Session, key_hash: str, at: datetime) -> datetime:
    place = session.scalars(select(Throttle).where(Throttle.key_hash == key_hash)).one_or_none()
    if place is None or _is_forgotten(ADDRESS_DELAY, place, at):
        return at
    return waits_until(ADDRESS_DELAY, count=place.count, last_at=place.last_at)


def _is_forgotten(delay: Delay, row: Throttle, at: datetime) -> bool:
    return at - row.last_at >= delay.forgotten_after
