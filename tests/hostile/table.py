"""The table: what may happen where which input is put. Rows further down overrule those above.

A place is a kind and a name: `parameter module` is a part of an address, `query next` stands
behind it, `field name` is in a form, and so on. Places are found by `doors`, never listed.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.hostile.inputs import (
    ANSWERS,
    DATES,
    HEADERS,
    NUMBERS,
    PATHS,
    SPELLINGS,
    TEXTS,
    TYPES,
    WITHIN,
)

MISSING = "missing"
"""There is no such page: 404, at once or where it leads."""
LED = "missing or led to the page"
"""Another spelling of an address: no such page, or a redirect to the proper one."""
REFUSED = "refused"
"""A status from 400 to 499, and nothing stored."""
TOO_LARGE = "refused unread"
"""413: it was too much to read."""
HARMLESS = "refused or as if it were not there"
"""Refused; or the very answer that the sound request gets, and the same kinds of rows."""
SAME = "as if it were not there"
"""The answer that the sound request gets."""
KEPT_OUT = "nothing done"
"""Any answer but an error of ours; nothing stored."""

FORGED = "forged"
"""Stands for every id that exists and is not for this place: `stage` has them."""

EVERY = (*TEXTS, *NUMBERS, *TYPES, *DATES)
BRIEF = (
    *("NUL", "a lone surrogate", "no UTF-8", "CRLF", "script", "a template", "a format", "SQL", "long"),
    *("beyond 64 bits", "up, escaped", "another site", "half an escape", FORGED),
)
"""The inputs for what many pages share, and for pages that were tried in full as another visitor."""

PATHS_OF_FIELDS = ("up", "up, escaped", "NUL, escaped", "another site", "another scheme")

TABLE = (
    ("parameter *", (*EVERY, FORGED, "NUL, within", "zero width, within", "up, escaped, within"), MISSING),
    ("parameter *", ("nothing", *SPELLINGS, *PATHS), LED),
    ("parameter *", ("a dot as folder",), MISSING),
    ("parameter number", (*NUMBERS, *DATES), HARMLESS),
    ("parameter number", (FORGED,), None),
    ("parameter question", (FORGED,), HARMLESS),
    ("parameter receipt", (*NUMBERS, *DATES), HARMLESS),
    ("parameter receipt", (FORGED,), None),
    ("parameter lang", EVERY, None),
    ("parameter lang", (*BRIEF[:-1], *SPELLINGS), LED),
    ("query *", (*TEXTS, *TYPES, *PATHS, FORGED), SAME),
    ("query unknown", (*TEXTS, *TYPES, *PATHS, FORGED), None),
    ("query unknown", BRIEF[:-1], SAME),
    ("field *", (*EVERY, *PATHS_OF_FIELDS, *WITHIN, *SPELLINGS, FORGED), HARMLESS),
    ("field *", ("NUL", "NUL, within"), REFUSED),
    ("field csrf_token", (*TEXTS, FORGED), KEPT_OUT),
    ("field csrf_token", (*NUMBERS, *TYPES, *DATES, *PATHS_OF_FIELDS, *WITHIN, *SPELLINGS), None),
    ("field attempt", (FORGED,), KEPT_OUT),
    ("field number", (FORGED,), None),  # staff look for whomever they have a reason to
    ("fields", ("twice", "sound first", "hostile first", "as lists", "with others", "as files"), HARMLESS),
    ("fields", ("without token",), KEPT_OUT),
    ("body", tuple(ANSWERS), HARMLESS),
    ("body", ("a million characters",), TOO_LARGE),
    ("body", ("gzip", "too short", "chunks"), HARMLESS),
    ("cookie *", BRIEF[:5], SAME),
    ("cookie pretraject", (*TEXTS, FORGED, *SPELLINGS), KEPT_OUT),
    ("cookies", ("ten thousand",), SAME),
    ("cookies", ("twice",), KEPT_OUT),
    ("header *", tuple(HEADERS), HARMLESS),
    ("header Host", (*HEADERS, "another host"), REFUSED),
    ("header Content-Length", tuple(HEADERS), KEPT_OUT),
    ("header Content-Type", tuple(HEADERS), KEPT_OUT),
    ("header Cookie", tuple(HEADERS), KEPT_OUT),
    ("headers", tuple(HEADERS), HARMLESS),
    ("method", ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 1000), REFUSED),
    ("method", ("OPTIONS", "HEAD", "get"), KEPT_OUT),
    ("visitor", ("nobody", "newcomer", "learner", "staff"), KEPT_OUT),
)


@dataclass(frozen=True)
class Row:
    """One line of the table for one place: what is put there, and what may happen."""

    place: str
    input: str
    expectation: str


def rows_of(place, *, brief=False):
    """Return the rows of a place; in brief, the most telling ones."""
    found = {}
    for pattern, inputs, expectation in TABLE:
        if fnmatchcase(place, pattern):
            found |= dict.fromkeys(inputs, expectation)
    return [
        Row(place, name, expectation)
        for name, expectation in found.items()
        if expectation and (not brief or name in BRIEF)
    ]
