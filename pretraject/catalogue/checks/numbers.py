"""Numbers in a text, whatever script and separators they are written with."""

import re
import unicodedata
from collections import Counter

from pretraject.catalogue.facts import FACT

_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_NUMBER = re.compile(r"\d+(?:[.,٫٬’'\u00a0\u202f]\d+)*")
_GROUPING = re.compile(r"[.,٬’'\u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"[.,٫]")
_LINK = re.compile(r"\]\([^)]*\)")


def numbers_in(text: str) -> Counter[str]:
    """Return the numbers of a text, in European digits and without separators of thousands."""
    words = _LINK.sub("]", FACT.sub(" ", text))
    plain = "".join(_european(sign) for sign in words)
    return Counter(_DECIMAL.sub(".", _GROUPING.sub("", found)) for found in _NUMBER.findall(plain))


def _european(sign: str) -> str:
    digit = unicodedata.digit(sign, None) if sign.isdecimal() else None
    return sign if digit is None else str(digit)


def differing_numbers(dutch: str, translation: str) -> tuple[list[str], list[str]]:
    """Return the numbers a translation lacks and those it has too many.

    Some languages write months as numbers, so the number of a month that the Dutch names
    is never too many.
    """
    wanted, found = numbers_in(dutch), numbers_in(translation)
    named = Counter(
        str(number)
        for number, month in enumerate(_MONTHS, 1)
        for _ in re.findall(rf"\b{month}\b", dutch.casefold())
    )
    return sorted((wanted - found).elements()), sorted((found - wanted - named).elements())
