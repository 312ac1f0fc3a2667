"""What is kept no longer is dropped, and only that."""

from datetime import timedelta

import pytest

from pretraject import schema
from pretraject.accounts.tries import CODES_KEPT
from pretraject.cli import main
from pretraject.privacy.classes import data_classes
from pretraject.privacy.retention import LOOKS, PEOPLE, ROWS
from pretraject.privacy.walk import tables_about_people
from pretraject.verification.rulebook import READS_KEPT
from pretraject.work import work_of_a_day
from tests.evidence import ground_on, tamper
from tests.privacy.running import contents, done, run, verified
from tests.world import AT, DAY

DROPPED = {
    "codes": ("access_code", "UPDATE access_code SET ended_at = '2020-01-01'"),
    "tries": ("throttle", "UPDATE throttle SET last_at = '2020-01-01'"),
    "answers": (
        "drawn_question",
        "UPDATE attempt SET started_at = '2026-01-01', submitted_at = '2026-01-02'"
        " WHERE submitted_at IS NOT NULL",
    ),
    "reading": ("lesson_read", "UPDATE lesson_read SET read_at = '2020-01-01'"),
    "opened-files": ("look", "UPDATE look SET ends_at = '2020-01-01'"),
    "exchange": ("client_request", "UPDATE client_request SET received_at = '2020-01-01'"),
    "erasures": ("erasure", "UPDATE erasure SET erased_at = '2020-01-01'"),
}

OPEN = {
    "decision": " WHERE settled_at IS NOT NULL",
    "objection": " WHERE answered_at IS NOT NULL",
    "attempt": " WHERE submitted_at IS NOT NULL",
}
"""What cannot be aged as a whole: it would be settled by that."""


def rows_of(result):
    """Return the printed rows by class."""
    lines = [line.split() for line in result.stdout.splitlines()[1:]]
    return {line[0]: int(line[-1]) for line in lines if len(line) == 3}


def test_every_table_is_in_one_class():
    named = [table for one in data_classes().values() for table in one.tables]

    assert sorted(named) == sorted(schema.metadata.tables)


def test_tables_about_people_are_in_classes_about_people():
    assert not tables_about_people().keys() & set(data_classes()["content"].tables)


def test_every_class_with_a_term_is_dropped_by_something():
    with_term = {one.name for one in data_classes().values() if one.term}

    assert with_term == {*ROWS, *PEOPLE, LOOKS}
    assert all(one.since for one in data_classes().values() if one.term)


def test_the_terms_leave_what_the_program_relies_on():
    assert timedelta(days=data_classes()["reading"].days) > READS_KEPT
    assert timedelta(days=data_classes()["tries"].days) == CODES_KEPT


def test_nothing_is_due_in_a_young_database(evidence_url):
    before = contents(evidence_url)

    assert set(rows_of(done(evidence_url, "retention", "--apply")).values()) == {0}

    assert contents(evidence_url) == before


@pytest.mark.parametrize("name", DROPPED)
def test_what_is_past_its_term_is_told_and_then_dropped(evidence_url, name):
    table, aged = DROPPED[name]
    tamper(evidence_url, aged)
    whole = contents(evidence_url)

    told = rows_of(done(evidence_url, "retention", "--dry-run"))
    assert contents(evidence_url) == whole
    dropped = rows_of(done(evidence_url, "retention", "--apply"))

    assert told == dropped
    assert dropped[name] == len(whole[table]) - len(contents(evidence_url)[table]) > 0
    assert rows_of(done(evidence_url, "retention", "--apply"))[name] == 0


def test_nothing_is_left_of_how_a_program_came_in(evidence_url):
    ended = "SET expires_at = '2020-01-01'"
    tamper(evidence_url, f"UPDATE used_assertion {ended}", f"UPDATE access_token {ended}")

    done(evidence_url, "retention", "--apply")

    whole = contents(evidence_url)
    assert (whole["used_assertion"], whole["access_token"]) == ([], [])
    assert len(whole["client_request"]) == 1


def test_answers_are_dropped_and_results_stay(evidence_url):
    tamper(evidence_url, DROPPED["answers"][1])
    tamper(
        evidence_url,
        "UPDATE module_completion SET completed_at = (SELECT submitted_at FROM attempt WHERE id = attempt_id)"
        " WHERE attempt_id IS NOT NULL",
    )
    attempts = contents(evidence_url)["attempt"]

    done(evidence_url, "retention", "--apply")

    whole = contents(evidence_url)
    assert whole["attempt"] == attempts
    open_ = {row["id"] for row in attempts if row["submitted_at"] is None}
    assert {row["attempt_id"] for row in whole["drawn_question"]} == open_


def test_the_newest_sign_in_of_an_account_stays(evidence_url):
    tamper(
        evidence_url,
        "INSERT INTO sign_in (account_id, token_hash, shared, created_at, seen_at, expires_at, ended_at)"
        " SELECT account_id, 'later', shared, created_at, seen_at, '2020-02-01', '2020-01-01' FROM sign_in",
        "UPDATE sign_in SET expires_at = '2020-01-01' WHERE token_hash <> 'later'",
    )

    done(evidence_url, "retention", "--apply")

    assert [row["token_hash"] for row in contents(evidence_url)["sign_in"]] == ["later"]


def test_looks_are_dropped_from_the_beginning_and_the_chain_stays_whole(evidence_url):
    entries = contents(evidence_url)["audit_entry"]
    at = entries[0]["at"] + timedelta(days=3651)

    result = done(evidence_url, "retention", "--apply", "--clock-is-right", at=at)

    assert rows_of(result)["looks"] == len(entries)
    left = contents(evidence_url)["audit_entry"]
    assert left[0]["seq"] == entries[-1]["seq"] + 1
    assert left[-1]["action"] == "retention.applied"


def test_a_person_of_whom_nothing_is_known_for_long_is_erased(evidence_url):
    later = AT + 3000 * DAY
    people = {row["id"] for row in contents(evidence_url)["identifier"]}

    rows = rows_of(done(evidence_url, "retention", "--apply", "--clock-is-right", at=later))

    assert (rows["people"], rows["visitors"]) == (0, 0)
    tamper(
        evidence_url,
        "UPDATE person SET created_at = '2010-01-01'",
        "UPDATE enrolment SET enrolled_at = '2010-01-01'",
    )
    rows = rows_of(done(evidence_url, "retention", "--apply", "--clock-is-right", at=AT + 3700 * DAY))
    assert rows["people"] == 5
    assert people
    assert not contents(evidence_url)["identifier"]


@pytest.mark.parametrize(
    ("table", "column"),
    [("handover", "noted_at"), ("decision", "settled_at"), ("objection", "answered_at")],
)
def test_what_staff_did_about_a_person_keeps_them(evidence_url, table, column):
    long_ago, lately = "'2010-01-01'", "'2030-01-01'"
    ages = {
        "enrolment": ["enrolled_at"],
        "decision": ["proposed_at", "settled_at"],
        "handover": ["noted_at"],
        "objection": ["answered_at"],
        "sign_in": ["seen_at"],
        "track_completion": ["completed_at"],
        "attempt": ["started_at", "submitted_at"],
        "lesson_read": ["read_at"],
        "person": ["created_at"],
    }
    aged = [
        f"UPDATE {name} SET {', '.join(f'{one} = {long_ago}' for one in columns)}"
        for name, columns in ages.items()
    ]
    settled = f"UPDATE {table} SET {column} = {lately} WHERE person_id = 1"
    tamper(evidence_url, *(one + OPEN.get(one.split()[1], "") for one in aged), settled)

    done(evidence_url, "retention", "--apply", "--clock-is-right", at=AT + 3000 * DAY)

    left = {row["person_id"] for row in contents(evidence_url)["identifier"]}
    assert (1 in left, 6 in left) == (True, False)


def test_a_clock_that_leapt_drops_nothing(evidence_url):
    before = contents(evidence_url)

    result = run(evidence_url, "retention", "--apply", at=AT + 5000 * DAY)

    assert result.exit_code == 2
    assert "clock" in result.stderr
    assert contents(evidence_url) == before


def test_either_has_to_be_said(evidence_sqlite_url):
    assert run(evidence_sqlite_url, "retention").exit_code == 2


def test_a_round_of_work_drops_what_is_past_its_term(evidence_url):

    tamper(evidence_url, DROPPED["codes"][1])
    ground = ground_on(evidence_url)

    assert work_of_a_day(ground) == 1
    assert work_of_a_day(ground) == 0
    ground.database.dispose()


def test_a_round_of_work_believes_no_clock_that_leapt(evidence_url):

    before = contents(evidence_url)
    ground = ground_on(evidence_url, at=AT + 5000 * DAY)

    assert work_of_a_day(ground) == 0
    ground.database.dispose()
    assert contents(evidence_url) == before


def test_dropping_leaves_a_sound_database(evidence_url):
    tamper(evidence_url, DROPPED["codes"][1], DROPPED["tries"][1])

    done(evidence_url, "retention", "--apply")

    assert verified(evidence_url) == "faults: 0"


def test_privacy_is_a_command_of_the_program():
    assert "privacy" in main.commands


def test_the_documentation_says_the_same(pytestconfig):
    page = (pytestconfig.rootpath / "docs" / "privacy.md").read_text()

    for one in data_classes().values():
        tables = ", ".join(f"`{table}`" for table in one.tables) or "–"
        cells = (
            one.name,
            tables,
            one.holds,
            one.ground,
            one.days or "–",
            one.since or "–",
            one.then,
            one.grade,
        )
        assert f"| {' | '.join(map(str, cells))} |" in page, one.name
