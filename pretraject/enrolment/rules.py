"""What is true of file numbers, terms and postcodes."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

from pretraject.core.digits import ascii_digits

WEWIS = "wewis"
FILE_NUMBER, INSZ = "fileNumber", "insz"
"""The kinds of numbers a person is known by."""
NATIONAL_REGISTER = "rijksregister"
"""The issuer of every INSZ, whoever tells it."""
REGIONS = ("flanders", "brussels", "wallonia", "german-speaking-community")
"""Regions that can be competent for a permit; the policy says where the duty holds."""

FILE_NUMBER_MIN = 4
FILE_NUMBER_MAX = 40
WRITTEN_MAX = 80

HALF_A_MONTH = 15

POSTCODE_FIRST, POSTCODE_LAST = 1000, 9999

_ALLOWED = re.compile(r"[A-Z0-9\-/. ]+", re.ASCII | re.IGNORECASE)
_POSTCODES = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?", re.ASCII)
_ISSUER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", re.ASCII)


def written_file_number(text: str) -> str | None:
    """Return a new file number as it is to be kept, in ASCII; None when it cannot be one."""
    written = _written(text)
    length = len(written.replace(" ", ""))
    can_be_one = FILE_NUMBER_MIN <= length <= FILE_NUMBER_MAX and len(written) <= WRITTEN_MAX
    return written if can_be_one and normalise_file_number(text) else None


def normalise_file_number(text: str) -> str | None:
    """Return a file number as it is compared: capitals and digits only; None when it cannot be one."""
    written = _written(text)
    if not _ALLOWED.fullmatch(written) or len(written) > WRITTEN_MAX:
        return None
    return "".join(character for character in written.upper() if character.isalnum()) or None


def _written(text: str) -> str:
    return " ".join(ascii_digits(unicodedata.normalize("NFKC", text)).split())


def months_before(day: date, months: float) -> date:
    """Return the day so many months before another, to a half; half a month is 15 days."""
    whole = int(months)
    return end_of_term(day, months=-whole) - timedelta(days=HALF_A_MONTH if months > whole else 0)


def end_of_term(arrival: date, *, months: int) -> date:
    """Return the day so many months after arrival; the last of the month where it has no such day."""
    years, month = divmod(arrival.month - 1 + months, 12)
    year = arrival.year + years
    return date(year, month + 1, min(arrival.day, monthrange(year, month + 1)[1]))


def read_insz(text: str) -> str | None:
    """Return an INSZ as 11 digits; None when it cannot be one.

    The check digits are 97 minus the first nine modulo 97, with a 2 before the nine for who
    was born from 2000 on. Unknown parts of the birth date are zeros and BIS numbers add 20 or
    40 to the month, so the date itself is not looked at (Belgif, "BelgianSSIN").
    """
    digits = "".join(one for one in ascii_digits(text) if one not in " .-")
    if not re.fullmatch("[0-9]{11}", digits, re.ASCII):
        return None
    check = int(digits[9:])
    starts = (int(digits[:9]), int("2" + digits[:9]))
    return digits if check in {97 - start % 97 for start in starts} else None


def is_issuer(text: str) -> bool:
    """Say whether a text can name an authority that issues numbers."""
    return _ISSUER.fullmatch(text) is not None


def read_postcode(text: str) -> str | None:
    """Return a Belgian postcode as four digits; None when it cannot be one."""
    digits = ascii_digits(text.strip())
    return digits if read_postcodes(digits) and len(digits) == len(str(POSTCODE_FIRST)) else None


def read_postcodes(text: str) -> range | None:
    """Return the postcodes of a range such as 2000-2060, or of one alone; None when it is none."""
    found = _POSTCODES.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return range(first, last + 1) if POSTCODE_FIRST <= first <= last <= POSTCODE_LAST else None
