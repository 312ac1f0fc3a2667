"""An export on its way to disk: in steps that survive a kill, under its names only when whole.

The data goes to FILE.part. FILE.part.state says in its first line what the export is to hold,
and in each further one how much of it is safely on disk. A state line is added after the
data it speaks of, so what a kill leaves is always cut back to something that was whole.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pretraject.core.errors import ConflictError
from pretraject.core.replacing import keep_names

OWNER_ONLY = 0o600
PAGES_A_STEP = 20
"""After so many pages what is written is made safe: some 20,000 lines."""
CHUNK = 2**20


class BusyError(ConflictError):
    """Another export is writing this very file."""


@dataclass(frozen=True)
class Plan:
    """What an export is to hold: settled when it begins, kept however often it is interrupted."""

    recipient: str
    format: str
    after: str
    begin: int
    hash_before: str
    end: int
    head_hash: str
    made_at: str


@dataclass(frozen=True)
class Written:
    """How much of an export is safely on disk; `is_whole`: all of it, manifest and signature too."""

    size: int
    sha256: str
    count: int
    seq: int
    hash: str
    is_whole: bool = False


class PartFile:
    """A file of events with its manifest and its signature, not yet under their names."""

    written: Written

    def __init__(self, path: Path) -> None:
        self.path = path
        self.finals = (path, *(_beside(path, ending) for ending in (".manifest.json", ".manifest.jws")))
        self.parts = tuple(_beside(final, ".part") for final in self.finals)
        self.state = _beside(path, ".part.state")
        self._digest = hashlib.sha256()
        self._pages = 0
        self._is_worth_keeping = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other exports off this file; where nothing is safe at the end, leave nothing behind.

        Raises BusyError.
        """
        with ExitStack() as self._open:
            self._steps = self._opened(self.state, os.O_APPEND)
            handle = self._steps.fileno()
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.fstat(handle), os.stat(self.state)):
                    raise FileNotFoundError
            except (BlockingIOError, FileNotFoundError) as error:
                raise BusyError(f"another export is writing {self.path}; wait until it has ended") from error
            try:
                yield
            finally:
                if not self._is_worth_keeping:
                    self.parts[0].unlink(missing_ok=True)
                    self.state.unlink(missing_ok=True)

    def begun(self) -> tuple[Plan, Written] | None:
        """Return what an interrupted export was to hold and has; None when there is none."""
        self._steps.seek(0)
        content = self._steps.read()
        steps = content[: content.rfind(b"\n") + 1]
        self._steps.truncate(len(steps))
        try:
            plan, *written = [json.loads(step) for step in steps.splitlines()]
            found = Plan(**plan), Written(**written[-1])
        except (ValueError, TypeError, IndexError):
            return None
        self._is_worth_keeping = True
        return found

    def begin(self, plan: Plan, beginning: bytes) -> None:
        """Begin anew."""
        self._is_worth_keeping = False
        self._steps.truncate(0)
        self._note(plan)
        self._data = self._opened(self.parts[0])
        self._data.truncate(0)
        keep_names(self.path.parent)
        self._digest = hashlib.sha256()
        self.written = Written(0, self._digest.hexdigest(), 0, plan.begin, plan.hash_before)
        self._write(beginning)
        self.save()

    def go_on(self, written: Written) -> bool:
        """Go on after what is safely there; False when that is not what was written."""
        self.written = written
        pairs = list(zip(self.parts, self.finals, strict=True))
        if written.is_whole and not all(part.exists() or final.exists() for part, final in pairs):
            return False
        source = next((path for path in pairs[0] if path.exists()), None)
        if source is None or (source != self.parts[0] and not written.is_whole):
            return False
        self._data = self._opened(source)
        left = written.size
        while left and (chunk := self._data.read(min(CHUNK, left))):
            self._digest.update(chunk)
            left -= len(chunk)
        if left or self._digest.hexdigest() != written.sha256:
            return False
        self._data.truncate(written.size)
        return True

    def add(self, data: bytes, *, count: int, seq: int, hash_: str) -> None:
        """Write a page; now and then have it safely on disk."""
        self._write(data)
        self.written = replace(self.written, count=self.written.count + count, seq=seq, hash=hash_)
        self._pages += 1
        if self._pages % PAGES_A_STEP == 0:
            self.save()

    def save(self) -> None:
        """Have everything that is written on disk, and note how much that is."""
        self._data.flush()
        os.fsync(self._data.fileno())
        self.written = replace(self.written, size=self._data.tell(), sha256=self._digest.hexdigest())
        self._note(self.written)
        self._is_worth_keeping = self.written.count > 0

    def finish(self, manifest: bytes, signature: bytes) -> None:
        """Write the proof beside the data, and note that all is there."""
        for part, content in zip(self.parts[1:], (manifest, signature), strict=True):
            file = self._opened(part, os.O_TRUNC)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        keep_names(self.path.parent)
        self.written = replace(self.written, is_whole=True)
        self._note(self.written)
        self._is_worth_keeping = True

    def publish(self) -> None:
        """Let data, manifest and signature take their names, in this order.

        An earlier signature goes first: who waits for one never takes new data for proved by
        an old one. Interrupted, it is done again from where it was.
        """
        if self.parts[-1].exists():
            self.finals[-1].unlink(missing_ok=True)
            keep_names(self.path.parent)
        for part, final in zip(self.parts, self.finals, strict=True):
            if part.exists():
                part.replace(final)
                keep_names(self.path.parent)
        self.state.unlink()
        keep_names(self.path.parent)

    def _opened(self, path: Path, flags: int = 0) -> BinaryIO:
        """Open a file that only its owner can read, until the export lets go of its files."""
        return self._open.enter_context(
            open(os.open(path, os.O_RDWR | os.O_CREAT | flags, OWNER_ONLY), "r+b")
        )

    def _write(self, data: bytes) -> None:
        self._data.write(data)
        self._digest.update(data)

    def _note(self, step: Plan | Written) -> None:
        self._steps.write((json.dumps(asdict(step)) + "\n").encode())
        self._steps.flush()
        os.fsync(self._steps.fileno())


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
