"""The database gets its form from migrations, and the migrations agree with the models."""

from alembic.script import ScriptDirectory

from pretraject import schema


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
