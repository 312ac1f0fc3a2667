"""How a try to sign in ended. A refusal is an outcome and no error: it must be committed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pretraject.accounts.models import Account

Reason = Literal["unreadable", "unknown", "waiting", "spent", "taken", "in-use", "other-person"]


@dataclass(frozen=True)
class Refused:
    """Nobody was let in.

    unreadable: no code and no e-mail address; nothing was counted.
    unknown: name and secret, or code and birth date, do not belong together.
    waiting: too many tries; `until` says when the next one counts.
    spent: this code is finished, a new one is needed.
    taken: the e-mail address has an account.
    in-use: the file has another account.
    other-person: the account has a file with another birth date.
    """

    reason: Reason
    until: datetime | None = None


@dataclass(frozen=True)
class SignedIn:
    """Somebody was let in; the browser gets the token."""

    account: Account
    token: str


@dataclass(frozen=True)
class SecretChanged:
    """The secret is another one and every session ended; the browser gets a new token."""

    token: str
