"""Databases to measure on: SQLite in a folder, PostgreSQL on a server of our own with durable commits."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.databases import Cluster, own_server, program

DURABLE = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
}
_numbers = count(1)


@contextmanager
def postgresql() -> Iterator[Cluster]:
    """Run a server that keeps every commit, as one for people does."""
    with own_server(DURABLE) as cluster:
        yield cluster


def fresh(kind: str, folder: Path, cluster: Cluster) -> str:
    """Return the address of a database without tables."""
    name = f"bench{next(_numbers)}"
    if kind == "SQLite":
        return f"sqlite:///{folder / name}.db"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return make_url(cluster.url).set(database=name).render_as_string(hide_password=False)


def versions() -> str:
    """Return which databases these are."""
    server = subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True)
    words = server.stdout.split("(")[1].split(")")[0] if "(" in server.stdout else ""
    number = server.stdout.split()[2]
    return f"SQLite {sqlite3.sqlite_version}, PostgreSQL {number} {words}".strip()


def tool(name: str) -> str | None:
    """Find a program that may be missing."""
    found = shutil.which(name)
    if found is None and name == "pgbench":
        return program("pgbench")
    return found
