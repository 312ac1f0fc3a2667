"""Backing up, restoring and moving by the command line, between both kinds of database."""

import json
import os
import stat
import zipfile
from errno import ENOSPC

import pytest
from sqlalchemy import select, text

from pretraject import schema
from pretraject.accounts.models import SignIn
from pretraject.archive import commands, form
from pretraject.archive.commands import backup, move_command, restore_command
from pretraject.archive.form import DamagedArchiveError
from pretraject.archive.loading import (
    DanglingRowError,
    ForeignTablesError,
    NotEmptyError,
    UnknownRevisionError,
)
from pretraject.archive.reading import open_archive
from pretraject.audit.models import AuditEntry
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from pretraject.verification.commands import verify
from tests.databases import BOTH
from tests.evidence import done, run, tamper
from tests.world import AT

AFTER_RESTORE = {"access_token", "sign_in", "audit_entry", "audit_head", "restore_point"}
"""Tables in which a restore itself writes."""


def contents(url):
    """Return every row of every table."""
    database = Database(url)
    with database.reading() as session:
        rows = {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]
            for table in schema.metadata.sorted_tables
        }
    database.dispose()
    return rows


def without(rows, names):
    return {name: found for name, found in rows.items() if name not in names}


@pytest.fixture(params=BOTH)
def target_url(request):
    """The address of a database without tables, of each kind."""
    return request.getfixturevalue(f"empty_{request.param}_url")


@pytest.fixture
def archive(evidence_url, tmp_path):
    """A back-up of a database with something in every table."""
    path = tmp_path / "whole.archive"
    done(backup, evidence_url, path)
    return path


def test_evidence_is_in_every_table(evidence_url):
    assert [name for name, rows in contents(evidence_url).items() if not rows] == []


def test_every_row_comes_back_whatever_the_databases_are(evidence_url, archive, target_url):
    done(restore_command, target_url, archive)

    was, now = contents(evidence_url), contents(target_url)
    assert without(now, AFTER_RESTORE) == without(was, AFTER_RESTORE)
    assert now["audit_entry"][:6] == was["audit_entry"][:6]
    assert schema.is_current(target_url)
    assert schema.differences(target_url) == []
    assert done(verify, target_url)


def test_new_rows_are_numbered_after_those_restored(archive, target_url):
    done(restore_command, target_url, archive)

    database = Database(target_url)
    with database.writing() as session:
        last = session.scalars(select(Person.id).order_by(Person.id.desc())).first()
        person = Person(key="new", created_at=AT)
        session.add(person)
        session.flush()
        assert person.id == last + 1
    database.dispose()


def test_a_backup_prints_what_is_in_it_and_where_chains_end(evidence_url, tmp_path):
    lines = done(backup, evidence_url, tmp_path / "a").stdout.splitlines()

    with zipfile.ZipFile(tmp_path / "a") as zipped:
        manifest = json.loads(zipped.read("manifest.json"))
    ends = [line.removeprefix("chain: ") for line in lines if line.startswith("chain: ")]
    assert {f"{table['name']}: {table['rows']}" for table in manifest["tables"]} <= set(lines)
    assert [end.partition(".")[0] for end in ends] == ["wewis:5", "audit:6"]
    assert lines[-1] == f"archive: {manifest['sha256']}"
    assert done(verify, evidence_url, "--expect", ends[0], "--expect", ends[1])


def test_the_file_is_its_owners_only_and_nothing_else_is_left(evidence_url, tmp_path):
    before = set(tmp_path.iterdir())

    done(backup, evidence_url, tmp_path / "a")

    assert set(tmp_path.iterdir()) - before - {tmp_path / "evidence.db-journal"} == {tmp_path / "a"}
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_backup_that_fails_leaves_the_old_file(evidence_url, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")

    def full(_file):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run(backup, evidence_url, tmp_path / "a")

    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert (tmp_path / "a").read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_is_not_there_is_said(evidence_url, tmp_path):
    assert run(backup, evidence_url, tmp_path / "none" / "a").exit_code == 2


def actions(url):
    """Return what the operator did, oldest first."""
    database = Database(url)
    with database.reading() as session:
        found = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action != "a.look").order_by(AuditEntry.seq)
        ).all()
    database.dispose()
    return found


def test_everything_that_takes_data_out_is_written_down(evidence_url, archive, target_url):
    assert actions(evidence_url) == ["backup.made"]

    done(restore_command, target_url, archive)
    assert actions(target_url) == ["backup.restored"]


def test_after_a_restore_everybody_signs_in_anew(archive, target_url):
    done(restore_command, target_url, archive)

    database = Database(target_url)
    with database.reading() as session:
        assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
    database.dispose()


def test_a_database_with_rows_is_left_alone(evidence_url, archive):
    before = contents(evidence_url)

    result = run(restore_command, evidence_url, archive)

    assert isinstance(result.exception, NotEmptyError)
    assert contents(evidence_url) == before


def test_replacing_asks_first(evidence_url, archive):
    before = contents(evidence_url)

    refused = run(restore_command, evidence_url, archive, "--replace", input="n\n")
    assert (refused.exit_code, "will be gone" in refused.output) == (1, True)
    assert contents(evidence_url) == before

    tamper(evidence_url, "DELETE FROM lesson_read")
    done(restore_command, evidence_url, archive, "--replace", input="y\n")
    assert without(contents(evidence_url), AFTER_RESTORE) == without(before, AFTER_RESTORE)


def test_tables_of_something_else_are_never_taken_away(database_url, archive):
    database = Database(database_url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE precious (id INTEGER)"))
        session.commit()
    database.dispose()

    result = run(restore_command, database_url, archive, "--replace", "--yes")

    assert isinstance(result.exception, ForeignTablesError)
    assert "precious" in str(result.exception)


def test_an_archive_of_an_older_form_is_brought_up_to_date(empty_database_url, tmp_path):
    schema.upgrade(empty_database_url, "0001")
    tamper(
        empty_database_url,
        "INSERT INTO policy_version (fingerprint, body, published_at, current_since)"
        " VALUES ('abc', 'kept', '2026-11-23 12:00:00', '2026-11-23 12:00:00')",
    )
    said = done(backup, empty_database_url, tmp_path / "old")
    tamper(empty_database_url, "DELETE FROM policy_version")

    done(restore_command, empty_database_url, tmp_path / "old")

    assert "not written in its audit log" in said.stderr
    assert [row[2] for row in contents(empty_database_url)["policy_version"]] == ["kept"]
    assert schema.differences(empty_database_url) == []


def damaged(archive, change):
    """Write an archive anew with a member changed, and sound compression."""
    path = archive.with_name("damaged")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return path


def lines_changed(change):
    def in_persons(name, body):
        return b"".join(change(body.splitlines(keepends=True))) if name.endswith("-person.jsonl") else body

    return in_persons


DAMAGES = {
    "a letter": (
        lines_changed(lambda lines: [lines[0], lines[1].replace(b"labour", b"family"), *lines[2:]]),
        r"person.jsonl, line 2",
    ),
    "a line gone": (lines_changed(lambda lines: lines[:-1]), r"person.jsonl, line 7: 6 rows where 7"),
    "a line twice": (lines_changed(lambda lines: [*lines, lines[-1]]), r"person.jsonl, line 9"),
    "lines in another order": (lines_changed(lambda lines: lines[::-1]), r"person.jsonl"),
    "half a line": (lines_changed(lambda lines: [*lines[:-1], lines[-1][:9]]), r"person.jsonl, line 7"),
    "a member gone": (
        lambda name, body: None if name.endswith("-person.jsonl") else body,
        r"person.jsonl: it is missing",
    ),
    "no manifest": (
        lambda name, body: None if name == "manifest.json" else body,
        r"manifest.json: it is missing",
    ),
    "another manifest": (
        lambda name, body: body.replace(b'"rows": 7', b'"rows": 5') if name == "manifest.json" else body,
        r"manifest.json: its checksum is another",
    ),
}


@pytest.fixture
def sqlite_archive(evidence_sqlite_url, tmp_path):
    """A back-up of one kind, for what has nothing to do with the database."""
    path = tmp_path / "whole.archive"
    done(backup, evidence_sqlite_url, path)
    return path


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_archive_is_refused_with_the_place(sqlite_archive, empty_sqlite_url, what):
    change, place = DAMAGES[what]

    result = run(restore_command, empty_sqlite_url, damaged(sqlite_archive, change))

    assert isinstance(result.exception, DamagedArchiveError), result.output
    assert place in str(result.exception)


def test_no_byte_of_an_archive_can_change_unseen(sqlite_archive):
    body = sqlite_archive.read_bytes()
    sound = looked_through(sqlite_archive)
    refused = 0
    for at in range(0, len(body), 53):
        sqlite_archive.write_bytes(body[:at] + bytes([body[at] ^ 0x10]) + body[at + 1 :])
        try:
            assert looked_through(sqlite_archive) == sound
        except DamagedArchiveError:
            refused += 1

    assert refused > len(body) / 53 / 2


def looked_through(path):
    """Read an archive from beginning to end and return what it holds."""
    with open_archive(path) as archive:
        archive.check(lambda _name, _count: None)
        return archive.manifest


def test_a_file_cut_off_is_refused(sqlite_archive, empty_sqlite_url):
    sqlite_archive.write_bytes(sqlite_archive.read_bytes()[:-100])

    result = run(restore_command, empty_sqlite_url, sqlite_archive)

    assert "this is no archive, or its end is missing" in str(result.exception)


def test_a_row_that_points_at_nothing_changes_nothing(evidence_sqlite_url, target_url, tmp_path):
    tamper(evidence_sqlite_url, "DELETE FROM person WHERE id = 3")
    done(backup, evidence_sqlite_url, tmp_path / "a")

    result = run(restore_command, target_url, tmp_path / "a")

    assert isinstance(result.exception, DanglingRowError)
    assert not schema.is_current(target_url)


def test_an_archive_of_a_newer_program_is_refused(sqlite_archive, empty_sqlite_url, monkeypatch):
    monkeypatch.setattr("pretraject.archive.loading.knows", lambda _revision: False)

    result = run(restore_command, empty_sqlite_url, sqlite_archive)

    assert isinstance(result.exception, UnknownRevisionError)


def test_a_broken_chain_is_said_after_the_restore(evidence_url, target_url, tmp_path):
    tamper(evidence_url, "DELETE FROM audit_entry WHERE seq = 2")
    done(backup, evidence_url, tmp_path / "a")

    result = run(restore_command, target_url, tmp_path / "a")

    assert (result.exit_code, "audit: entries 2 to 2 are missing" in result.stderr) == (1, True)


def test_a_move_shows_both_databases_side_by_side(evidence_url, target_url):
    result = done(move_command, evidence_url, "--to", target_url)

    assert contents(target_url) == contents(evidence_url)
    assert actions(target_url) == ["database.moved"]
    assert [line.split() for line in result.stdout.splitlines() if line.startswith("person ")] == [
        ["person", "7", "7"]
    ]


def test_a_move_notices_what_was_written_meanwhile(evidence_url, target_url, monkeypatch):
    moved = commands.move

    def slow_move(*args, **given):
        held = moved(*args, **given)
        tamper(evidence_url, "DELETE FROM place")
        return held

    monkeypatch.setattr(commands, "move", slow_move)
    result = run(move_command, evidence_url, "--to", target_url)

    assert (result.exit_code, "written meanwhile" in result.stderr) == (1, True)


def test_a_database_is_not_moved_onto_itself(evidence_sqlite_url):
    assert run(move_command, evidence_sqlite_url, "--to", evidence_sqlite_url).exit_code == 2


@pytest.mark.parametrize(
    "value",
    [["a", "moment"], [True, "number"], [1, "truth"], [1, "text"], ["!", "bytes"], ["x", "day"]],
    ids=str,
)
def test_a_value_of_another_kind_is_refused(value):
    with pytest.raises(ValueError, match=r"kind|Invalid|Only base64|padd"):
        form.restored(*value)
