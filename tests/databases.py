"""Fresh, migrated databases for tests: SQLite, and PostgreSQL on a server of our own."""

import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from pretraject.core.db import Database

SUPERUSER = "pretraject"
SERVER_FIXTURE = "postgresql_server"
MISSING = (
    "PostgreSQL was not found: run tests/system-packages, install PostgreSQL 14 or newer, "
    "or name a running server in TEST_POSTGRES_URL"
)
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


def program(name):
    """Find a program of the PostgreSQL server; Debian keeps them off PATH."""
    for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True):
        return str(path)
    return shutil.which(name) or pytest.fail(MISSING)


def run_as_server(folder, *command):
    """Run a program as the user the server runs as: it refuses to be root."""
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **user)
    except KeyError:
        pytest.fail(f"there is no user postgres to run the server as; {MISSING}")


class Cluster:
    """A PostgreSQL server in a folder of its own, which only this machine reaches, through a socket."""

    def __init__(self, folder, settings):
        self.folder = folder
        self.settings = settings
        self.url = f"postgresql://{SUPERUSER}@/postgres?host={folder}"

    def make(self, *options):
        """Make the server's files."""
        run_as_server(
            self.folder,
            *(program("initdb"), "--pgdata", str(self.folder / "data"), "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", *options),
        )

    def start(self):
        """Start the server and wait until it takes connections."""
        given = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        log = ("--log", str(self.folder / "log"))
        self._control(*log, "--options", f"-k {self.folder} {given}", "start")

    def stop(self, mode="fast"):
        """Stop the server; in mode immediate it is as if the power went."""
        self._control("--mode", mode, "stop")

    def _control(self, *command):
        data = str(self.folder / "data")
        run_as_server(self.folder, program("pg_ctl"), "--pgdata", data, "--wait", "--silent", *command)


@contextmanager
def own_server(settings=SETTINGS, options=()):
    """Run a server of our own; it is stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder, settings)
    try:
        cluster.make(*options)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A PostgreSQL server that databases are made on by copying."""

    def __init__(self, url):
        self.url = make_url(url).set(drivername="postgresql")
        self.numbers = count(1)
        self.prefix = f"pretraject_{uuid4().hex[:8]}"
        self.connection = psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True)

    def create(self, *, template="template0"):
        """Make a database and return its name."""
        name = f"{self.prefix}_{next(self.numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def drop(self, name):
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def url_of(self, name):
        """Return the address of a database."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement, *names):
        self.connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL server: the one in TEST_POSTGRES_URL, else one of our own."""
    with ExitStack() as running:
        url = os.environ.get("TEST_POSTGRES_URL") or running.enter_context(own_server()).url
        server = Server(url)
        yield server
        server.connection.close()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server):
    """The name of a migrated, empty database to copy."""
    name = postgresql_server.create()
    upgrade(postgresql_server.url_of(name))
    yield name
    postgresql_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The path of a migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("template") / "pretraject.db"
    upgrade(f"sqlite:///{path}")
    return path


def upgrade(url):
    """Bring a database to the newest form."""
    from pretraject import schema  # noqa: PLC0415 — only who wants a database loads the models

    schema.upgrade(url)


@pytest.fixture
def postgresql_url(postgresql_server, postgresql_template):
    """The address of a migrated PostgreSQL database that is this test's own."""
    name = postgresql_server.create(template=postgresql_template)
    yield postgresql_server.url_of(name)
    postgresql_server.drop(name)


@pytest.fixture
def empty_postgresql_url(postgresql_server):
    """The address of a PostgreSQL database without tables."""
    name = postgresql_server.create()
    yield postgresql_server.url_of(name)
    postgresql_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """The address of a migrated SQLite database that is this test's own."""
    path = tmp_path / "pretraject.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def empty_sqlite_url(tmp_path):
    """The address of a SQLite database without tables."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]


@pytest.fixture(params=BOTH)
def database_url(request):
    """The address of a migrated database of the test's own; the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=BOTH)
def empty_database_url(request):
    """The address of a database without tables; the test runs once on each kind."""
    return request.getfixturevalue(f"empty_{request.param}_url")


@pytest.fixture
def database(database_url):
    """A migrated, empty database of either kind, with connections for many threads."""
    database = Database(database_url, pool_size=20)
    yield database
    database.dispose()


@pytest.fixture
def session(database):
    """A session that may write."""
    with database.writing() as session:
        yield session


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what starts a server, so that `make test-fast` leaves it out."""
    for item in items:
        if SERVER_FIXTURE in item.fixturenames:
            item.add_marker(pytest.mark.server)
