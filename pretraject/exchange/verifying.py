"""Whether an export of completions is whole and unchanged, found out offline.

This very file also runs alone, anywhere, with Python 3.11 and `cryptography` only:

    python verifying.py FILE --keys JWKS

FILE stands beside FILE.manifest.json and FILE.manifest.jws. JWKS is what the site says at
/.well-known/jwks.json, kept from before. Names each fault by file, line and event; exit
code 0 when there is none, 1 when there are some. So it imports nothing of the program.
"""

import argparse
import base64
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEMA_VERSION = 1
ALGORITHM = "Ed25519"
TYPE = "pretraject-manifest+jws"
CHUNK = 2**20
LONGEST_LINE = 2**20
MOST_FAULTS = 20
NOT_HASHED = frozenset(
    {"id", "seq", "type", "fileNumbers", "disputed", "salt", "previousHash", "hash", "cursor", "lineHash"}
)
"""The keys of a line that its event's hash does not cover as payload."""
MEMBERS: dict[str, type | tuple[type, ...]] = {
    "schemaVersion": int,
    "recipient": str,
    "format": str,
    "count": int,
    "firstSeq": (int, type(None)),
    "lastSeq": (int, type(None)),
    "bytes": int,
    "sha256": str,
    "hashBefore": str,
    "headHash": str,
    "cursorBefore": str,
    "cursorAfter": str,
    "keyId": str,
    "software": str,
    "madeAt": str,
}
_LINE_HASH = re.compile(rb'(.*), "lineHash": "([0-9a-f]{16})"}\n', re.DOTALL)
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A line as far as the chain is concerned."""

    number: int
    values: dict[str, Any]
    faults: tuple[str, ...] = ()


def faults_of(path: Path, keys: object) -> Iterator[str]:
    """Yield every fault of an export, one line each; `keys` is a JWK set."""
    manifest_path = path.with_name(f"{path.name}.manifest.json")
    signature_path = path.with_name(f"{path.name}.manifest.jws")
    try:
        content, signature = manifest_path.read_bytes(), signature_path.read_bytes()
    except OSError as error:
        yield f"{error.filename}: cannot be read ({error.strerror}): the export is not finished, or not whole"
        return
    header, fault = _header(signature)
    if fault is None:
        fault = _signature_fault(signature, content, header, keys)
    if fault is not None:
        yield f"{signature_path}: {fault}"
    manifest = _manifest(content)
    if isinstance(manifest, str):
        yield f"{manifest_path}: {manifest}"
        return
    for fault in _moment_faults(manifest, header, keys):
        yield f"{manifest_path}: {fault}"
    try:
        with path.open("rb") as file:
            yield from _data_faults(path, file, manifest)
    except OSError as error:
        yield f"{error.filename}: cannot be read ({error.strerror})"


def _decoded(text: bytes) -> bytes:
    """Decode base64url; ValueError for any other spelling than the one a signer writes."""
    decoded = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != text:
        raise ValueError("not base64url")
    return decoded


def _header(signature: bytes) -> tuple[dict[str, Any], str | None]:
    """Return the header of a detached JWS, or what is wrong with it."""
    try:
        head, content, _ = signature.split(b".")
        header = json.loads(_decoded(head))
    except (ValueError, RecursionError):
        return {}, "is no detached signature"
    if content or not isinstance(header, dict) or set(header) != {"alg", "kid", "typ"}:
        return {}, "is no detached signature"
    if header["alg"] != ALGORITHM or header["typ"] != TYPE:
        return {}, "is signed in a way that is not used for exports"
    return header, None


def _signature_fault(signature: bytes, content: bytes, header: dict[str, Any], keys: object) -> str | None:
    """Say what is wrong with a signature; None when the manifest is what was signed."""
    key = _find_key(keys, header["kid"])
    if key is None:
        return "is of a key that is not among the keys given; take them anew from the site"
    head, _, tail = signature.split(b".")
    encoded = base64.urlsafe_b64encode(content).rstrip(b"=")
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(str(key.get("x")).encode()))
        public.verify(_decoded(tail), head + b"." + encoded)
    except (ValueError, InvalidSignature):
        return "does not fit the manifest: one of the two was changed"
    return None


def _find_key(keys: object, kid: object) -> dict[str, Any] | None:
    members = keys.get("keys") if isinstance(keys, dict) else None
    for key in members if isinstance(members, list) else []:
        if isinstance(key, dict) and key.get("kid") == kid and key.get("crv") == "Ed25519":
            return key
    return None


def _manifest(content: bytes) -> Manifest | str:
    """Return the manifest, or what is wrong with it."""
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return "is no JSON"
    if not isinstance(manifest, dict):
        return "is no manifest"
    if manifest.get("schemaVersion") != SCHEMA_VERSION:
        return f"is of a version that this program does not know; it knows {SCHEMA_VERSION}"
    wrong = [name for name, kind in MEMBERS.items() if not isinstance(manifest.get(name, ...), kind)]
    if wrong or manifest["format"] not in READERS:
        return f"is no manifest: {', '.join(wrong) or 'format'}"
    return manifest


def _moment_faults(manifest: Manifest, header: dict[str, Any], keys: object) -> Iterator[str]:
    """Yield whether the key was in use when the export was made, and the cursors fit."""
    if header and manifest["keyId"] != header["kid"]:
        yield "names another key than the signature"
    key = _find_key(keys, manifest["keyId"])
    try:
        made_at = _moment(manifest["madeAt"])
        ended = _moment(key["validTo"]) if key and "validTo" in key else made_at
        if key and not _moment(key["validFrom"]) <= made_at <= ended:
            yield f"is of {manifest['madeAt']}, when its key was not in use"
    except (KeyError, TypeError, ValueError):
        yield "says no moment, or its key does not say when it was in use"
    first, last, count = manifest["firstSeq"], manifest["lastSeq"], manifest["count"]
    if count != (last - first + 1 if first is not None and last is not None else 0):
        yield f"counts {count} events from place {first} to {last}"
    if last is not None and manifest["cursorAfter"] != f"{last}.{manifest['headHash'][:16]}":
        yield "has a cursor that does not fit its last event"
    if last is None and manifest["headHash"] != manifest["hashBefore"]:
        yield "holds nothing, but its chain goes on"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _data_faults(path: Path, file: BinaryIO, manifest: Manifest) -> Iterator[str]:
    """Yield where the data is not what was signed."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    if file.tell() != manifest["bytes"]:
        yield f"{path}: has {file.tell()} bytes, but {manifest['bytes']} were signed"
    if digest.hexdigest() != manifest["sha256"]:
        yield f"{path}: is not the file that was signed (SHA-256)"
    file.seek(0)
    yield from _chain_faults(path, READERS[manifest["format"]](file, manifest), manifest)


def _chain_faults(path: Path, rows: Iterable[Row], manifest: Manifest) -> Iterator[str]:
    """Yield where a line is not what it was, and where the chain breaks."""
    count, seq, previous = 0, (manifest["firstSeq"] or 1) - 1, manifest["hashBefore"]
    for row in rows:
        faults, found = list(row.faults), row.values
        count, seq = count + 1, seq + 1
        if not faults and found.get("seq") != seq:
            faults.append(f"place {seq} was to come: events are missing, repeated or out of order")
            seq = found["seq"] if isinstance(found.get("seq"), int) else seq
        elif not faults and previous not in (None, found.get("previousHash")):
            faults.append("does not hold on to the event before it")
        previous = None if row.faults else found.get("hash")
        for fault in faults:
            yield f"{path}:{row.number}: {_name(found, seq)}: {fault}"
    if count != manifest["count"]:
        yield f"{path}: has {count} events, but {manifest['count']} were signed"
    if previous not in (None, manifest["headHash"]):
        yield f"{path}: ends with another event than the one that was signed"


def _name(values: dict[str, Any], seq: int) -> str:
    """Name an event by its id and its place, without repeating what could be anything."""
    id_ = values.get("id")
    known = isinstance(id_, str) and re.fullmatch(r"[A-Za-z0-9:._-]{1,80}", id_)
    return f"event {id_} (place {seq})" if known else f"event at place {seq}"


def _json_rows(file: BinaryIO, manifest: Manifest) -> Iterator[Row]:
    """Read JSON Lines; each line is held against its own hash and its event's."""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
        faults = []
        match = _LINE_HASH.fullmatch(line)
        if match is None or hashlib.sha256(match[1]).hexdigest()[:16].encode() != match[2]:
            faults.append("the line was changed")
        try:
            values = json.loads(line)
            if not isinstance(values, dict):
                raise ValueError("no object")
            if _link_hash(values, manifest["recipient"]) != values.get("hash"):
                faults.append("what it says is not what its hash was made of")
            elif values.get("cursor") != f"{values.get('seq')}.{values['hash'][:16]}":
                faults.append("its cursor is another's")
        except (ValueError, RecursionError):
            yield Row(number, {}, (*faults, "the line is no JSON object"))
        else:
            yield Row(number, values, tuple(faults))


def _link_hash(values: dict[str, Any], recipient: str) -> str:
    """Return the hash of an event by what its line says."""
    payload = {name: value for name, value in values.items() if name not in NOT_HASHED}
    parts = [values.get("previousHash"), recipient, values.get("seq"), payload, values.get("salt")]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _table_rows(file: BinaryIO, _manifest: Manifest) -> Iterator[Row]:
    """Read a table: its cells are for people, so only the order of the chain can be seen in it."""
    lines = (line.decode(errors="replace") for line in iter(lambda: file.readline(LONGEST_LINE), b""))
    reader = csv.DictReader(lines)
    try:
        for row in reader:
            values: dict[str, Any] = {str(name): value for name, value in row.items()}
            if re.fullmatch("[0-9]{1,18}", str(values.get("seq")), re.ASCII):
                values["seq"] = int(values["seq"])
            yield Row(reader.line_num, values)
    except csv.Error:
        yield Row(reader.line_num, {}, ("the line is no row of a table",))


READERS = {"jsonl": _json_rows, "csv": _table_rows}


def told(path: Path, faults: Iterable[str]) -> int:
    """Print faults, the first ones of many, and return how many there are."""
    count = 0
    for count, fault in enumerate(faults, start=1):
        if count <= MOST_FAULTS:
            print(fault)  # noqa: T201 — it also runs alone
    if count > MOST_FAULTS:
        print(f"… and {count - MOST_FAULTS} more")  # noqa: T201
    if count:
        print(f"faults: {count}", file=sys.stderr)  # noqa: T201
    else:
        print(f"{path}: whole, unchanged and signed")  # noqa: T201
    return count


def main() -> None:
    """Check the export that the command line names."""
    parser = argparse.ArgumentParser(description="Check an export of completions, offline.")
    parser.add_argument("file", type=Path, help="the data; manifest and signature stand beside it")
    parser.add_argument("--keys", type=Path, required=True, help="JWK set, as /.well-known/jwks.json says it")
    given = parser.parse_args()
    try:
        keys = json.loads(given.keys.read_bytes())
    except (OSError, ValueError) as error:
        parser.error(f"{given.keys}: {error}")
    sys.exit(1 if told(given.file, faults_of(given.file, keys)) else 0)


if __name__ == "__main__":
    main()
