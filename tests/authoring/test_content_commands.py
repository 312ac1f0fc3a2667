from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pretraject.authoring.commands import content
from pretraject.catalogue.models import WorkingFile
from pretraject.catalogue.tree import read_folder, write_folder
from pretraject.core.clock import system_clock
from pretraject.core.errors import FaultyFilesError
from tests.catalogue.samples import FIRST, MODULE, dutch, replaced, sample


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the sample in it, and no setting in the environment."""
    monkeypatch.delenv("PRETRAJECT_DATABASE_URL", raising=False)
    folder = tmp_path / "source"
    write_folder(folder, sample())
    return folder


@pytest.fixture
def site(database):
    """What commands get from the command line's root."""
    return SimpleNamespace(database=database, clock=system_clock)


def run(*arguments, site=None):
    return CliRunner().invoke(content, [str(argument) for argument in arguments], obj=site)


def test_check_of_sound_content_says_so_and_what_it_left_out(folder):
    done = run("check", "--source", folder)

    assert done.exit_code == 0
    assert "no database is configured" in done.stdout
    assert "No faults in 10 files" in done.stdout


def test_check_tells_file_line_problem_and_cure(folder):
    write_folder(folder, replaced(sample(), MODULE, "minutes: 10", "minutes: 10\ncolour: red"))
    done = run("check", "--source", folder)

    assert done.exit_code == 1
    assert f"{MODULE}:7: unknown key 'colour' — correct its name or take it out\n" in done.stderr
    assert "fault" in done.stderr


def test_check_compares_with_the_last_release_where_there_is_one(folder, database_url, site, monkeypatch):
    run("publish", "--source", folder, site=site)
    monkeypatch.setenv("PRETRAJECT_DATABASE_URL", database_url)
    tree = {path: body.replace(b"to-007", b"to-099") for path, body in sample().items()}
    write_folder(folder, tree)
    done = run("check", "--source", folder)

    assert "Left out" not in done.stdout
    assert "to-007 is now to-099" in done.stderr


def test_check_asks_nothing_of_a_database_without_tables(folder, empty_database_url, monkeypatch):
    monkeypatch.setenv("PRETRAJECT_DATABASE_URL", empty_database_url)

    assert "Left out" in run("check", "--source", folder).stdout


def test_format_writes_the_canonical_form(folder):
    write_folder(folder, replaced(sample(), MODULE, "title: De stad", "title: 'De stad'"))
    done = run("format", "--source", folder)

    assert done.exit_code == 0
    assert f"{MODULE}: formatted" in done.stdout
    assert read_folder(folder) == sample()


def test_format_can_only_look(folder):
    tree = replaced(sample(), MODULE, "title: De stad", "title: 'De stad'")
    write_folder(folder, tree)
    done = run("format", "--check", "--source", folder)

    assert done.exit_code == 1
    assert read_folder(folder) == tree


def test_format_leaves_a_faulty_file_and_says_why(folder):
    tree = replaced(sample(), MODULE, "minutes: 10", "minutes: ten # or more")
    write_folder(folder, tree)
    done = run("format", "--source", folder)

    assert done.exit_code == 1
    assert f"{MODULE}:6: minutes" in done.stderr
    assert read_folder(folder) == tree


def test_what_is_loaded_is_dumped_byte_for_byte(folder, site, tmp_path):
    run("load", "--source", folder, site=site)
    done = run("dump", tmp_path / "new" / "folder", site=site)

    assert done.exit_code == 0
    assert read_folder(tmp_path / "new" / "folder") == sample()


def test_dump_stops_at_a_file_that_would_come_back(folder, site, tmp_path):
    run("load", "--source", folder, site=site)
    write_folder(tmp_path / "old", {"content/village/module.yaml": b"x"})
    done = run("dump", tmp_path / "old", site=site)

    assert done.exit_code == 1
    assert "content/village/module.yaml: not in the working copy" in done.stderr


def test_dump_of_nothing_says_what_to_do(site, tmp_path):
    done = run("dump", tmp_path, site=site)

    assert done.exit_code == 1
    assert "content load" in done.stderr


def test_publish_says_what_it_did(folder, site):
    first = run("publish", "--source", folder, site=site)
    second = run("publish", site=site)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "town: published as release 1" in first.stdout
    assert "town: unchanged, still release 1" in second.stdout


def test_publish_refuses_faulty_content(folder, site):
    write_folder(folder, replaced(sample(), FIRST, "Welkom.", "<b>Welkom</b>."))

    assert isinstance(run("publish", "--source", folder, site=site).exception, FaultyFilesError)


def test_load_can_overwrite_an_edit(folder, site):
    run("load", "--source", folder, site=site)
    with site.database.writing() as session:
        session.scalars(select(WorkingFile).where(WorkingFile.path == FIRST)).one().body = b"mine"
        session.commit()
    refused = run("load", "--source", folder, site=site)
    done = run("load", "--overwrite", "--source", folder, site=site)

    assert FIRST in str(refused.exception)
    assert done.exit_code == 0
    assert "Loaded 1 files" in done.stdout


@pytest.mark.parametrize("command", ["check", "format", "load", "publish", "dump"])
def test_every_command_explains_itself(command):
    assert len(run(command, "--help").stdout) > 300


def test_a_policy_that_asks_for_an_unknown_module_is_refused(folder):
    tree = dutch()["content/policy.yaml"].replace(b"- town", b"- village")
    write_folder(folder, {"content/policy.yaml": tree})

    assert "broken link: there is no module village" in run("check", "--source", folder).stderr
