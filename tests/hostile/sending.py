"""One request as bytes, below everything that would tidy it up, and its answer."""

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from io import BytesIO
from urllib.parse import quote_from_bytes, unquote_to_bytes

from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from tests.hostile.pages import Page
from tests.hostile.stage import COOKIE
from tests.sweep import unwatched

HOST = "127.0.0.1"
FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """What is sent; path and query as an address writes them, form fields as bytes."""

    method: str
    path: bytes
    query: bytes = b""
    form: tuple = ()
    cookies: tuple = ()
    headers: dict = field(default_factory=dict)
    body: bytes | None = None

    def but(self, **given):
        """Return the same with something else in it."""
        return replace(self, **given)

    def with_header(self, name, value):
        """Return the same with one more header."""
        return replace(self, headers=self.headers | {name: value})

    def environ(self):
        """Return it as a server hands it to an application."""
        body = self.body if self.body is not None else urlencoded(self.form)
        cookies = b"; ".join(name + b"=" + value for name, value in self.cookies)
        headers = {"Host": HOST.encode(), "Cookie": cookies, "Content-Length": str(len(body)).encode()}
        if self.form:
            headers["Content-Type"] = FORM
        headers |= self.headers
        made = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            if value or name.startswith("Content"):
                key = name.upper().replace("-", "_")
                made[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value.decode("latin-1")
        return made


@dataclass
class Answer:
    """What came back, and what was logged meanwhile."""

    status: int
    headers: Headers
    body: bytes
    logged: tuple

    @property
    def text(self):
        """The page as text."""
        return self.body.decode()

    @cached_property
    def page(self):
        """The page as it was read."""
        return read_page(self.text)

    @property
    def location(self):
        """Where it leads."""
        return self.headers.get("Location")


@lru_cache(maxsize=200)
def read_page(text):
    """Read a page; most are the same as the one before."""
    return Page(text)


def urlencoded(form):
    """Return fields as a browser sends them."""
    return b"&".join(quote_from_bytes(n).encode() + b"=" + quote_from_bytes(v).encode() for n, v in form)


def session_cookie(visitor):
    """Return the cookies of a visitor."""
    return ((COOKIE.encode(), visitor.cookie.encode()),) if visitor.cookie else ()


class Listening(logging.Handler):
    """Keeps every line that is logged, with the trace that goes with it."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record):
        self.lines.append(self.format(record))


@contextmanager
def listening():
    """Listen to everything that is logged."""
    root, ear = logging.getLogger(), Listening()
    root.addHandler(ear)
    try:
        yield ear
    finally:
        root.removeHandler(ear)


def send(app, request):
    """Ask the application."""
    with listening() as ear, unwatched():
        pieces, status, headers = run_wsgi_app(app, request.environ(), buffered=True)
        body = b"".join(pieces)
    return Answer(int(status.split()[0]), headers, body, tuple(ear.lines))
