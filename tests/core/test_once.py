import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pretraject.completion.models import FeedHead
from pretraject.core.db import Database
from pretraject.core.once import insert_once

BEGINNING = {"recipient": "wewis", "seq": 0, "hash": "0" * 64}


@pytest.fixture
def session(database_url):
    """A session that may write."""
    database = Database(database_url)
    with database.writing() as session:
        yield session
    database.dispose()


def test_the_first_one_stores_the_fact(session):
    assert insert_once(session, FeedHead, BEGINNING, key=("recipient",)).seq == 0


def test_a_second_one_changes_nothing(session):
    insert_once(session, FeedHead, BEGINNING, key=("recipient",))

    assert insert_once(session, FeedHead, BEGINNING | {"seq": 7}, key=("recipient",)) is None
    assert session.scalars(select(FeedHead.seq)).all() == [0]


def test_a_value_the_table_refuses_still_raises(session):
    with pytest.raises(IntegrityError):
        insert_once(session, FeedHead, BEGINNING | {"seq": None}, key=("recipient",))
