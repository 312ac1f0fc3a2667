"""A plain browser: one connection per request, a cookie jar, forms sent as the page has them."""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Event
from urllib.parse import urlencode

from tests.study.forms_sent import hidden_fields

PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.05
TRY_AGAIN = frozenset({502, 503})


class Unanswered(Exception):  # noqa: N818 — what happens to a browser, no fault of its own
    """No whole answer came."""


class Stopped(Exception):  # noqa: N818 — the run is over
    """The run ended while a browser was still trying."""


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    location: str
    text: str
    headers: dict[str, str]


class Browser:
    """Somebody's browser."""

    def __init__(self, port, cookies=(), *, stop=None, on_refusal=lambda status: None):
        self.port = port
        self.cookies = dict(cookies)
        self.stop = stop or Event()
        self.on_refusal = on_refusal

    def once(self, method, path, form=None):
        """Send one request; raises Unanswered."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, {**headers, "Connection": "close"})
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException) as error:
            raise Unanswered from error
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        headers = dict(response.headers.items())
        return Answer(response.status, headers.get("Location", ""), text, headers)

    def insist(self, method, path, form=None):
        """Send a request again and again until there is an answer; raises Stopped."""
        while not self.stop.is_set():
            try:
                answer = self.once(method, path, form)
            except Unanswered:
                self.stop.wait(PAUSE_SECONDS)
                continue
            if answer.status not in TRY_AGAIN:
                return answer
            self.on_refusal(answer.status)
            self.stop.wait(PAUSE_SECONDS)
        raise Stopped

    def page(self, path):
        """Return a page, whatever it takes."""
        return self.insist("GET", path)

    def fill_in(self, path, fields, *, page):
        """Send the form of a page that is open."""
        return self.insist("POST", path, hidden_fields(page.text) | fields)
