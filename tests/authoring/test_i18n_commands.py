import json

import pytest
from click.testing import CliRunner

from pretraject.authoring.commands import i18n
from pretraject.catalogue.tree import write_folder
from tests.catalogue.samples import ENGLISH, FIRST, STATE, dutch, replaced, sample

ARABIC = "translations/ar/LC_MESSAGES/messages.po"


@pytest.fixture
def folder(tmp_path):
    """A folder with the sample in it."""
    write_folder(tmp_path, sample())
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(i18n, [str(argument) for argument in arguments])


def test_update_keeps_every_translation(folder):
    done = run("update", "--source", folder)

    assert done.exit_code == 0
    assert (folder / ENGLISH).read_bytes() == sample()[ENGLISH]
    assert "1 of 1 files were current." in done.stdout


def test_update_takes_in_a_changed_text(folder):
    write_folder(folder, replaced(sample(), FIRST, "Een stad of dorp", "Een stad"))
    run("update", "--source", folder)
    body = (folder / ENGLISH).read_text()

    assert '#, fuzzy\n#| msgctxt "arrival"\n#| msgid "Een stad of dorp met' in body or "#, fuzzy" in body
    assert 'msgid "Een stad met een eigen bestuur."\nmsgstr "English: Een stad of dorp met' in body


def test_update_can_note_who_drafted(folder):
    (folder / STATE).unlink()
    run("update", "--drafted-by", "machine", "--source", folder)
    state = (folder / STATE).read_text()

    assert state.count("by: machine") == sample()[STATE].decode().count("by: machine")
    assert run("check", "--source", folder).exit_code == 0


def test_update_makes_the_catalogue_of_a_new_language(folder):
    write_folder(folder, replaced(sample(), "content/town/module.yaml", "  - en", "  - en\n  - ar"))
    run("update", "--source", folder)

    assert '"Language: ar\\n"' in (folder / "translations/ar/LC_MESSAGES/town.po").read_text()


def test_update_refuses_dutch_it_cannot_read(folder):
    write_folder(folder, replaced(sample(), FIRST, "---\ntitle", "title"))
    done = run("update", "--source", folder)

    assert done.exit_code == 1
    assert (folder / ENGLISH).read_bytes() == sample()[ENGLISH]


def test_update_can_begin_an_interface_catalogue(folder):
    run("update", "--add", "ar", "--source", folder)
    body = (folder / ARABIC).read_text()

    assert "nplurals=6" in body
    assert "Date" not in body
    assert "#:" not in body


def test_updating_twice_changes_nothing(folder):
    run("update", "--add", "nl", "--add", "ar", "--source", folder)
    done = run("update", "--source", folder)

    assert "updated" not in done.stdout


def test_check_of_whole_catalogues_finds_nothing(folder):
    assert run("check", "--source", folder).exit_code == 0


def test_check_finds_what_update_would_change(folder):
    write_folder(folder, replaced(sample(), FIRST, "Welkom.", "Dag."))
    done = run("check", "--source", folder)

    assert done.exit_code == 1
    assert "not current with the Dutch" in done.stderr


def test_report_counts(folder):
    done = run("report", "--json", "--source", folder)
    (row,) = json.loads(done.stdout)["catalogues"]

    assert (row["file"], row["locale"], row["fuzzy"], row["missing"]) == (ENGLISH, "en", 0, 0)
    assert row["texts"] == row["translated"] > 40


def test_report_is_a_table_too(folder):
    assert ENGLISH in run("report", "--source", folder).stdout


def test_nothing_to_translate_is_no_error(tmp_path):
    write_folder(tmp_path, dutch())

    assert run("report", "--source", tmp_path).exit_code == 0
