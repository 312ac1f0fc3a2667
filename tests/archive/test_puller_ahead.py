"""A recipient who pulled more than a restored database has is told the last common event."""

import json

import pytest
from sqlalchemy import select

from pretraject.archive.commands import backup, restore_command
from pretraject.catalogue.models import Release
from pretraject.completion.feed import CursorMismatchError
from pretraject.completion.models import RestorePoint
from pretraject.core.db import Database
from pretraject.exchange.completion_commands import completion
from pretraject.verification.commands import verify
from tests.evidence import run, tamper
from tests.world import AT, DAY, complete, learner


def pulled(url, folder, after=""):
    """Return the cursors of the lines that an export writes."""
    result = run(
        completion, url, *("export", "--format", "jsonl", "--output", folder / "o", "--after", after)
    )
    if result.exception:
        raise result.exception
    return [json.loads(line)["cursor"] for line in (folder / "o").read_text().splitlines()]


def go_on(url, people):
    """Let so many further people complete."""
    database = Database(url)
    with database.writing() as session:
        release = session.scalars(select(Release)).one()
        for _ in range(people):
            complete(session, learner(session), release, at=AT + DAY)
        session.commit()
    database.dispose()


def refused(url, folder, cursor):
    with pytest.raises(CursorMismatchError) as refusal:
        pulled(url, folder, cursor)
    return refusal.value.last_common


def restore(url, path, at):
    result = run(restore_command, url, path, "--replace", "--yes", at=at)
    assert result.exit_code == 0, (result.output, result.exception)


@pytest.fixture
def backed_up(evidence_url, tmp_path):
    """A back-up, and what the recipient pulled by then."""
    tamper(evidence_url, "DELETE FROM restore_point")
    held = pulled(evidence_url, tmp_path)
    assert run(backup, evidence_url, tmp_path / "a").exit_code == 0
    return held


def test_after_a_restore_the_last_common_event_is_named_however_far_the_feed_goes_on(
    evidence_url, backed_up, tmp_path
):
    go_on(evidence_url, 3)
    ahead = pulled(evidence_url, tmp_path)
    restore(evidence_url, tmp_path / "a", AT + 2 * DAY)
    assert refused(evidence_url, tmp_path, ahead[-1]) == backed_up[-1]

    go_on(evidence_url, 4)
    now = pulled(evidence_url, tmp_path)
    held = len(backed_up)
    assert now[:held] == ahead[:held] == backed_up
    assert {refused(evidence_url, tmp_path, cursor) for cursor in ahead[held:]} == {backed_up[-1]}
    assert pulled(evidence_url, tmp_path, backed_up[-1]) == now[held:]
    assert run(verify, evidence_url).exit_code == 0


def test_an_older_backup_over_another_past_says_what_both_share(evidence_url, backed_up, tmp_path):
    go_on(evidence_url, 3)
    assert len(pulled(evidence_url, tmp_path)) == len(backed_up) + 3
    assert run(backup, evidence_url, tmp_path / "b").exit_code == 0
    restore(evidence_url, tmp_path / "a", AT + 2 * DAY)
    go_on(evidence_url, 5)
    other = pulled(evidence_url, tmp_path)

    restore(evidence_url, tmp_path / "b", AT + 3 * DAY)
    go_on(evidence_url, 4)

    assert refused(evidence_url, tmp_path, other[-1]) == backed_up[-1]
    assert run(verify, evidence_url).exit_code == 0


def test_a_restore_keeps_how_much_of_each_feed_stayed(evidence_url, backed_up, tmp_path):
    restore(evidence_url, tmp_path / "a", AT + 2 * DAY)

    database = Database(evidence_url)
    with database.reading() as session:
        points = session.scalars(select(RestorePoint).order_by(RestorePoint.id)).all()
    database.dispose()
    assert [(point.seq, point.restored_at) for point in points] == [(len(backed_up), AT + 2 * DAY)]
