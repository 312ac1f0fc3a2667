"""The site that the table is run against: set up once for each worker, on both databases."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher

from pretraject.accounts import hashing
from tests.hostile.cells import Cells, hurry
from tests.hostile.doors import find_doors
from tests.hostile.stage import Stage, set_stage
from tests.site import site_on

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that cost next to nothing: some thousand are made here."""


def hash_quickly(patch):
    """Make hashes of secrets cheap."""
    hashing._stand_in.cache_clear()
    patch.setattr(hashing, "_HASHER", QUICK)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Hash quickly while a test of this folder runs."""
    hash_quickly(monkeypatch)
    yield
    hashing._stand_in.cache_clear()


@dataclass
class Set:
    """A set-up site in a SQLite file, to copy."""

    path: object
    folder: object
    cast: object


@pytest.fixture(scope="session")
def ready(sqlite_template, tmp_path_factory):
    """A SQLite database with everybody on stage, and the folder of its interface."""
    folder = tmp_path_factory.mktemp("stage")
    path = folder / "stage.db"
    shutil.copyfile(sqlite_template, path)
    with pytest.MonkeyPatch.context() as patch:
        hash_quickly(patch)
        site, cast = set_stage(f"sqlite:///{path}", folder)
    site.ground.database.dispose()
    return Set(path, folder, cast)


@contextmanager
def opened(url, folder):
    """Open a site on a database that is set up."""
    site = site_on(url, source=folder)
    if url.startswith("sqlite"):
        hurry(site.ground.database.reader)
    stage = Stage(site, Cells(url))
    try:
        yield stage
    finally:
        stage.cells.close()
        site.ground.database.dispose()


@pytest.fixture(scope="session")
def sqlite_stage(ready, tmp_path_factory):
    """The site on SQLite."""
    path = tmp_path_factory.mktemp("sqlite") / "stage.db"
    shutil.copyfile(ready.path, path)
    with opened(f"sqlite:///{path}", ready.folder) as stage:
        yield stage


@pytest.fixture(scope="session")
def doors(ready, sqlite_stage):
    """Every door of the site."""
    with pytest.MonkeyPatch.context() as patch:
        hash_quickly(patch)
        return find_doors(sqlite_stage, ready.cast)


@pytest.fixture(scope="session")
def postgresql_stage(ready, sqlite_stage, postgresql_server, postgresql_template):
    """The same on PostgreSQL, row by row."""
    name = postgresql_server.create(template=postgresql_template)
    with opened(postgresql_server.url_of(name), ready.folder) as stage:
        stage.cells.take_over(sqlite_stage.cells)
        yield stage
    postgresql_server.drop(name)


@pytest.fixture
def fresh_stage(ready, tmp_path):
    """A site of the test's own, to plant a hole in."""
    path = tmp_path / "stage.db"
    shutil.copyfile(ready.path, path)
    with opened(f"sqlite:///{path}", ready.folder) as stage:
        yield stage
