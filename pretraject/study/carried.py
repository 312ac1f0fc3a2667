"""What a visitor typed in the first steps of activation, sealed in the cookie of their browser.

It stands in no address and no page, can be read by nobody but us, and is gone when it was
used, after half an hour, or when the browser closes.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from flask import session as browser

from pretraject.accounts.birth_dates import BirthDate, parse_birth_date
from pretraject.core.crypto import Vault

KEY = "activation"
PLACE = "cookie.activation"
KEPT = timedelta(minutes=30)


@dataclass(frozen=True)
class Carried:
    """The answers so far; the code in its stored form."""

    code: str = ""
    birth_date: BirthDate | None = None


def carry(vault: Vault, carried: Carried, *, at: datetime) -> None:
    """Keep the answers for the next step."""
    born = str(carried.birth_date) if carried.birth_date else ""
    browser[KEY] = vault.seal(json.dumps([carried.code, born, at.timestamp()]), place=PLACE)


def find_carried(vault: Vault, *, at: datetime) -> Carried:
    """Return the answers so far; none when there are none, or they are too old or not ours."""
    sealed = browser.get(KEY)
    if not isinstance(sealed, bytes):
        return Carried()
    try:
        code, born, since = json.loads(vault.open(sealed, place=PLACE))
    except InvalidTag:
        return Carried()
    if at.timestamp() - since > KEPT.total_seconds():
        return Carried()
    return Carried(code, parse_birth_date(born) if born else None)


def drop_carried() -> None:
    """Forget the answers."""
    browser.pop(KEY, None)
