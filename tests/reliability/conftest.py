"""How many rounds of each fault, databases that keep what they promise, and the figures at the end."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.databases import BOTH, SETTINGS, own_server, upgrade
from tests.reliability.ledger import Ledger
from tests.reliability.prepared import prepare

DURABLE = SETTINGS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TEMPLATE = "prepared"


ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "0"))
LEARNERS = max(200, 40 * ROUNDS)
"""Nobody can hand in more than ten tests a day, so that many rounds take many learners."""

PATIENCE_SECONDS = 300


def pytest_collection_modifyitems(items):
    """Give these tests the time they need: each starts servers, and fails by its own limits."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(PATIENCE_SECONDS * max(1, ROUNDS)))


@pytest.fixture(scope="session")
def rounds():
    """Return how many rounds a test makes: its own few, or what RELIABILITY_ROUNDS says."""
    return lambda few: ROUNDS or few


@pytest.fixture
def figures(record_property):
    """Note what a test counted, to be printed at the end of the run."""
    return lambda **counts: [record_property(name, count) for name, count in counts.items()]


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter):
    """Print what was counted."""
    for report in terminalreporter.stats.get("passed", []):
        if report.when == "teardown" or not report.user_properties:
            continue
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.user_properties)
        terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {told}")


@pytest.fixture(scope="session")
def durable_postgresql():
    """A PostgreSQL server that has on disk what it says is committed.

    Its log is in small files, so that other files can be kept from growing while it still can.
    """
    with own_server(DURABLE, ("--wal-segsize=1",)) as cluster:
        yield cluster


def database_of(cluster, name):
    """Return the address of one of a server's databases."""
    return make_url(cluster.url).set(database=name).render_as_string(hide_password=False)


def run_on(cluster, statement):
    """Run a statement as the server's owner."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        return connection.execute(statement)


@pytest.fixture(scope="session")
def prepared_once_sqlite(sqlite_template, tmp_path_factory):
    """A prepared SQLite database, to copy."""
    path = tmp_path_factory.mktemp("prepared") / "pretraject.db"
    shutil.copyfile(sqlite_template, path)
    return path, prepare(f"sqlite:///{path}", learners=LEARNERS)


@pytest.fixture(scope="session")
def prepared_once_postgresql(durable_postgresql):
    """A prepared PostgreSQL database, to copy."""
    run_on(durable_postgresql, f"CREATE DATABASE {TEMPLATE}")
    url = database_of(durable_postgresql, TEMPLATE)
    upgrade(url)
    return prepare(url, learners=LEARNERS)


@pytest.fixture
def prepared_sqlite(prepared_once_sqlite, tmp_path):
    """A SQLite database of the test's own."""
    path = tmp_path / "pretraject.db"
    original, prepared = prepared_once_sqlite
    shutil.copyfile(original, path)
    return replace(prepared, url=f"sqlite:///{path}")


@pytest.fixture
def prepared_postgresql(durable_postgresql, prepared_once_postgresql):
    """A PostgreSQL database of the test's own, on the server that keeps what it promises."""
    name = "run"
    run_on(durable_postgresql, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run_on(durable_postgresql, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return replace(prepared_once_postgresql, url=database_of(durable_postgresql, name))


@pytest.fixture(params=BOTH)
def prepared(request):
    """A prepared database; the test runs once on each kind."""
    return request.getfixturevalue(f"prepared_{request.param}")


@pytest.fixture
def ledger(tmp_path):
    """What the clients of this test were promised."""
    ledger = Ledger(tmp_path / "ledger.jsonl")
    yield ledger
    ledger.close()
