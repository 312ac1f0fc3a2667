"""A published site with a learner in it, on a database of its own, and bare views to compare with."""

import io
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, request
from pydantic import SecretStr
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import open_sign_in, register_learner
from pretraject.accounts.models import Throttle
from pretraject.app import build
from pretraject.authoring.publishing import publish_folder
from pretraject.catalogue.models import Module
from pretraject.config import BUNDLED, Config
from pretraject.core.ground import Ground, lay_ground
from pretraject.enrolment.models import Person
from pretraject.schema import upgrade

SECRET = "a-long-secret-that-is-only-used-in-benchmarks-0123"
MODULE = "/nl/modules/history-of-belgium/"
LESSON = f"{MODULE}lessons/congo/"
PIN = "270519"
QUESTIONS = 15


@dataclass
class Site:
    """A site with one learner who has an open test."""

    app: Flask
    ground: Ground
    cookie: str
    question: str
    form: dict[str, str]
    options: list[str]


def settings(url: str) -> Config:
    """Return the settings of a site for measuring."""
    return Config(secret_key=SecretStr(SECRET), database_url=url, development=True)


def published(url: str) -> Ground:
    """Bring a database up to date and publish what comes with the program."""
    upgrade(url)
    ground = lay_ground(settings(url))
    publish_folder(ground.database, BUNDLED, at=ground.clock())
    return ground


def learner_token(ground: Ground, *, at: datetime) -> str:
    """Make a learner who is signed in, and return the session's token."""
    with ground.database.writing() as session:
        account = register_learner(session, ground.vault, names=[], secret=PIN, locale="nl", at=at)
        key = secrets.token_hex(16)
        session.add(Person(key=key, account_id=account.id, declared_group="labour", created_at=at))
        token = open_sign_in(session, account, shared=False, at=at)
        session.commit()
    return token


def site_on(ground: Ground) -> Site:
    """Build the site, sign a learner in and begin a test."""
    app = build(ground)
    client = app.test_client()
    with client.session_transaction() as browser:
        browser["_user_id"] = learner_token(ground, at=ground.clock())
        browser["_fresh"] = True
    page = client.get(f"{MODULE}test/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    client.post(f"{MODULE}test/start/", data={"csrf_token": token[1] if token else ""})
    for number in range(1, QUESTIONS + 1):  # some ask for an order and have no single answer
        question = client.get(f"{MODULE}test/{number}/").text
        options = re.findall(r'type="radio"[^>]*value="([^"]+)"', question)
        if options:
            break
    form = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', question))
    form.pop("shown", None)
    cookie = client.get_cookie("pretraject")
    return Site(
        app, ground, f"pretraject={cookie.value if cookie else ''}", f"{MODULE}test/{number}/", form, options
    )


def bare(body: bytes, ground: Ground) -> Flask:
    """Return the least an application can do: send bytes, read one row, write one row."""
    app = Flask("bare")

    @app.get("/bytes")
    def send() -> Response:
        return Response(body, headers={"Content-Encoding": "br"})

    @app.get("/select")
    def read() -> Response:
        with Session(ground.database.reader) as session:
            session.scalars(select(Module).limit(1)).all()
        return Response(body, headers={"Content-Encoding": "br"})

    @app.post("/insert")
    def write() -> Response:
        row = {"kind": "name", "key_hash": secrets.token_hex(32), "count": 0, "last_at": ground.clock()}
        assert request.form
        with Session(ground.database.writer) as session:
            session.execute(insert(Throttle).values(row))
            session.commit()
        return Response(status=303)

    return app


def call(app: Flask, path: str, *, cookie: str = "", body: bytes | None = None) -> bytes:
    """Call an application as a server does, and return what it sends."""
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body or b""),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    if body is not None:
        environ |= {
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
        }
    said: list[str] = []
    answer = app(environ, lambda status, _headers, _error=None: said.append(status) or None)  # type: ignore[arg-type, func-returns-value, return-value]
    sent = b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    assert said[0][:1] in "23", (path, said, sent[:200])
    return sent
