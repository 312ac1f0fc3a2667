"""The file with access codes: the only copy, for its owner's eyes, whole or not there."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from pretraject.core.errors import ConflictError, InvalidError
from pretraject.core.replacing import keep_names

OWNER_ONLY = 0o600
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class CodesFileExistsError(ConflictError):
    """There is a file of that name; it may hold the only copy of other codes."""


class CodesFileUnwritableError(InvalidError):
    """No file can be written there."""


class CodesFile:
    """Codes on their way to a file.

    The name is taken first, by an empty file; the codes go to a file beside it, safely on
    disk before the database commits; afterwards that one takes the name. So there is never
    a code in the database that is nowhere on paper, nor half a file that looks whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.is_written = False

    def reserve(self) -> None:
        """Take the name. Raises CodesFileExistsError, CodesFileUnwritableError."""
        for path in (self.part, self.path):
            if path.exists():
                raise CodesFileExistsError(f"{path} exists already; name another file with --codes")
        try:
            os.close(os.open(self.path, NEW, OWNER_ONLY))
        except OSError as error:
            raise CodesFileUnwritableError(f"{self.path}: {error.strerror}") from error

    def write(self, codes: Iterable[tuple[str, str]]) -> None:
        """Write file numbers and codes, down to the disk."""
        with os.fdopen(os.open(self.part, NEW, OWNER_ONLY), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("fileNumber", "accessCode"))
            writer.writerows(codes)
            file.flush()
            os.fsync(file.fileno())
        keep_names(self.path.parent)
        self.is_written = True

    def keep(self) -> None:
        """Let the written file take the name."""
        os.replace(self.part, self.path)
        keep_names(self.path.parent)

    def discard(self) -> None:
        """Leave nothing behind."""
        self.part.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
