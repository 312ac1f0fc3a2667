import pytest

from tests.study.readers import reading_site


@pytest.fixture
def reading(sqlite_url, tmp_path):
    """A site with the small module, for pages that everybody sees."""
    built = reading_site(sqlite_url, tmp_path)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def learning(database_url, tmp_path):
    """A site with the small module, on either kind of database."""
    built = reading_site(database_url, tmp_path)
    yield built
    built.ground.database.dispose()
