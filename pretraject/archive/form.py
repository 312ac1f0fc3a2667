"""What an archive is made of: a manifest, and for each table a member of JSON Lines.

A line is an array: a checksum of the rest, then the values in the order of the manifest's
columns. Moments are ISO 8601 in UTC, bytes are base64, JSON is the text as stored.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zlib import crc32

from sqlalchemy.types import JSON, Boolean, Date, DateTime, Integer, LargeBinary, String, TypeEngine

from pretraject.core.chain import START_HASH, canonical
from pretraject.core.errors import InvalidError

FORMAT = "pretraject-archive"
VERSION = 1
MANIFEST = "manifest.json"

Kind = Literal["number", "truth", "text", "bytes", "moment", "day", "json"]
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "truth"),
    (Integer, "number"),
    (DateTime, "moment"),
    (Date, "day"),
    (String, "text"),
)
_FORMS: dict[str, type] = {"number": int, "truth": bool}


class DamagedArchiveError(InvalidError):
    """The file is not a whole archive, or not one that this program can read."""

    def __init__(self, problem: str, *, member: str = MANIFEST, line: int | None = None) -> None:
        place = f"{member}, line {line}" if line else member
        super().__init__(f"the archive is damaged at {place}: {problem}; nothing was changed")


@dataclass(frozen=True)
class ArchivedTable:
    """One table: where its rows are, what they are made of, how many there are."""

    name: str
    member: str
    columns: tuple[tuple[str, Kind], ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class ChainEnd:
    """The last place of a chain and its hash; the chain is a recipient's feed, or `audit`."""

    chain: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.chain}:{self.seq}.{self.hash[:16]}"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    revision: str
    made_by: str
    created_at: str
    tables: tuple[ArchivedTable, ...]
    feeds: tuple[ChainEnd, ...]
    audit: ChainEnd

    @property
    def sha256(self) -> str:
        """Return what names exactly this archive's contents."""
        return hashlib.sha256(canonical({"version": VERSION, **asdict(self)}).encode()).hexdigest()

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def ends(self) -> tuple[ChainEnd, ...]:
        """Return where each chain ends."""
        return (*self.feeds, self.audit)

    def written(self) -> bytes:
        """Return the form that is stored."""
        whole = {"format": FORMAT, "version": VERSION, "sha256": self.sha256, **asdict(self)}
        return json.dumps(whole, indent=1).encode()

    @classmethod
    def read(cls, body: bytes) -> "Manifest":
        """Return the manifest that was stored. Raises DamagedArchiveError."""
        try:
            given = json.loads(body)
            if (given["format"], given["version"]) != (FORMAT, VERSION):
                raise DamagedArchiveError(f"version {given['version']} is not known to this program")
            manifest = cls(
                revision=given["revision"],
                made_by=given["made_by"],
                created_at=given["created_at"],
                tables=tuple(_table(one) for one in given["tables"]),
                feeds=tuple(ChainEnd(**one) for one in given["feeds"]),
                audit=ChainEnd(**given["audit"]),
            )
            is_whole = manifest.sha256 == given["sha256"]
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedArchiveError("it cannot be read") from error
        if not is_whole:
            raise DamagedArchiveError("its checksum is another")
        return manifest


def _table(given: dict[str, Any]) -> ArchivedTable:
    columns = tuple((name, kind) for name, kind in given["columns"])
    return ArchivedTable(**given | {"columns": columns})


def start_of(chain: str) -> ChainEnd:
    """Return the end of a chain that has no entry yet."""
    return ChainEnd(chain, 0, START_HASH)


def kind_of(type_: TypeEngine[Any]) -> Kind:
    """Return what a column holds. Raises LookupError for what an archive cannot hold."""
    for known, kind in _KINDS:
        if isinstance(type_, known):
            return kind
    raise LookupError(f"an archive cannot hold {type_!r}")


def line_of(values: list[Any]) -> bytes:
    """Return a row's line: its checksum and its values, as `archived` gives them."""
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()[1:]
    return b'["%08x",%s\n' % (crc32(body), body)


def values_of(line: bytes, kinds: tuple[Kind, ...]) -> list[Any]:
    """Return the values of a line; ValueError says what is wrong with it."""
    checksum, body = line[2:10], line[12:].rstrip(b"\n")
    if not line.endswith(b"\n") or b"%08x" % crc32(body) != checksum:
        raise ValueError("its checksum is another")
    values = json.loads(b"[" + body)
    if len(values) != len(kinds):
        raise ValueError(f"{len(values)} values for {len(kinds)} columns")
    return [restored(value, kind) for value, kind in zip(values, kinds, strict=True)]


def archived(value: Any, kind: Kind) -> Any:
    """Return a value as it stands in a line."""
    if value is None:
        return None
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "moment":
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds")
    return value.isoformat() if kind == "day" else value


def restored(value: Any, kind: Kind) -> Any:
    """Return the value that stands in a line so; ValueError when it is not of its kind."""
    if value is None:
        return None
    if not isinstance(value, _FORMS.get(kind, str)) or (kind == "number" and isinstance(value, bool)):
        raise ValueError(f"not of the kind {kind}")
    return _READ[kind](value) if kind in _READ else value


_READ: dict[Kind, Callable[[Any], Any]] = {
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}
