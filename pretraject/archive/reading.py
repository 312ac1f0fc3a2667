"""Reads an archive, and lets nothing through that is not as it was written."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 — an exception, whatever zlib calls it

from pretraject.archive.form import MANIFEST, ArchivedTable, DamagedArchiveError, Manifest, values_of
from pretraject.archive.writing import Tell

TELL_EVERY = 1000
BROKEN = (BadZipFile, ZlibError, EOFError, OSError, RuntimeError, ValueError)
"""What the standard library raises when an archive's bytes are not what they were."""


class Archive:
    """An archive that is open for reading."""

    def __init__(self, zipped: ZipFile) -> None:
        self._zipped = zipped
        try:
            body = zipped.read(MANIFEST)
        except (KeyError, *BROKEN) as error:
            raise DamagedArchiveError("it is missing or cannot be read") from error
        self.manifest = Manifest.read(body)
        members = {MANIFEST, *(table.member for table in self.manifest.tables)}
        for member in members.symmetric_difference(zipped.namelist()):
            raise DamagedArchiveError("it is missing, or should not be there", member=member)

    def rows(self, table: ArchivedTable) -> Iterator[list[Any]]:
        """Yield a table's rows. Raises DamagedArchiveError, at the end too when rows are missing."""
        kinds = tuple(kind for _, kind in table.columns)
        digest, number = hashlib.sha256(), 1
        try:
            with self._zipped.open(table.member) as member:
                for line in BufferedReader(cast(Any, member)):
                    digest.update(line)
                    yield values_of(line, kinds)
                    number += 1
        except BROKEN as error:
            raise DamagedArchiveError(str(error), member=table.member, line=number) from error
        if (number - 1, digest.hexdigest()) != (table.rows, table.sha256):
            problem = f"{number - 1} rows where {table.rows} were written, or others"
            raise DamagedArchiveError(problem, member=table.member, line=number)

    def check(self, tell: Tell) -> None:
        """Read everything once. Raises DamagedArchiveError at the first thing that is wrong."""
        for table in self.manifest.tables:
            count = 0
            for count, _ in enumerate(self.rows(table), start=1):
                if count % TELL_EVERY == 0:
                    tell(table.name, count)
            tell(table.name, count)


@contextmanager
def open_archive(file: BinaryIO | Path) -> Iterator[Archive]:
    """Open an archive. Raises DamagedArchiveError."""
    try:
        zipped = ZipFile(file)
    except BROKEN as error:
        raise DamagedArchiveError("this is no archive, or its end is missing") from error
    with zipped:
        yield Archive(zipped)
