import json
import re

import pytest
from click.testing import CliRunner

from pretraject.authoring.commands import i18n
from pretraject.catalogue.tree import write_folder
from tests.catalogue.samples import ENGLISH, FIRST, STATE, dutch, replaced, sample
from tests.catalogue.test_checks import edited

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
    found = json.loads(run("report", "--json", "--source", folder).stdout)["languages"]

    assert set(found) == {"nl", "en"}
    assert set(found["en"]) == {"interface", "town"}
    counts = found["en"]["town"]
    assert set(counts) == {"segments", "complete", "draft", "reviewed", "keyRead", "outdated", "heldBack"}
    assert counts["segments"] == counts["complete"] == counts["draft"] > 40
    assert (counts["keyRead"], counts["reviewed"], counts["outdated"], counts["heldBack"]) == (8, 0, 0, 0)


@pytest.mark.parametrize(
    ("weight", "name"), [("wording", None), ("meaning", "outdated"), ("answer", "heldBack")]
)
def test_report_counts_what_an_edit_of_the_dutch_does(tmp_path, weight, name):
    write_folder(tmp_path, edited(weight))

    counts = json.loads(run("report", "--json", "--source", tmp_path).stdout)["languages"]["en"]["town"]

    assert {key: counts[key] for key in ("outdated", "heldBack")} == {
        "outdated": int(name == "outdated"),
        "heldBack": int(name == "heldBack"),
    }


def test_report_is_a_table_too(folder):
    lines = run("report", "--source", folder).stdout.splitlines()

    assert any(line.split()[:2] == ["en", "town"] and "100%" in line and "8/8" in line for line in lines)


def test_keys_are_read_from_a_sheet_without_them(folder, tmp_path):
    (folder / STATE).unlink()
    sheet = tmp_path / "sheet.txt"
    assert run("keys", "sheet", "en", sheet, "--module", "town", "--source", folder).exit_code == 0
    asked = sheet.read_text()
    assert "English: Vraag nummer 1?" in asked
    assert "Uitleg" not in asked
    keys = {"to-002": "right", "to-004": "a d", "to-005": "c, a, b"}
    answered = re.sub(
        r"^(to-\d+):", lambda one: f"{one[0]} {keys.get(one[1], 'b')}", asked, flags=re.MULTILINE
    )
    sheet.write_text(answered)

    done = run("keys", "record", "en", sheet, "--by", "reader", "--module", "town", "--source", folder)

    assert (done.exit_code, done.stdout) == (0, "keys read: 8 of 8\n")
    again = tmp_path / "again.txt"
    run("keys", "sheet", "en", again, "--module", "town", "--source", folder)
    assert "to-0" not in again.read_text(), "everything was read"


def test_a_wrong_choice_is_noted_and_told(folder, tmp_path):
    (tmp_path / "sheet.txt").write_text("to-001: a\n")

    done = run(
        "keys", "record", "en", tmp_path / "sheet.txt", "--by", "x", "--module", "town", "--source", folder
    )

    assert (done.exit_code, done.stderr) == (1, "not the key: to-001\n")
    assert run("check", "--source", folder).exit_code == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("to-001 b", ":2: no answer"),
        ("to-099: b", ":2: no question to-099"),
        ("to-001: z", ":2: no answer z — choose of a, b, c"),
        ("to-001:", ":2: no answer"),
    ],
)
def test_a_faulty_sheet_is_refused_whole(folder, tmp_path, line, said):
    before = (folder / STATE).read_bytes()
    (tmp_path / "sheet.txt").write_text(f"to-003: a\n{line}\n")

    done = run(
        "keys", "record", "en", tmp_path / "sheet.txt", "--by", "x", "--module", "town", "--source", folder
    )

    assert done.exit_code == 1
    assert said in str(done.exception.faults[0])
    assert (folder / STATE).read_bytes() == before


def test_nothing_to_translate_is_no_error(tmp_path):
    write_folder(tmp_path, dutch())

    assert run("report", "--source", tmp_path).exit_code == 0
