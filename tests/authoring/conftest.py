import pytest

from pretraject.core.db import Database


@pytest.fixture
def database(database_url):
    """An empty database of either kind."""
    database = Database(database_url, pool_size=20)
    yield database
    database.dispose()


@pytest.fixture
def session(database):
    """A session that may write."""
    with database.writing() as session:
        yield session
