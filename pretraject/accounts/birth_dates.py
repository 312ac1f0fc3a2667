"""Birth dates as passports have them: the day, or day and month, may be unknown."""

import re
from dataclasses import dataclass
from datetime import date

from pretraject.core.digits import ascii_digits

FIRST_YEAR = 1900
LAST_YEAR = 2100

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class BirthDate:
    """A birth date; what is unknown is None."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month or 0:02}-{self.day or 0:02}"

    def accepts(self, typed: "BirthDate") -> bool:
        """Say whether what someone typed fits what is known.

        Where the date on record has an unknown part, any answer to it will do; a part that
        is on record must be given.
        """
        return typed.year == self.year and self.month in (None, typed.month) and self.day in (None, typed.day)

    def may_be(self, other: "BirthDate") -> bool:
        """Say whether two dates on record can be those of one person."""
        pairs = ((self.month, other.month), (self.day, other.day))
        return self.year == other.year and all(None in pair or pair[0] == pair[1] for pair in pairs)


def parse_birth_date(text: str) -> BirthDate | None:
    """Return the date written as 1990-05-17, 1990-05-00, 1990-05, 1990-00-00 or 1990."""
    found = _WRITTEN.fullmatch(ascii_digits(text.strip()))
    return birth_date_of(*(part or "" for part in found.groups())) if found else None


def birth_date_of(year: str, month: str, day: str) -> BirthDate | None:
    """Return the date of three fields; a month or day that is empty or zero is unknown."""
    parts = [ascii_digits(part.strip()) for part in (year, month, day)]
    if any(part and not (part.isascii() and part.isdigit() and len(part) <= 4) for part in parts):
        return None
    numbers = [int(part or 0) for part in parts]
    known = BirthDate(numbers[0], numbers[1] or None, numbers[2] or None)
    return known if _exists(known) else None


def _exists(birth_date: BirthDate) -> bool:
    if not FIRST_YEAR <= birth_date.year <= LAST_YEAR:
        return False
    if birth_date.month is None:
        return birth_date.day is None
    try:
        date(birth_date.year, birth_date.month, birth_date.day or 1)
    except ValueError:
        return False
    return True
