"""The command line from outside: help, exit codes, what it refuses."""

import re

import pytest
from click.testing import CliRunner

from pretraject import schema
from pretraject.cli import main
from pretraject.config import Config
from tests.site import SECRET

DOCUMENTED = re.compile(r"^\| `PRETRAJECT_([A-Z_]+)`", re.MULTILINE)


def run(*arguments, **environment):
    """Run a command with these settings and no others."""
    return CliRunner().invoke(
        main, arguments, env={f"PRETRAJECT_{name}": value for name, value in environment.items()}
    )


def all_commands(group=main, path=()):
    """Return the path of every command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from all_commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", sorted(all_commands()), ids=" ".join)
def test_every_command_explains_itself(path):
    result = run(*path, "--help")

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_an_unknown_command_is_a_usage_error():
    assert run("nonsense").exit_code == 2


def test_a_missing_secret_is_named():
    result = run("work", "--once", DATABASE_URL="sqlite://")

    assert result.exit_code == 2
    assert "PRETRAJECT_SECRET_KEY" in result.output


@pytest.mark.parametrize("secret", ["short", "a" * 64, "changeme" * 8])
def test_a_weak_secret_is_refused(secret):
    result = run("work", "--once", DATABASE_URL="sqlite://", SECRET_KEY=secret)

    assert result.exit_code == 2
    assert "PRETRAJECT_SECRET_KEY" in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "-1"),
        ("THREADS", "0"),
        ("BASE_URL", "www.example.org"),
        ("BASE_URL", "HTTPS://www.example.org"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(name, value):
    result = run("work", "--once", DATABASE_URL="sqlite://", SECRET_KEY=SECRET, **{name: value})

    assert result.exit_code == 2
    assert f"PRETRAJECT_{name}" in result.output


def test_a_list_is_not_taken_in_under_a_mistyped_key(sqlite_url, tmp_path):
    people, codes = tmp_path / "people.csv", tmp_path / "codes.csv"
    people.touch()

    result = run(
        *("enrolment", "import", str(people), "--codes", str(codes)),
        DATABASE_URL=sqlite_url,
        SECRET_KEY=SECRET,
        IDENTIFER_KEY=SECRET[::-1],
    )

    assert result.exit_code == 2
    assert "PRETRAJECT_IDENTIFER_KEY is not a setting" in result.output
    assert not codes.exists()


@pytest.mark.parametrize("command", [("serve",), ("work", "--once")], ids=" ".join)
def test_a_mistyped_setting_is_refused(command, sqlite_url):
    result = run(
        *command, DATABASE_URL=sqlite_url, SECRET_KEY=SECRET, TRUSTED_HOSTS="localhost", BASE_ULR="x"
    )

    assert result.exit_code == 2
    assert "PRETRAJECT_BASE_ULR is not a setting" in result.output


@pytest.mark.parametrize("command", [("serve",), ("work", "--once")], ids=" ".join)
def test_hosts_must_be_named(command, sqlite_url):
    result = run(*command, DATABASE_URL=sqlite_url, SECRET_KEY=SECRET)

    assert result.exit_code == 2
    assert "PRETRAJECT_TRUSTED_HOSTS" in result.output


@pytest.mark.parametrize("command", [("serve",), ("work", "--once")], ids=" ".join)
def test_an_old_database_is_not_served(command, empty_database_url):
    result = run(*command, DATABASE_URL=empty_database_url, SECRET_KEY=SECRET, TRUSTED_HOSTS="localhost")

    assert result.exit_code == 2
    assert "pretraject db upgrade" in result.output


def test_several_processes_are_refused_on_sqlite(sqlite_url):
    settings = {"DATABASE_URL": sqlite_url, "SECRET_KEY": SECRET, "TRUSTED_HOSTS": "localhost"}

    result = run("serve", "--processes", "2", **settings)

    assert result.exit_code == 2
    assert "PostgreSQL" in result.output


def test_a_database_is_upgraded_and_then_as_expected(empty_database_url):
    before = run("db", "check", DATABASE_URL=empty_database_url)
    upgrade = run("db", "upgrade", DATABASE_URL=empty_database_url)
    after = run("db", "check", DATABASE_URL=empty_database_url)

    assert (before.exit_code, upgrade.exit_code, after.exit_code) == (1, 0, 0)
    assert schema.is_current(empty_database_url)


def test_the_folder_of_a_new_sqlite_database_is_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'pretraject.db'}"

    assert run("db", "upgrade", DATABASE_URL=url).exit_code == 0
    assert schema.is_current(url)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mongodb://x/y", "postgresql://nobody@/none?host=/no/such/folder"],
    ids=("form", "kind", "place"),
)
def test_an_address_without_a_database_is_told_in_a_line(url):
    result = run("db", "upgrade", DATABASE_URL=url)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_one_round_of_work_says_what_it_did(published_url):
    settings = {"DATABASE_URL": published_url, "SECRET_KEY": SECRET, "TRUSTED_HOSTS": "localhost"}

    result = run("work", "--once", **settings)

    assert result.exit_code == 0, result.output
    assert "Stamped 0 events" in result.output


@pytest.mark.parametrize("command", [("content", "check"), ("i18n", "check")], ids=" ".join)
def test_checks_of_files_need_no_setting(command):
    result = run(*command)

    assert result.exit_code == 0, result.output


def test_every_setting_is_documented(pytestconfig):
    documented = set(DOCUMENTED.findall((pytestconfig.rootpath / "docs" / "settings.md").read_text()))

    assert documented == {name.upper() for name in Config.model_fields}
