"""Files an authority takes completions from: JSON Lines or CSV, whole or not at all."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from pretraject.core.replacing import replacing_bytes

Line = dict[str, Any]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` only when all is written and on disk.

    It can be read by its owner only. When anything goes wrong, `path` stays as it was.
    """
    with replacing_bytes(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def write_jsonl(file: TextIO, lines: Iterable[Line], _fields: Sequence[str]) -> None:
    """Write one JSON object a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for line in lines:
        file.write(encode(line) + "\n")


def write_csv(file: TextIO, lines: Iterable[Line], fields: Sequence[str]) -> None:
    """Write a table with a header; no cell can be taken for a formula."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(fields)
    for line in lines:
        writer.writerow([cell(line.get(field)) for field in fields])


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


WRITERS: dict[str, Callable[[TextIO, Iterable[Line], Sequence[str]], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
}
