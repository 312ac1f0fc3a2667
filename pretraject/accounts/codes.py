"""Access codes: drawn at random, printed in groups, read as people type them.

The alphabet leaves out look-alikes. Thirteen random characters carry 63.8 bits; the
fourteenth is an ISO 7064 hybrid check character, which catches every single slip and
nearly every swap of neighbours.
"""

import secrets
import unicodedata

from pretraject.core.digits import ascii_digits

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
RANDOM_LENGTH = 13
LENGTH = RANDOM_LENGTH + 1
GROUP = 4

_BASE = len(ALPHABET)
_LONGEST_TYPED = 100
_LOOKS_LIKE = str.maketrans("SАВЕКМНРСТУХЅΑΒΕΖΗΚΜΝΡΤΥΧ", "5ABEKMHPCTYX5ABEZHKMNPTYX")
"""S is no letter of a code, so it is a 5; Cyrillic and Greek capitals are read by their looks."""


def draw_code() -> str:
    """Draw a new code."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the character that makes a code of this body right."""
    return ALPHABET[(1 - _carried(body)) % _BASE]


def read_code(text: str) -> str | None:
    """Return the code someone typed, in its stored form; None when there is a slip in it.

    Capitals, spaces, punctuation, every script's digits and full-width letters are all
    accepted.
    """
    if len(text) > _LONGEST_TYPED:
        return None
    plain = ascii_digits(unicodedata.normalize("NFKC", text)).upper()
    kept = "".join(c for c in plain if unicodedata.category(c)[0] not in "ZPC")
    code = kept.translate(_LOOKS_LIKE)
    if len(code) != LENGTH or any(c not in ALPHABET for c in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def print_code(code: str) -> str:
    """Return a code in groups of four, as it stands in the letter."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _carried(body: str) -> int:
    carried = _BASE
    for character in body:
        total = (carried + ALPHABET.index(character)) % _BASE or _BASE
        carried = 2 * total % (_BASE + 1)
    return carried
