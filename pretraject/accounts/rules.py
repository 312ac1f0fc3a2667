"""What is true of secrets, names, lifetimes and delays."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import read_code
from pretraject.accounts.popular import POPULAR
from pretraject.core.digits import ascii_digits

PIN_DIGITS = 6
PASSWORD_MIN = 10
SECRET_MAX = 200
EMAIL_MAX = 254

SecretKind = Literal["pin", "password"]
Weakness = Literal["length", "too-long", "same-digits", "run", "pattern", "birth-date", "common", "name"]

CODE_TRIES = 10
"""Failures after which a code is finished."""

SET_UP_LIFE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_SHORTEST_TELLING_NAME = 4


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts: unused, and in all."""

    idle: timedelta
    absolute: timedelta


OWN_DEVICE = Lifetime(timedelta(days=30), timedelta(days=180))
SHARED_DEVICE = Lifetime(timedelta(minutes=30), timedelta(hours=8))
STAFF_DEVICE = Lifetime(timedelta(hours=2), timedelta(hours=12))


@dataclass(frozen=True)
class Delay:
    """How failures slow down further tries: `free` of them cost nothing, then the wait doubles."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta


NAME_DELAY = Delay(5, timedelta(minutes=1), timedelta(hours=4), timedelta(hours=24))
ADDRESS_DELAY = Delay(20, timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1))


REGISTRATION_DELAY = Delay(30, timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Accounts opened from one address: a class behind one address is not kept out, a program is slowed."""


def lifetime_of(kind: str, *, shared: bool) -> Lifetime:
    """Return how long a session of this kind of account lasts on this kind of device."""
    if kind == "staff":
        return STAFF_DEVICE
    return SHARED_DEVICE if shared else OWN_DEVICE


def waits_until(delay: Delay, *, count: int, last_at: datetime) -> datetime:
    """Return from when a further try counts; the moment of the last one when at once."""
    over = count - delay.free
    if over < 0:
        return last_at
    doubled: timedelta = delay.first * 2 ** min(over, 20)
    return last_at + min(doubled, delay.longest)


def canonical_secret(text: str) -> str:
    """Return a secret as it is compared: the same whatever keyboard it was typed on."""
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).strip()
    digits = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
    return digits if digits.isascii() and digits.isdigit() else plain


def kind_of_secret(text: str) -> SecretKind:
    """Say whether a secret is a PIN or a password."""
    secret = canonical_secret(text)
    return "pin" if len(secret) == PIN_DIGITS and secret.isdigit() else "password"


def weakness_of(
    secret: str, *, birth_date: BirthDate | None = None, name: str = "", pin_allowed: bool = True
) -> Weakness | None:
    """Return why a secret is too easy to guess; None when it will do."""
    if len(secret) > SECRET_MAX:
        return "too-long"
    text = canonical_secret(secret)
    if pin_allowed and kind_of_secret(text) == "pin":
        return _weakness_of_pin(text, birth_date)
    if len(text) < PASSWORD_MIN:
        return "length"
    return _weakness_of_password(text.casefold(), name)


def _weakness_of_pin(pin: str, birth_date: BirthDate | None) -> Weakness | None:
    if len(set(pin)) == 1:
        return "same-digits"
    if _is_run(pin):
        return "run"
    if pin[:3] == pin[3:] or pin == pin[:2] * 3 or pin == pin[::-1] or pin[::2] == pin[1::2]:
        return "pattern"
    if birth_date is not None and pin in _pins_from(birth_date):
        return "birth-date"
    return "common" if pin in POPULAR else None


def _weakness_of_password(password: str, name: str) -> Weakness | None:
    if len(set(password)) == 1:
        return "same-digits"
    if _is_run(password):
        return "run"
    if any(password == (password[:size] * len(password))[: len(password)] for size in (2, 3, 4, 5)):
        return "pattern"
    if password in POPULAR or password.rstrip("0123456789!.?") in POPULAR:
        return "common"
    return "name" if _gives_away(password, name) else None


def _is_run(text: str) -> bool:
    """Say whether digits go up or down one by one, 9 and 0 being neighbours."""
    if not text.isdigit():
        return False
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(text)}
    return steps in ({1}, {9})


def _gives_away(password: str, name: str) -> bool:
    whole = name.strip().casefold()
    code = read_code(name)
    if code is not None and read_code(password) == code:
        return True
    local = whole.partition("@")[0]
    return len(local) >= _SHORTEST_TELLING_NAME and password.strip("0123456789!.?") in (whole, local)


def _pins_from(born: BirthDate) -> set[str]:
    """Return the PINs somebody tries first who knows the birth date."""
    year, short = f"{born.year:04}", f"{born.year % 100:02}"
    months = [f"{born.month:02}"] if born.month else []
    days = [f"{born.day:02}"] if born.day else []
    pins = {month + year for month in months} | {year + month for month in months}
    pins |= {day + year for day in days} | {year + day for day in days}
    for month in months:
        for day in days:
            pins |= {day + month + short, month + day + short, short + month + day, short + day + month}
    return pins


def read_email(text: str) -> str | None:
    """Return an e-mail address as it is compared; None when it cannot be one.

    Only its form is looked at: the address is a name to sign in with, no mail is sent.
    """
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    return address if len(address) <= EMAIL_MAX and _EMAIL.fullmatch(address) else None


def name_place(kind: str, value_index: str) -> str:
    """Return the place the readable form of a sign-in name is sealed for."""
    return f"sign_in_name.value:{kind}:{value_index}"


def network_of(address: str) -> str:
    """Return what failures are counted under: an IPv4 address, or an IPv6 network of one line."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found)
