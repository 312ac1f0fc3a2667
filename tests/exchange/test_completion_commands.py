import csv
import json
import logging
import os
import stat
from errno import ENOSPC

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pretraject.audit.models import AuditEntry
from pretraject.completion import feed
from pretraject.core.ground import Ground
from pretraject.exchange.completion_commands import completion
from pretraject.exchange.feed_files import cell
from tests.world import (
    AT,
    VAULT,
    add_file_number,
    complete,
    learner,
    make_release,
    publish_rules,
)


@pytest.fixture
def completed(session):
    """Two people who completed their track."""
    publish_rules(session)
    release = make_release(session)
    people = [learner(session, number=number) for number in ("GV1001", "GV1002")]
    for person in people:
        complete(session, person, release)
    session.commit()
    return people


@pytest.fixture
def run(database):
    """Run `pretraject completion …` and return what came of it."""

    def run(*args):
        ground = Ground(None, database, VAULT, lambda: AT)
        return CliRunner().invoke(completion, [str(arg) for arg in args], obj=ground)

    return run


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def rows_of(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def printed(result):
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def test_an_export_holds_every_completion_and_says_where_to_go_on(run, completed, tmp_path):
    output = tmp_path / "out.jsonl"

    result = run("export", "--format", "jsonl", "--output", output)

    lines = lines_of(output)
    assert result.exit_code == 0, result.output
    assert [line["fileNumbers"] for line in lines] == [["GV1001"], ["GV1002"]]
    assert printed(result) == {"events": "2", "cursor": lines[-1]["cursor"]}


def test_going_on_from_the_cursor_gives_only_what_is_new(run, session, completed, tmp_path):
    output = tmp_path / "out.jsonl"
    cursor = printed(run("export", "--format", "jsonl", "--output", output))["cursor"]

    again = run("export", "--format", "jsonl", "--output", output, "--after", cursor)
    assert (printed(again), lines_of(output)) == ({"events": "0", "cursor": cursor}, [])

    complete(session, learner(session, number="GV1003"), make_release(session))
    session.commit()
    run("export", "--format", "jsonl", "--output", output, "--after", cursor)
    assert [(line["seq"], line["fileNumbers"]) for line in lines_of(output)] == [(3, ["GV1003"])]


def test_a_table_joins_file_numbers_by_a_space(run, session, completed, tmp_path):
    add_file_number(session, completed[0], "GV2001", at=AT)
    session.commit()
    output = tmp_path / "out.csv"

    result = run("export", "--format", "csv", "--output", output)

    rows = rows_of(output)
    assert result.exit_code == 0, result.output
    assert [row["fileNumbers"] for row in rows] == ["GV2001 GV1001", "GV1002"]
    assert {row["status"] for row in rows} == {"completed"}


def test_file_numbers_with_spaces_can_be_told_apart_in_a_table():
    assert cell(["AB 12 34", "CD 5678"]) == "AB1234 CD5678"


def test_both_formats_say_the_same(run, completed, tmp_path):
    run("export", "--format", "csv", "--output", tmp_path / "out.csv")
    run("export", "--format", "jsonl", "--output", tmp_path / "out.jsonl")

    rows = rows_of(tmp_path / "out.csv")
    for row, line in zip(rows, lines_of(tmp_path / "out.jsonl"), strict=True):
        assert row == {name: cell(line.get(name)) for name in row}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_an_export_tells_no_scores_answers_or_language(run, completed, tmp_path):
    output = tmp_path / "out.jsonl"
    run("export", "--format", "jsonl", "--output", output)

    assert set(lines_of(output)[0]) == {
        "id",
        "seq",
        "type",
        "fileNumbers",
        "status",
        "track",
        "completedOn",
        "completedAt",
        "ruleVersion",
        "assurance",
        "reference",
        "salt",
        "previousHash",
        "hash",
        "cursor",
        "lineHash",
    }


def test_the_file_is_its_owners_only(run, completed, tmp_path):
    output = tmp_path / "out.jsonl"
    run("export", "--format", "jsonl", "--output", output)

    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_a_failed_export_leaves_the_old_file_and_no_other(run, completed, tmp_path, monkeypatch):
    output = tmp_path / "out.jsonl"
    output.write_text("old\n")
    monkeypatch.setattr(json, "dumps", lambda *_args, **_given: 1 / 0)

    result = run("export", "--format", "jsonl", "--output", output)

    assert isinstance(result.exception, ZeroDivisionError)
    assert [(path.name, path.read_text()) for path in tmp_path.glob("*.jsonl*")] == [("out.jsonl", "old\n")]
    assert not list(tmp_path.glob(".out*"))


def test_a_cursor_of_another_database_is_refused_before_anything_is_written(run, completed, tmp_path):
    output = tmp_path / "out.jsonl"

    result = run("export", "--format", "jsonl", "--output", output, "--after", f"9.{'0' * 16}")

    assert isinstance(result.exception, feed.CursorMismatchError)
    assert result.exception.last_common.startswith("2.")
    assert not output.exists()


def test_what_is_no_cursor_is_a_mistake_in_the_command(run, completed, tmp_path):
    result = run("export", "--format", "jsonl", "--output", tmp_path / "out.jsonl", "--after", "yesterday")

    assert result.exit_code == 2
    assert "not a cursor" in result.stderr


def test_an_unknown_recipient_is_refused_with_the_known_ones(run, completed, tmp_path):
    result = run("export", "--format", "jsonl", "--output", tmp_path / "o", "--recipient", "wevis")

    assert result.exit_code == 2
    assert "wewis" in result.stderr


def test_a_folder_that_is_not_there_is_said(run, completed, tmp_path):
    result = run("export", "--format", "csv", "--output", tmp_path / "none" / "out.csv")

    assert result.exit_code == 2
    assert "no folder" in result.stderr


def test_a_file_that_cannot_be_written_is_said(run, completed, tmp_path, monkeypatch):
    def full(_file):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    result = run("export", "--format", "csv", "--output", tmp_path / "out.csv")

    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert not list(tmp_path.glob("*out.csv*"))


def test_an_export_of_nothing_is_an_empty_file(run, session, tmp_path):
    publish_rules(session)
    session.commit()
    output = tmp_path / "out.jsonl"

    result = run("export", "--format", "jsonl", "--output", output)

    assert result.stdout == "events: 0\ncursor: \n"
    assert output.read_text() == ""


def test_status_finds_a_completion_by_any_number(run, session, completed):
    add_file_number(session, completed[0], "GV2001", at=AT)
    session.commit()

    for number in ("GV1001", "gv-2001"):
        result = run("status", number)
        assert result.stdout.splitlines()[:3] == ["completed", "track: labour", "completed on: 2026-11-23"]


def test_status_tells_exempt_from_not_completed(run, session, completed):
    learner(session, number="GV3001", exemption="seasonal")
    learner(session, number="GV3002")
    session.commit()

    assert run("status", "GV3001").stdout.startswith("exempt (seasonal)")
    assert run("status", "GV3002").stdout.startswith("not completed so far")


@pytest.mark.parametrize("number", ["GV9999", "!", ""])
def test_status_of_an_unknown_number_is_never_not_completed(run, completed, number):
    result = run("status", number)

    assert result.exit_code == 0
    assert result.stdout == "No linked data. This does not mean 'not completed'.\n"


def test_status_says_when_a_sign_in_was_disputed(run, session, completed):
    completed[0].last_disputed_at = AT
    session.commit()

    assert "disputed: yes" in run("status", "GV1001").stdout


def test_a_file_number_is_logged_nowhere(run, completed, tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        run("export", "--format", "csv", "--output", tmp_path / "out.csv")
        run("status", "GV1001")

    assert "GV1001" not in caplog.text


def written_down(database):
    """Return who looked at what, oldest first."""
    with database.reading() as session:
        return [
            (entry.actor_kind, entry.action, entry.person_id, entry.detail)
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        ]


def test_an_export_is_written_down_with_its_places(run, completed, database, tmp_path):
    run("signing-key", "new")
    run("export", "--format", "jsonl", "--output", tmp_path / "out.jsonl")

    assert written_down(database)[1:] == [
        ("operator", "completion.exported", None, {"recipient": "wewis", "first": 1, "last": 2})
    ]


def test_a_look_at_a_person_is_written_down_and_one_at_nobody_is_not(run, completed, database):
    run("status", "GV1001")
    run("status", "GV9999")

    assert written_down(database) == [("operator", "completion.looked-up", completed[0].id, {})]
