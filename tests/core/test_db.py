from threading import Thread

import pytest
from sqlalchemy import text

from pretraject.core.db import Database

WRITERS = 8
ROUNDS = 10


@pytest.fixture
def counter(database_url):
    """A database with one number in it."""
    database = Database(database_url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE counter (value INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
        session.commit()
    yield database
    database.dispose()


def test_writers_that_read_first_lose_no_update(counter):
    def count():
        for _ in range(ROUNDS):
            with counter.writing() as session:
                value = session.scalar(
                    text(
                        "SELECT value FROM counter FOR UPDATE"
                        if _locks(counter)
                        else "SELECT value FROM counter"
                    )
                )
                session.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})
                session.commit()

    threads = [Thread(target=count) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with counter.reading() as session:
        assert session.scalar(text("SELECT value FROM counter")) == WRITERS * ROUNDS


def test_a_failed_write_gives_its_turn_back(counter):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            _fail_while_writing(counter)

    with counter.reading() as session:
        assert session.scalar(text("SELECT value FROM counter")) == 0


def _fail_while_writing(database):
    with database.writing() as session:
        session.execute(text("UPDATE counter SET value = 9"))
        raise ZeroDivisionError


def _locks(database):
    return database.url.get_backend_name() == "postgresql"


def test_a_server_that_does_not_even_refuse_is_given_up_soon():
    own = Database("postgresql://somebody@nowhere/pretraject")
    asked = Database("postgresql://somebody@nowhere/pretraject?connect_timeout=30")

    assert own.reader.url.query["connect_timeout"] == "5"
    assert asked.reader.url.query["connect_timeout"] == "30"
