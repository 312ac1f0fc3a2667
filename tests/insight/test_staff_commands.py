import pytest
from click.testing import CliRunner

from pretraject.cli import Commands
from pretraject.config import Config
from pretraject.core.db import Database
from pretraject.core.ground import Ground
from pretraject.insight.commands import staff
from tests.world import AT, VAULT

COMMANDS = Commands(commands=[staff])
SECRET = "a-long-secret-that-is-only-used-in-tests-0123"


@pytest.fixture
def run(database_url):
    """Run `pretraject staff …` and return what came of it."""
    database = Database(database_url)
    config = Config(secret_key=SECRET, trusted_hosts=("learn.example",), base_url="https://learn.example")
    ground = Ground(config, database, VAULT, lambda: AT)
    yield lambda *words: CliRunner().invoke(COMMANDS, list(words), obj=ground)
    database.dispose()


def test_staff_get_a_link_at_the_site_s_address(run):
    result = run("staff", "add", "editor@example.org", "--role", "editor")

    assert result.exit_code == 0
    assert result.output.startswith("https://learn.example/nl/staff/set-up/")


def test_staff_are_added_once_and_renewed_by_name(run):
    run("staff", "add", "editor@example.org", "--role", "editor")

    again = run("staff", "add", "editor@example.org", "--role", "editor")
    renewed = run("staff", "renew", "editor@example.org")

    assert again.exit_code == 1
    assert "staff renew" in again.output
    assert renewed.output.startswith("https://learn.example/nl/staff/set-up/")


def test_a_role_nobody_knows_is_a_usage_error(run):
    assert run("staff", "add", "editor@example.org", "--role", "king").exit_code == 2
