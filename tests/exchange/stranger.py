"""A client as an authority would write it: from the OpenAPI document alone, with nothing of the project.

It needs `cryptography` and the standard library. It keeps what it was told in a file of its own:
the events, and only then the cursor.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from threading import Event

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
START_HASH = "0" * 64
PAUSE = Event()
NOT_PAYLOAD = {
    "id",
    "seq",
    "type",
    "fileNumbers",
    "disputed",
    "salt",
    "previousHash",
    "hash",
    "cursor",
}


class RefusedError(Exception):
    """The server refused, with a problem."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('type')}")
        self.status, self.problem = status, problem


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A key pair of the client."""

    def __init__(self, kid):
        self.kid = kid
        self.private = Ed25519PrivateKey.generate()

    @property
    def jwk(self):
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "kid": self.kid, "alg": "Ed25519"}

    @property
    def jwks(self):
        return json.dumps({"keys": [self.jwk]})

    def sign(self, claims, **header):
        """Return a JWT over claims."""
        head = {"alg": "Ed25519", "kid": self.kid, "typ": "JWT"} | header
        text = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        return f"{text}.{b64(self.private.sign(text.encode()))}"


def claims_of(name, audience, *, now, **changed):
    """Return what proves who a client is, for a minute."""
    whole = {
        "iss": name,
        "sub": name,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + 60,
        "jti": secrets.token_urlsafe(16),
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


class Stranger:
    """The client."""

    def __init__(self, base, name, key, *, audience=None, now=time.time):
        self.base, self.name, self.key, self.now = base, name, key, now
        self.audience = audience or f"{base}/oauth2/token"
        self.token = None
        self.paths = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in self.patiently_get("/doc/openapi.json")["paths"].items()
            for method, operation in methods.items()
        }

    def _ask(self, method, path, body=None, headers=None, timeout=30):
        request = urllib.request.Request(self.base + path, data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                if error.headers["Content-Type"] != "application/problem+json":
                    raise TypeError(f"{error.code} is no problem") from error
                raise RefusedError(error.code, json.load(error)) from None

    def get_token(self):
        method, path = self.paths["getToken"]
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self.key.sign(claims_of(self.name, self.audience, now=self.now())),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask(method, path, urllib.parse.urlencode(form).encode(), headers)
        self.token = answer["access_token"]

    def call(self, operation, body=None, *, query=None, timeout=30):
        """Call an operation of the document; get another token when this one ended."""
        method, path = self.paths[operation]
        if query:
            path = f"{path}?{urllib.parse.urlencode(query)}"
        data = json.dumps(body).encode() if body is not None else None
        for _time in range(2):
            if self.token is None:
                self.get_token()
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            try:
                return self._ask(method, path, data, headers, timeout=timeout)
            except RefusedError as error:
                if error.status != 401:
                    raise
                self.token = None
        raise AssertionError("a fresh token is refused")

    def patiently(self, operation, body=None, *, query=None):
        """Call until there is an answer."""
        return patiently(lambda: self.call(operation, body, query=query, timeout=10))

    def patiently_get(self, path):
        """Ask for a public address until there is an answer."""
        return patiently(lambda: self._ask("GET", path))


def patiently(ask, until=120):
    """Ask until there is an answer: servers restart and lines are cut."""
    end = time.monotonic() + until
    while True:
        try:
            return ask()
        except RefusedError as error:
            if error.status != 503:
                raise
        except (OSError, HTTPException, ValueError):
            pass
        if time.monotonic() > end:
            raise TimeoutError("no answer")
        PAUSE.wait(0.05)


class Ledger:
    """What the client holds of the feed."""

    def __init__(self, recipient):
        self.recipient = recipient
        self.events, self.cursor, self.hash = [], "", START_HASH

    def take(self, answer):
        """Keep a page of events, after making sure that it follows on what is held."""
        for event in answer["items"]:
            assert event["seq"] == len(self.events) + 1, "a hole, or something twice"
            assert event["previousHash"] == self.hash
            assert event["hash"] == hash_of(event, self.recipient)
            self.events.append(event)
            self.hash = event["hash"]
        self.cursor = answer["cursor"]


def hash_of(event, recipient):
    """Compute the hash of an event as the document describes."""
    payload = {name: value for name, value in event.items() if name not in NOT_PAYLOAD}
    parts = [event["previousHash"], recipient, event["seq"], payload, event["salt"]]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def signed_head(head, keys):
    """Return what the signature over the end of the feed says, after checking it."""
    header, body, signature = head["signed"].split(".")
    kid = json.loads(unb64(header))["kid"]
    jwk = next(one for one in keys["keys"] if one["kid"] == kid)
    public = Ed25519PublicKey.from_public_bytes(unb64(jwk["x"]))
    public.verify(unb64(signature), f"{header}.{body}".encode())
    return json.loads(unb64(body))
