"""The database gets its form from migrations, and the migrations agree with the models."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from pretraject import schema
from pretraject.core.db import Database

REVISIONS = [script.revision for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()]


def test_there_is_one_head():
    scripts = ScriptDirectory(str(schema.MIGRATIONS))

    assert len(scripts.get_heads()) == 1


def test_a_fresh_database_has_the_form_of_the_models(empty_database_url):
    schema.upgrade(empty_database_url)

    assert schema.differences(empty_database_url) == []
    assert schema.is_current(empty_database_url)


def test_upgrading_twice_changes_nothing(database_url):
    schema.upgrade(database_url)

    assert schema.is_current(database_url)


def test_a_database_can_be_taken_back_to_nothing_and_up_again(database_url):
    schema.downgrade(database_url, "base")
    schema.upgrade(database_url)

    assert schema.differences(database_url) == []


def test_an_empty_database_is_not_current(empty_database_url):
    assert not schema.is_current(empty_database_url)


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_survive_an_upgrade(empty_database_url, revision):
    schema.upgrade(empty_database_url, revision)
    database = Database(empty_database_url)
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO policy_version (fingerprint, body, published_at, current_since)"
                " VALUES ('abc', 'kept', '2026-11-23 12:00:00', '2026-11-23 12:00:00')"
            )
        )
        session.commit()

    schema.upgrade(empty_database_url)

    with database.reading() as session:
        assert session.scalar(text("SELECT body FROM policy_version WHERE fingerprint = 'abc'")) == "kept"
    database.dispose()
