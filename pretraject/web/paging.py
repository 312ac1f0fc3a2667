"""Long lists, a page at a time: `?page=2`; whatever is no page of the list is the first."""

import re
from dataclasses import dataclass

from flask import request

SIZE = 20
_NUMBER = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


@dataclass(frozen=True)
class Paging:
    """Which page of a list is shown, and how many there are."""

    number: int
    last: int

    @property
    def offset(self) -> int:
        """Return how many entries come before this page."""
        return (self.number - 1) * SIZE


def paging_of(total: int) -> Paging:
    """Return the page that was asked for, of a list of so many entries."""
    last = max(1, -(-total // SIZE))
    asked = _NUMBER.fullmatch(request.args.get("page", ""))
    number = int(asked[0]) if asked else 1
    return Paging(number if number <= last else 1, last)
