"""A gzip stream whose parts are compressed beforehand, with short texts put between them later.

A page that is the same for many but for a token is compressed once. Each part ends on a whole
byte and looks back on nothing before it (a full flush, RFC 1951); a text between two parts
goes in uncompressed, as a stored block.
"""

import struct
import zlib
from collections.abc import Sequence

LEVEL = 9
RAW = -15
"""Deflate without a wrapper of its own."""

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""RFC 1952: deflate, no name, no time."""


class Spliced:
    """The parts of a page between which a text goes."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        last = len(parts) - 1
        self._compressed = [_deflated(part, is_last=place == last) for place, part in enumerate(parts)]

    @property
    def size(self) -> int:
        """Return the bytes it takes, near enough."""
        return sum(map(len, self._parts)) + sum(map(len, self._compressed))

    def with_text(self, text: bytes) -> bytes:
        """Return the gzip stream of the page with a text, shorter than 64 KB, between all parts."""
        between = struct.pack("<BHH", 0, len(text), len(text) ^ 0xFFFF) + text
        checksum, length = zlib.crc32(self._parts[0]), sum(map(len, self._parts))
        for part in self._parts[1:]:
            checksum = zlib.crc32(part, zlib.crc32(text, checksum))
        length += len(text) * (len(self._parts) - 1)
        return HEAD + between.join(self._compressed) + struct.pack("<II", checksum, length & 0xFFFFFFFF)


def _deflated(part: bytes, *, is_last: bool) -> bytes:
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
    return compressor.compress(part) + compressor.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)
