"""A long sequence, a part at a time: a statement takes so many values, a file so many letters."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def parts(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """Yield parts of a sequence, in its order, each of a size but the last."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
