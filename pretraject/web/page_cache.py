"""Pages that are the same for every visitor, served from memory before Flask is asked.

Only what a view calls its own on purpose (`same_for_all`) is kept, and only for who shows no
session: GET or HEAD of a known path, no query, no credentials. What pages are made from has
a version; while it stays, they stay. It is looked up at most every `POLL_SECONDS`, by the
request that notices, so that every process sees a publish within seconds.
"""

import gzip
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import brotli
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response

from pretraject.web.health import count_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Version = Callable[[], Hashable]

EXTENSION = "pretraject_pages"
POLL_SECONDS = 2
LARGEST_BYTES = 64 * 1024 * 1024
"""Memory of one process that pages may take: 24 languages take about a third of it."""

BROTLI_QUALITY = 9
GZIP_LEVEL = 9
CACHE_CONTROL = "public, no-cache"
VARY = "Accept-Encoding, Cookie"
_OF_ONE_ENCODING = ("Content-Encoding", "Content-Length", "Vary", "Cache-Control")
_DROPPED_FROM_UNCHANGED = ("Content-Type", "Content-Language")


def same_for_all(view: View) -> View:
    """Mark a view whose pages hold nothing of who looks at them while nobody is signed in."""
    view.same_for_all = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class Form:
    """A page in one encoding: what is sent."""

    body: bytes
    etag: str
    headers: list[tuple[str, str]]
    headers_unchanged: list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """A page in every encoding it is sent in, and the view that made it."""

    endpoint: str
    forms: dict[str, Form]

    @property
    def size(self) -> int:
        """Return the bytes it takes, near enough."""
        return sum(len(form.body) for form in self.forms.values())


class Sized(Protocol):
    """Something that takes room."""

    @property
    def size(self) -> int:
        """Return the bytes it takes."""


Kept = TypeVar("Kept", bound=Sized)


class Shelf(Generic[Kept]):
    """The pages of one version, the least used going first when room is short."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def find(self, place: Hashable) -> Kept | None:
        """Return a page that is kept."""
        with self._lock:
            page = self._pages.get(place)
            if page is not None:
                self._pages.move_to_end(place)
            return page

    def keep(self, place: Hashable, page: Kept) -> None:
        """Keep a page, and let go of others if there is no room."""
        with self._lock:
            old = self._pages.pop(place, None)
            self._size += page.size - (old.size if old else 0)
            self._pages[place] = page
            while self._size > self._largest:
                _place, gone = self._pages.popitem(last=False)
                self._size -= gone.size


class PageCache:
    """The layer before Flask.

    `version` names what all pages are made from now. A page is put on the shelf of the
    version that was known before it was rendered; when another version turns up, the shelf
    goes as a whole, so no page outlives its version, not even one that was being made.
    Several requests for a page that is not there yet may make it at the same time: at most
    as many as there are threads, once a publish.
    """

    def __init__(
        self,
        app: Flask,
        version: Version,
        *,
        clock: Callable[[], float] = monotonic,
        largest: int = LARGEST_BYTES,
    ) -> None:
        self._app = app
        self._next: WSGIApplication = app.wsgi_app
        self._version_now = version
        self._clock = clock
        self._largest = largest
        self._session = f"{app.config['SESSION_COOKIE_NAME']}="
        self._hosts = app.config["TRUSTED_HOSTS"]
        self._adapter = app.url_map.bind("localhost")
        self._marked = {
            name for name, view in app.view_functions.items() if getattr(view, "same_for_all", False)
        }
        self._version: Hashable = None
        self._shelf: Shelf[Page] = Shelf(largest)
        self._variants: Shelf[Any] = Shelf(largest)
        self._polled_at: float | None = None
        self._polling = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the shelf, or have the page made."""
        if not self._may_be_shared(environ):
            return self._next(environ, start_response)
        began = monotonic()
        self._look_at_version()
        shelf, path = self._shelf, str(environ.get("PATH_INFO", ""))
        page = shelf.find(path)
        if page is None:
            endpoint = self._endpoint(path)
            if endpoint not in self._marked:
                return self._next(environ, start_response)
            response = Response.from_app(self._next, for_anybody(environ))
            if response.status_code != 200 or "Set-Cookie" in response.headers:
                return response(environ, start_response)
            page = make_page(endpoint, response.get_data(), response.headers)
            shelf.keep(path, page)
            return answer(page, environ, start_response)[1]
        status, body = answer(page, environ, start_response)
        count_answer(self._app, page.endpoint, status, monotonic() - began)
        return body

    def variants(self) -> Shelf[Any]:
        """Return what `web.variants` keeps, of the version that is served now."""
        self._look_at_version()
        return self._variants

    def _may_be_shared(self, environ: "WSGIEnvironment") -> bool:
        """Say whether a request could be anybody's."""
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and not environ.get("SCRIPT_NAME")
            and self._session not in environ.get("HTTP_COOKIE", "")
            and "HTTP_AUTHORIZATION" not in environ
            and _is_ours(environ.get("HTTP_HOST", ""), tuple(self._hosts or ()))
        )

    def _endpoint(self, path: str) -> str:
        if not path.isascii():
            return ""
        try:
            endpoint, _values = self._adapter.match(path, method="GET")
        except HTTPException:
            return ""
        return str(endpoint)

    def _look_at_version(self) -> None:
        """Let go of all pages when what they were made from has changed.

        One request looks, the others go on meanwhile. While the database is away the pages
        stay: nothing can be published then either.
        """
        due = self._polled_at is None or self._clock() - self._polled_at >= POLL_SECONDS
        if not due or not self._polling.acquire(blocking=self._polled_at is None):
            return
        try:
            version = self._version_now()
            if version != self._version:
                self._version = version
                self._shelf, self._variants = Shelf(self._largest), Shelf(self._largest)
        except Exception as error:  # noqa: BLE001 — whatever keeps us from looking, pages still serve
            log.warning("the version of the pages cannot be read: %s", type(error).__name__)
        finally:
            self._polled_at = self._clock()
            self._polling.release()


def for_anybody(environ: "WSGIEnvironment") -> dict[str, Any]:
    """Return a request for the same page that holds nothing of who asks."""
    bare = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
    return bare | {"REQUEST_METHOD": "GET", "HTTP_HOST": environ.get("HTTP_HOST", "")}


def make_page(endpoint: str, body: bytes, headers: Headers) -> Page:
    """Return a page in every encoding, each with an entity tag of its own."""
    bodies = {
        "br": brotli.compress(body, quality=BROTLI_QUALITY),
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "identity": body,
    }
    common = [(name, value) for name, value in headers.items() if name not in _OF_ONE_ENCODING]
    common += [("Cache-Control", CACHE_CONTROL), ("Vary", VARY)]
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Page(endpoint, {name: _form(name, sent, digest, common) for name, sent in bodies.items()})


def _form(encoding: str, body: bytes, digest: str, common: list[tuple[str, str]]) -> Form:
    etag = f'"{digest}-{encoding}"'
    own = [("ETag", etag), ("Content-Length", str(len(body)))]
    if encoding != "identity":
        own.append(("Content-Encoding", encoding))
    unchanged = [(name, value) for name, value in common if name not in _DROPPED_FROM_UNCHANGED]
    return Form(body, etag, common + own, [*unchanged, ("ETag", etag)])


def answer(
    page: Page, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> tuple[int, Iterable[bytes]]:
    """Send a page in the encoding the browser likes best, or say that it has it already."""
    form = page.forms[best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if known and (form.etag in known or known.strip() == "*"):
        start_response("304 Not Modified", form.headers_unchanged)
        return 304, ()
    start_response("200 OK", form.headers)
    return 200, () if environ["REQUEST_METHOD"] == "HEAD" else (form.body,)


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """Return the best of our encodings for what a browser accepts."""
    return parse_accept_header(accepted).best_match(["br", "gzip"]) or "identity"


@lru_cache(maxsize=256)
def _is_ours(host: str, trusted: tuple[str, ...]) -> bool:
    return host_is_trusted(host, trusted)


def init_page_cache(app: Flask, version: Version) -> None:
    """Put the layer before everything the application is wrapped in so far."""
    layer = PageCache(app, version)
    app.extensions[EXTENSION] = layer
    app.wsgi_app = layer  # type: ignore[method-assign]
