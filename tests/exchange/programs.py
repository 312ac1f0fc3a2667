"""A site with a client let in, for tests of what programs do."""

import json

import pytest

from pretraject.exchange import clients
from pretraject.exchange.clients import SCOPES
from tests.exchange.stranger import JWT_BEARER, Key, claims_of

NAME = "wewis-permits"
BASE = "http://127.0.0.1:8000"
AUDIENCE = f"{BASE}/oauth2/token"
ENROLMENTS = "/api/enrolments/v1/enrolments"
QUERY = "/api/completions/v1/completions/query"
EVENTS = "/api/completions/v1/events"
RECEIPTS = "/api/completions/v1/receipts"


class Program:
    """A client of a site in the same process."""

    def __init__(self, site, *, name=NAME, party="wewis", scopes=SCOPES):
        self.site, self.name, self.key = site, name, Key("first")
        self.browser = site.client()
        with site.ground.database.writing() as session:
            keys = clients.read_keys(self.key.jwks)
            clients.add_client(session, name=name, party=party, scopes=scopes, keys=keys, at=site.clock())
            session.commit()
        self.token = None

    def now(self):
        return self.site.clock().timestamp()

    def claims(self, **changed):
        return claims_of(self.name, AUDIENCE, now=self.now(), **changed)

    def ask_token(self, assertion=None, **changed):
        """Ask for a token and return the answer."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.key.sign(self.claims()),
        } | changed
        return self.browser.post("/oauth2/token", data=form)

    def headers(self):
        if self.token is None:
            self.token = self.ask_token().json["access_token"]
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path, body):
        """Send a message and return the answer."""
        return self.browser.post(path, json=body, headers=self.headers())

    def get(self, path, **query):
        return self.browser.get(path, query_string=query, headers=self.headers())

    def enrol(self, *items, request_id="request-1"):
        """Send enrolments and return what became of each."""
        answer = self.post(ENROLMENTS, {"requestId": request_id, "items": list(items)})
        assert answer.status_code == 200, answer.json
        return answer.json["items"]


def item(number="GV-1", **changed):
    """Return what an authority says of somebody new."""
    sound = {
        "fileNumber": number,
        "birthDate": "1990-04-15",
        "group": "labour",
        "competentRegion": "flanders",
    }
    return {name: value for name, value in (sound | changed).items() if value is not None}


def problem(answer):
    """Return status and type of a refusal, after making sure that it is a problem."""
    assert answer.content_type == "application/problem+json"
    body = json.loads(answer.data)
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"]


@pytest.fixture
def program(site):
    """A client with every scope; the test runs once on each kind of database."""
    return Program(site)


@pytest.fixture
def sqlite_program(sqlite_site):
    """A client on SQLite, for what has nothing to do with the database."""
    return Program(sqlite_site)
