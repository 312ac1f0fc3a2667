"""What is true of entries: what they may hold, and how they are chained."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from pretraject.core.chain import chained

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class Actor:
    """Who looked: a member of staff by account, a client by name, or an operator at the command line."""

    kind: Literal["staff", "client", "operator"]
    id: int | None = None
    name: str | None = None


OPERATOR = Actor("operator")


def staff(account_id: int) -> Actor:
    """Return a member of staff."""
    return Actor("staff", id=account_id)


def client(name: str) -> Actor:
    """Return a program of an authority."""
    return Actor("client", name=name)


class Entry(Protocol):
    """What an entry says, as far as its hash is concerned."""

    seq: Any
    at: Any
    actor_kind: Any
    actor_id: Any
    actor_name: Any
    action: Any
    person_id: Any
    detail: Any


def is_detail(value: object) -> bool:
    """Say whether a value may stand in an entry: a number, or a fixed word without spaces."""
    if isinstance(value, str):
        return _WORD.fullmatch(value) is not None
    return isinstance(value, int)


def entry_hash(previous: str, entry: Entry) -> str:
    """Return the hash of an entry, which holds on to the one before it."""
    return chained(
        previous,
        entry.seq,
        moment(entry.at),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.person_id,
        entry.detail,
    )


def moment(at: datetime) -> str:
    """Write a moment in the one form that is hashed: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
