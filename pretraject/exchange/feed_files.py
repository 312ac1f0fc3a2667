"""The two forms of a file of events: JSON Lines, which can be proved line by line, and CSV."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pretraject.completion.lines import FIELDS

Line = dict[str, Any]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LINE_HASH_LENGTH = 16
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Form:
    """How a file begins, and how lines are written into it."""

    beginning: bytes
    written: Callable[[Iterable[Line]], bytes]


def jsonl(lines: Iterable[Line]) -> bytes:
    """Return one JSON object a line.

    The last key is a hash of what stands before it. So a damaged line can be named also where
    the hash of the event covers nothing, as in the file numbers.
    """
    return b"".join(_with_hash(_encode(line).encode()) for line in lines)


def _with_hash(line: bytes) -> bytes:
    """Put a hash of the object's text up to there as its last key."""
    begun = line.removesuffix(b"}")
    short = hashlib.sha256(begun).hexdigest()[:LINE_HASH_LENGTH]
    return b'%b, "lineHash": "%b"}\n' % (begun, short.encode())


def table(lines: Iterable[Line]) -> bytes:
    """Return rows of a table; no cell can be taken for a formula."""
    return _rows([cell(line.get(field)) for field in FIELDS] for line in lines)


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def cell(value: object) -> str:
    """Return a value as a spreadsheet may safely open it.

    Lists are joined by a space; the spaces inside a member are left out, so that the cell
    can be taken apart again (file numbers are compared without spaces).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join("".join(str(one).split()) for one in value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


FORMS = {
    "jsonl": Form(b"", jsonl),
    "csv": Form(_rows([FIELDS]), table),
}
