"""Pages that depend on how far somebody is and not on who they are, made once for all who are as far.

What such a page is made from is its key: the address and whatever of the reader's progress it
shows. The token of its forms is put in afterwards, for each reader their own; the rest is
compressed once.
"""

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import cast

from flask import Response, current_app, g, request
from flask import session as browser
from flask_wtf.csrf import generate_csrf

from pretraject.web.page_cache import EXTENSION, PageCache
from pretraject.web.spliced import Spliced

STAND_IN = f"token-{secrets.token_hex(16)}"
"""What stands in a kept page where a reader's token goes; no page can hold it by chance."""

_TOKEN = "csrf_token"  # noqa: S105 — the name of a field
_FLASHES = "_flashes"


@dataclass(frozen=True)
class Variant:
    """A page for everybody who is at the same point, as text and compressed."""

    html: str
    compressed: Spliced

    @property
    def size(self) -> int:
        """Return the bytes it takes, near enough."""
        return len(self.html) + self.compressed.size


def variant(key: Hashable, make: Callable[[], str]) -> str | Response:
    """Return the page of this address and key, made when nobody was at this point before.

    `make` may show nothing of the reader that is not in the key. A message for the reader
    from the page before makes this page theirs alone.
    """
    if _FLASHES in browser or request.query_string:
        return make()
    shelf = cast(PageCache, current_app.extensions[EXTENSION]).variants()
    place = (request.path, key)
    found = shelf.find(place)
    if found is None:
        html = _with_stand_in(make)
        found = Variant(html, Spliced([part.encode() for part in html.split(STAND_IN)]))
        shelf.keep(place, found)
    token = generate_csrf() if STAND_IN in found.html else ""
    if request.accept_encodings.quality("gzip"):
        return Response(
            found.compressed.with_text(token.encode()),
            content_type="text/html; charset=utf-8",
            headers={"Content-Encoding": "gzip"},
        )
    return found.html.replace(STAND_IN, token)


def _with_stand_in(make: Callable[[], str]) -> str:
    """Make a page whose forms hold the stand-in."""
    setattr(g, _TOKEN, STAND_IN)
    try:
        return make()
    finally:
        g.pop(_TOKEN)
