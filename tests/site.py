"""The whole site over published content: in process for a test client, or live for a browser."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import print_code
from pretraject.app import build
from pretraject.authoring.publishing import publish_folder
from pretraject.config import BUNDLED, Config
from pretraject.core.db import Database
from pretraject.core.ground import lay_ground
from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.rows import IntakeRow, prepare
from tests.databases import BOTH

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "a-long-secret-that-is-only-used-in-tests-0123"
BORN = BirthDate(1990, 4, 15)
PIN = "270519"


class Watch:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment=NOON):
        self.moment = moment

    def __call__(self):
        return self.moment

    def forward(self, **given):
        """Let time pass."""
        self.moment += timedelta(**given)


class CommittingClient(FlaskClient):
    """A browser that insists: what a successful request flushed, it committed."""

    def open(self, *args, **kwargs):
        unsaved = []
        flushed = lambda session, _context: unsaved.append(session)  # noqa: E731 — a listener with a name to remove
        saved = lambda session: unsaved.clear()  # noqa: E731
        event.listen(Session, "after_flush", flushed)
        event.listen(Session, "after_commit", saved)
        try:
            response = super().open(*args, **kwargs)
        finally:
            event.remove(Session, "after_flush", flushed)
            event.remove(Session, "after_commit", saved)
        assert response.status_code >= 500 or not unsaved, "request forgot to commit"
        return response


@dataclass
class Site:
    """A site on a database of its own, with a clock to move."""

    app: object
    ground: object
    clock: Watch

    @property
    def environment(self):
        """Settings for the command line on the same database."""
        return {
            "PRETRAJECT_DATABASE_URL": self.ground.config.database_url,
            "PRETRAJECT_SECRET_KEY": SECRET,
            "PRETRAJECT_TRUSTED_HOSTS": "127.0.0.1",
        }

    def client(self):
        """A browser without history."""
        return self.app.test_client()

    def enrol(self, number="AB-1", *, group="labour", born=BORN, **given):
        """Enrol someone and return the code their letter would show."""
        row = IntakeRow(1, number, born, group, "flanders", **given)
        with self.ground.database.writing() as session:
            prepared = list(prepare([row], self.ground.vault))
            imported = import_enrolments(session, self.ground.vault, prepared, at=self.clock())
            session.commit()
        return print_code(imported.codes[0][1])


def site_on(url, *, clock=None, **settings):
    """Build a site on a database."""
    clock = clock or Watch()
    config = Config(
        **{"secret_key": SecretStr(SECRET), "database_url": url, "trusted_hosts": ("localhost", "127.0.0.1")}
        | settings
    )
    ground = lay_ground(config, clock)
    app = build(ground)
    app.test_client_class = CommittingClient
    return Site(app, ground, clock)


class QuietHandler(WSGIRequestHandler):
    """Serves without a line on the terminal for each request."""

    def log_request(self, *_args):
        pass


@contextmanager
def served(site):
    """Serve a site on a free port of this machine and give its address."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def publish_bundled(url):
    """Put the content that comes with the program into a database."""
    database = Database(url)
    publish_folder(database, BUNDLED, at=NOON - timedelta(days=300))
    database.dispose()


@pytest.fixture(scope="session")
def published_sqlite(sqlite_template, tmp_path_factory):
    """The path of a database with the bundled content, to copy."""
    path = tmp_path_factory.mktemp("published") / "pretraject.db"
    shutil.copyfile(sqlite_template, path)
    publish_bundled(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def published_postgresql(postgresql_server, postgresql_template):
    """The name of a database with the bundled content, to copy."""
    name = postgresql_server.create(template=postgresql_template)
    publish_bundled(postgresql_server.url_of(name))
    yield name
    postgresql_server.drop(name)


@pytest.fixture
def published_sqlite_url(published_sqlite, tmp_path):
    """The address of a SQLite database with the bundled content."""
    path = tmp_path / "published.db"
    shutil.copyfile(published_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def published_postgresql_url(postgresql_server, published_postgresql):
    """The address of a PostgreSQL database with the bundled content."""
    name = postgresql_server.create(template=published_postgresql)
    yield postgresql_server.url_of(name)
    postgresql_server.drop(name)


@pytest.fixture(params=BOTH)
def published_url(request):
    """The address of a database with the bundled content; the test runs once on each kind."""
    return request.getfixturevalue(f"published_{request.param}_url")


@pytest.fixture
def site(published_url):
    """A site with the bundled content; the test runs once on each kind of database."""
    built = site_on(published_url)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def sqlite_site(published_sqlite_url):
    """A site with the bundled content on SQLite, for what has nothing to do with the database."""
    built = site_on(published_sqlite_url)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def client(site):
    """A browser without history."""
    return site.client()
