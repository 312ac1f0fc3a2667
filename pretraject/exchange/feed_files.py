"""Files an authority takes completions from: JSON Lines or CSV, whole or not at all."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Any, TextIO

Line = dict[str, Any]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a file that takes the place of `path` only when all is written and on disk.

    It can be read by its owner only. When anything goes wrong, `path` stays as it was.
    """
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _keep_name(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """Have the folder's entry on disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_jsonl(file: TextIO, lines: Iterable[Line], _fields: Sequence[str]) -> None:
    """Write one JSON object a line."""
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


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
