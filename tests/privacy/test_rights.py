"""A person gets everything that is kept about them, and can be erased."""

import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from pretraject import schema
from pretraject.archive.commands import backup, restore_command
from pretraject.completion import feed
from pretraject.completion.lines import lines_after
from pretraject.completion.policy_change import reevaluate_all
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from pretraject.privacy.commands import privacy
from pretraject.privacy.exporting import SEALED
from pretraject.privacy.exporting import SECRETS as WITHHELD
from pretraject.privacy.walk import tables_about_people
from tests import evidence
from tests.evidence import ANSWER, BIRTH_DATE, EMAIL, INSZ, OBJECTION, REASON, tamper
from tests.privacy.running import NUMBER, contents, done, erase, run, verified
from tests.world import AT, DAY, VAULT

READER, PASSER, FAILER, EXEMPT = 1, 2, 3, 6
SECRETS = re.compile(r"(_hash|_index|_sealed)$")


def rows_that_refer_to(url, person_id):
    """Find a person's rows by the foreign keys that the database itself states, over a dump of it."""
    database = Database(url)
    keys = {
        name: {
            key["constrained_columns"][0]: key["referred_table"]
            for key in inspect(database.reader).get_foreign_keys(name)
        }
        for name in schema.metadata.tables
    }
    database.dispose()
    keys["audit_entry"] = {"person_id": "person"}
    whole = contents(url)
    account = next(row["account_id"] for row in whole["person"] if row["id"] == person_id)
    found = {("person", person_id), ("account", account)}
    while True:
        more = {
            (name, row["id"])
            for name, rows in whole.items()
            for row in rows
            for column, target in keys[name].items()
            if (target, row[column]) in found and (name, column) != ("person", "account_id")
        }
        if more <= found:
            return found
        found |= more


def exported(url, tmp_path, number=NUMBER):
    done(url, "export", tmp_path / "mine.json", input=f"{number}\n")
    return json.loads((tmp_path / "mine.json").read_text())


def test_an_export_holds_every_row_that_refers_to_the_person(evidence_url, tmp_path):
    expected = rows_that_refer_to(evidence_url, READER)

    tables = exported(evidence_url, tmp_path)["tables"]

    assert {(name, row["id"]) for name, rows in tables.items() for row in rows} == expected
    assert {"answer", "locale"} <= tables["drawn_question"][0].keys()


def test_an_export_can_be_read_and_holds_no_secret(evidence_url, tmp_path):
    tables = exported(evidence_url, tmp_path)["tables"]

    assert tables["person"][0]["birth_date"] == BIRTH_DATE
    assert {row["value"] for row in tables["identifier"]} == {"GV-1", "GV-1B", INSZ}
    assert [row["reason"] for row in tables["decision"]] == [REASON]
    assert [(row["text"], row["answer"]) for row in tables["objection"]] == [(OBJECTION, ANSWER)]
    assert EMAIL in {row["value"] for row in tables["sign_in_name"]}
    whole = (tmp_path / "mine.json").read_text()
    assert not re.search(r"([cde])\1{63}|7365616c6564", whole), "a hash or a sealed secret was given"


def test_every_secret_column_about_a_person_is_withheld_or_opened():
    open_ = {("feed_event", "previous_hash"), ("audit_entry", "previous_hash")}  # they protect no account
    kept = {(table, name) for table, names in WITHHELD.items() for name in names}
    kept |= set(SEALED)

    secret = {
        (table, column.name)
        for table in tables_about_people()
        for column in schema.metadata.tables[table].columns
        if SECRETS.search(column.name)
    }

    assert secret - open_ == kept


def test_an_export_is_for_its_owner_only_and_is_written_down(evidence_url, tmp_path):
    exported(evidence_url, tmp_path)

    assert stat.S_IMODE((tmp_path / "mine.json").stat().st_mode) == 0o600
    last = contents(evidence_url)["audit_entry"][-1]
    assert (last["action"], last["person_id"]) == ("person.exported", READER)


@pytest.mark.parametrize("command", ["export", "erase"])
@pytest.mark.parametrize("typed", ["GV-NOBODY", "\x00", "x" * 5000])
def test_nobody_is_found_by_an_unknown_number(evidence_url, tmp_path, command, typed):
    before = contents(evidence_url)

    result = run(evidence_url, command, *[tmp_path / "x.json"][: command == "export"], input=f"{typed}\n")

    assert result.exit_code == 1
    assert contents(evidence_url) == before
    assert not list(tmp_path.glob("*x.json*"))


def test_a_person_can_be_found_by_address(evidence_url):
    done(evidence_url, "erase", "--yes", "--by", "email", input=f"{EMAIL.upper()}\n")

    assert not contents(evidence_url)["account"]


def traces(url):
    """Return everything by which the reader could be known, as it stands in a dump."""
    whole = contents(url)
    values = {NUMBER, "GV-1B", "GV1", "GV1B", BIRTH_DATE, EMAIL, "c" * 64, "d" * 64, "e" * 64}
    for name in ("identifier", "access_code", "person", "decision", "objection"):
        for row in whole[name]:
            if row.get("person_id", row["id"]) == READER:
                values |= {value for key, value in row.items() if SECRETS.search(key) and value}
    return values


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def test_after_an_erasure_a_dump_holds_nothing_of_the_person(evidence_url):
    values = traces(evidence_url)
    before = repr(contents(evidence_url))
    assert all(
        repr(value)[1:-1] in before for value in values - {NUMBER, "GV-1B", "GV1", "GV1B", BIRTH_DATE, EMAIL}
    )

    erase(evidence_url)

    after = contents(evidence_url)
    assert [value for value in values if repr(value)[1:-1] in repr(after)] == []
    for name in (
        *("identifier", "enrolment", "access_code", "lesson_read", "place"),
        *("objection", "look", "handover"),
    ):
        assert READER not in {row["person_id"] for row in after[name]}, name


def test_what_is_erased_is_overwritten_in_the_file(evidence_sqlite_url):
    values = [value for value in traces(evidence_sqlite_url) if len(value) > 12]

    erase(evidence_sqlite_url)

    file = Path(evidence_sqlite_url.removeprefix("sqlite:///")).read_bytes()
    assert [value for value in values if as_bytes(value) in file] == []


def test_what_was_completed_stays_without_a_name(evidence_url):
    before = contents(evidence_url)["track_completion"]

    result = erase(evidence_url)

    whole = contents(evidence_url)
    assert whole["track_completion"] == before
    row = next(one for one in whole["person"] if one["id"] == READER)
    assert (row["account_id"], row["birth_date_sealed"], row["declared_group"]) == (None, None, None)
    assert "completions and decisions that stay without a name: 2" in result.stdout
    assert verified(evidence_url) == "faults: 0"


def test_the_recipient_is_told_and_its_chain_stays_whole(evidence_url):
    database = Database(evidence_url)
    feed.stamp_all(database, at=AT)
    with database.reading() as session:
        cursor = feed.end_of(session, "wewis")[1]

    erase(evidence_url)
    feed.stamp_all(database, at=AT)

    with database.reading() as session:
        lines = lines_after(session, VAULT, recipient="wewis", cursor=cursor)
        told = lines_after(session, VAULT, recipient="wewis", cursor="")[:5]
    database.dispose()
    of_reader = [line for line in told if line["type"] in ("corrected", "objectionClosed")]
    assert [(line["status"], line["reference"], line["fileNumbers"]) for line in lines] == [
        ("subjectErased", line["reference"], []) for line in [told[0], *of_reader]
    ]
    assert {line["erasedOn"] for line in lines} == {"2026-11-24"}
    assert not any(line["fileNumbers"] for line in [told[0], *of_reader])
    assert verified(evidence_url) == "faults: 0"


def test_a_decision_that_was_told_stays_without_a_name_and_without_its_reason(evidence_url):
    before = next(row for row in contents(evidence_url)["decision"] if row["person_id"] == EXEMPT)

    result = erase(evidence_url, "GV-EXEMPT")

    whole = contents(evidence_url)
    decision = next(row for row in whole["decision"] if row["person_id"] == EXEMPT)
    assert decision == before | {"reason_sealed": None}
    assert [row["key"] for row in whole["feed_event"] if row["kind"] == "subjectErased"] == [
        f"subjectErased:{before['reference']}"
    ]
    assert "will be told: wewis" in result.stdout
    assert verified(evidence_url) == "faults: 0"


def test_a_proposal_and_an_objection_that_wait_go_with_the_person(evidence_url):
    erase(evidence_url, "GV-2")

    whole = contents(evidence_url)
    assert PASSER not in {row["person_id"] for row in [*whole["decision"], *whole["objection"]]}
    assert verified(evidence_url) == "faults: 0"


def test_whoever_was_told_of_an_objection_alone_is_told_of_the_erasure(evidence_url):
    with_objection = "UPDATE objection SET person_id = 3 WHERE person_id = 1"
    tamper(evidence_url, with_objection, "UPDATE feed_event SET person_id = 3 WHERE seq = 5")

    result = erase(evidence_url, "GV-3")

    assert "will be told: wewis" in result.stdout
    assert "completions and decisions that stay without a name: 0" in result.stdout
    assert verified(evidence_url) == "faults: 0"


def test_erasing_twice_tells_once(evidence_url):
    erase(evidence_url)
    tamper(evidence_url, "UPDATE person SET birth_date_sealed = CAST('x' AS {bytes}) WHERE id = 1")
    before = contents(evidence_url)["feed_event"]

    done(evidence_url, "reapply")

    assert contents(evidence_url)["feed_event"] == before


def test_nothing_stays_of_somebody_who_completed_nothing(evidence_url):
    erase(evidence_url, "GV-3")

    whole = contents(evidence_url)
    assert FAILER not in {row["id"] for row in whole["person"]}
    for name in ("attempt", "module_completion", "feed_event"):
        assert FAILER not in {row["person_id"] for row in whole[name]}, name
    assert verified(evidence_url) == "faults: 0"


def test_a_row_joined_to_the_person_goes_with_them(evidence_url):
    joined = next(row["id"] for row in contents(evidence_url)["person"] if row["joined_id"] == READER)

    erase(evidence_url)

    assert joined not in {row["id"] for row in contents(evidence_url)["person"]}


def test_it_is_asked_before_anybody_is_erased(evidence_url):
    before = contents(evidence_url)

    result = run(evidence_url, "erase", input=f"{NUMBER}\nn\n")

    assert result.exit_code == 1
    assert "cannot be undone" in result.stderr
    assert contents(evidence_url) == before


def test_it_is_said_when_a_completion_was_not_pulled_yet(evidence_url):
    result = run(evidence_url, "erase", input="GV-LATE\nn\n")

    assert "Let it be pulled first" in result.stderr


def test_erasing_somebody_changes_nothing_of_others(evidence_url):
    def of_others():
        return [row for row in contents(evidence_url)["drawn_question"] if row["attempt_id"] != 1]

    before = of_others()

    erase(evidence_url)

    assert of_others() == before


def test_a_restored_back_up_does_not_bring_the_person_back(evidence_url, tmp_path):
    evidence.done(backup, evidence_url, tmp_path / "before")
    erase(evidence_url)

    evidence.done(restore_command, evidence_url, tmp_path / "before", "--replace", "--yes")

    assert READER not in {row["person_id"] for row in contents(evidence_url)["identifier"]}
    assert verified(evidence_url) == "faults: 0"


def test_when_the_database_was_lost_the_list_of_keys_erases_again(evidence_url, empty_database_url, tmp_path):
    evidence.done(backup, evidence_url, tmp_path / "before")
    erase(evidence_url)
    (tmp_path / "keys").write_text(done(evidence_url, "erased").stdout)
    evidence.done(restore_command, empty_database_url, tmp_path / "before")

    result = done(empty_database_url, "reapply", tmp_path / "keys")

    assert "completions and decisions that stay without a name: 2" in result.stdout
    assert READER not in {row["person_id"] for row in contents(empty_database_url)["identifier"]}
    assert (
        done(empty_database_url, "reapply").stdout
        == "completions and decisions that stay without a name: 0\n"
    )


def test_a_list_of_keys_with_another_line_is_refused_whole(evidence_url, tmp_path):
    key = next(row["key"] for row in contents(evidence_url)["person"] if row["id"] == READER)
    (tmp_path / "keys").write_text(f"erased: {key}\nGV-1\n")
    before = contents(evidence_url)

    result = run(evidence_url, "reapply", tmp_path / "keys")

    assert result.exit_code == 2
    assert "keys:2" in result.stderr
    assert contents(evidence_url) == before


def test_a_new_policy_makes_no_completion_of_somebody_erased(evidence_url):
    erase(evidence_url)
    tamper(evidence_url, "DELETE FROM policy_taken_up")
    before = contents(evidence_url)["track_completion"]

    database = Database(evidence_url)
    reevaluate_all(database, at=AT + DAY)
    with database.reading() as session:
        assert session.get(Person, READER) is not None
    database.dispose()
    assert contents(evidence_url)["track_completion"] == before


def test_the_commands_explain_themselves():
    for command in privacy.commands.values():
        assert CliRunner().invoke(command, ["--help"]).exit_code == 0
