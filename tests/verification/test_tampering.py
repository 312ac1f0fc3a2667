"""Every row that was changed, taken out or put in is named; nobody is."""

from itertools import chain

import pytest
from sqlalchemy import event, text

from pretraject.core.db import Database
from pretraject.verification.everything import checks_with
from pretraject.verification.rulebook import read_rulebook
from tests.databases import BOTH
from tests.evidence import BIRTH_DATE, typed
from tests.world import AT, DAY, VAULT

FORGED = (
    "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key)"
    " SELECT recipient, kind, person_id, payload, salt, created_at, 'completed:FORG-EDRE-FERE'"
    " FROM feed_event WHERE seq = 1"
)

TAMPERED = {
    "a key of a release": (
        ["UPDATE release_question SET key = '[\"b\"]' WHERE question_id = 'hb-001'"],
        ["release 1: something in it was changed"],
    ),
    "a text of a release": (
        ["UPDATE release_text SET texts = '{}'"],
        ["release 1: something in it was changed"],
    ),
    "a lesson taken out": (
        ["DELETE FROM release_lesson WHERE position = 2"],
        ["release 1: something in it was changed"],
    ),
    "a picture": (
        ["UPDATE release_media SET body = CAST('x' AS {bytes})"],
        ["release_media 1: its bytes were changed"],
    ),
    "the policy": (
        ["UPDATE policy_version SET body = replace(body, 'overall: 70', 'overall: 10')"],
        ["policy_version 1: its text was changed"],
    ),
    "a test passed": (
        ["UPDATE attempt SET passed = (1 = 1) WHERE person_id = 3 AND submitted_at IS NOT NULL"],
        [
            "attempt 4: it is marked otherwise than its judgement says",
            "attempt 4: no module_completion says passed",
        ],
    ),
    "a judgement": (
        ["UPDATE attempt SET judgement = '{\"bars\": []}' WHERE id = 1"],
        ["attempt 1: its judgement does not follow from its answers"],
    ),
    "a mark": (
        ["UPDATE drawn_question SET correct = NOT correct WHERE attempt_id = 1 AND position = 3"],
        ["attempt 1: question 3 is marked otherwise than its answer is"],
    ),
    "an answer": (
        ["UPDATE drawn_question SET answer = '[\"c\"]' WHERE attempt_id = 1 AND position = 3"],
        ["attempt 1: question 3 is marked otherwise", "attempt 1: its judgement does not follow"],
    ),
    "a question made a pilot": (
        ["UPDATE drawn_question SET pilot = NOT pilot WHERE attempt_id = 1 AND position = 3"],
        ["attempt 1: no rule has 5 value and 9 practical questions counted"],
    ),
    "a question taken out": (
        ["DELETE FROM drawn_question WHERE attempt_id = 1 AND position = 3"],
        ["attempt 1: its judgement does not follow"],
    ),
    "the rule of a test": (
        ["UPDATE attempt SET submission_rule = 'labour-2020-01-01-00000000' WHERE id = 4"],
        ["attempt 4: it was judged by a rule that no policy has"],
    ),
    "a test taken out": (
        ["DELETE FROM drawn_question WHERE attempt_id = 1", "DELETE FROM attempt WHERE id = 1"],
        [
            "module_completion 1: tested, but no test says so",
            "module_completion 2: passed, but no test says so",
        ],
    ),
    "a module passed put in": (
        [
            "INSERT INTO module_completion (person_id, module, basis, attempt_id, release_id, rule_version,"
            " assurance, completed_at) SELECT person_id, module, 'passed', attempt_id, release_id,"
            " rule_version, assurance, completed_at FROM module_completion WHERE person_id = 3"
        ],
        ["passed, but attempt 4 was not passed", "person 3: completed all modules, but no track_completion"],
    ),
    "a module passed taken out": (
        ["DELETE FROM module_completion WHERE id = 2"],
        ["attempt 1: no module_completion says passed", "track_completion 1: its rule asks for modules"],
    ),
    "the moment of a module": (
        ["UPDATE module_completion SET completed_at = '2026-01-01 00:00:00.000000' WHERE id = 2"],
        ["module_completion 2: passed, but attempt 1 has another moment"],
    ),
    "the assurance of a module": (
        ["UPDATE module_completion SET assurance = 'supervised' WHERE id = 2"],
        ["module_completion 2: passed, but attempt 1 has another assurance"],
    ),
    "a lesson read taken out": (
        ["DELETE FROM lesson_read WHERE id = 1"],
        ["module_completion 3: followed, but 1 of 2 lessons were read"],
    ),
    "a lesson read at another time": (
        ["UPDATE lesson_read SET read_at = '2026-01-01 00:00:00.000000'"],
        ["module_completion 3: followed, but the last lesson was read at another moment"],
    ),
    "a module followed taken out": (
        ["DELETE FROM module_completion WHERE id = 3"],
        ["person 1: read all of history-of-belgium, but no module_completion says followed"],
    ),
    "a module followed put in": (
        [
            "INSERT INTO module_completion (person_id, module, basis, release_id, rule_version, assurance,"
            " completed_at) SELECT 3, module, basis, release_id, rule_version, assurance, completed_at"
            " FROM module_completion WHERE id = 3"
        ],
        ["followed, but 0 of 2 lessons were read"],
    ),
    "a track taken out": (
        ["DELETE FROM track_completion WHERE person_id = 2"],
        [
            "feed_event 2 (wewis, at place 2): it is about no completion",
            "feed_event 2: its track_completion_id points at nothing",
            "person 2: completed all modules, but no track_completion says so",
        ],
    ),
    "a track without event taken out": (
        ["DELETE FROM track_completion WHERE person_id = 4"],
        ["person 4: completed all modules, but no track_completion says so"],
    ),
    "a track put in": (
        [
            "INSERT INTO track_completion (person_id, track, rule_version, judged_by, assurance, reference,"
            " completed_at, disputed) SELECT 3, track, rule_version, judged_by, assurance, 'FORG-EDRE-FERE',"
            " completed_at, disputed FROM track_completion WHERE person_id = 1"
        ],
        ["its rule asks for modules that are not completed", "wewis is not told"],
    ),
    "the day of a track": (
        ["UPDATE track_completion SET completed_at = '2026-01-01 00:00:00.000000' WHERE person_id = 1"],
        [
            "track_completion 1: at that moment nothing was completed",
            "feed_event 1 (wewis, at place 1): it says something else than track_completion 1:"
            " completedAt, completedOn",
        ],
    ),
    "the person of a track": (
        ["UPDATE track_completion SET person_id = 3 WHERE person_id = 1"],
        [
            "feed_event 1 (wewis, at place 1): it is about another person",
            "track_completion 1: its rule asks for",
        ],
    ),
    "the track itself": (
        ["UPDATE track_completion SET track = 'family' WHERE person_id = 1"],
        ["track_completion 1: it was judged by a rule that no policy has for this track"],
    ),
    "the reference": (
        ["UPDATE track_completion SET reference = 'FORG-EDRE-FERE' WHERE person_id = 1"],
        [
            "feed_event 1 (wewis, at place 1): it is about no completion",
            "track_completion 1: wewis is not told",
        ],
    ),
    "the assurance of a track": (
        ["UPDATE track_completion SET assurance = 'supervised' WHERE person_id = 1"],
        ["track_completion 1: nobody supervised its modules"],
    ),
    "a dispute put in": (
        ["UPDATE track_completion SET disputed = (1 = 1) WHERE person_id = 2"],
        ["track_completion 2: it is disputed, but nobody disputed it"],
    ),
    "what an event says": (
        ['UPDATE feed_event SET payload = \'{"status": "completed"}\' WHERE seq = 2'],
        ["feed of wewis: place 2 was changed", "feed_event 2 (wewis, at place 2): it says something else"],
    ),
    "an event waiting": (
        ['UPDATE feed_event SET payload = \'{"status": "completed"}\' WHERE seq IS NULL'],
        ["(wewis, without a place): it says something else than track_completion 4"],
    ),
    "the person of an event": (
        ["UPDATE feed_event SET person_id = 3 WHERE seq = 1"],
        ["feed_event 1 (wewis, at place 1): it is about another person"],
    ),
    "an event taken out": (
        ["DELETE FROM feed_event WHERE seq = 1"],
        ["feed of wewis: places 1 to 1 are missing", "track_completion 1: wewis is not told"],
    ),
    "a waiting event taken out": (
        ["DELETE FROM feed_event WHERE seq IS NULL"],
        ["track_completion 4: wewis is not told"],
    ),
    "the last event taken out": (
        ["DELETE FROM feed_event WHERE seq = 2"],
        ["feed of wewis: ends at place 1, but its head says 2"],
    ),
    "a forged event": (
        [FORGED],
        ["(wewis, without a place): it is about no completion"],
    ),
    "an event about nobody enrolled": (
        [
            "INSERT INTO feed_event (recipient, kind, person_id, track_completion_id, payload, salt,"
            " created_at, key) SELECT 'wewis', 'completed', person_id, id, CAST('{}' AS {json}), 'x',"
            " completed_at, 'completed:' || reference FROM track_completion WHERE person_id = 4"
        ],
        ["(wewis, without a place): it says something else than track_completion 3"],
    ),
    "the head of a feed": (
        ["UPDATE feed_head SET seq = 5"],
        ["feed of wewis: ends at place 2, but its head says 5"],
    ),
    "a head taken out": (["DELETE FROM feed_head"], ["feed of wewis: ends at place 2, but its head says 0"]),
    "a restore": (
        ["UPDATE restore_point SET seq = 1"],
        ["restore_point 1: the feed has something else at place 1"],
    ),
    "a look at somebody": (
        ["UPDATE audit_entry SET person_id = 2 WHERE seq = 1"],
        ["audit: entry 1 was changed"],
    ),
    "a look taken out": (["DELETE FROM audit_entry WHERE seq = 3"], ["audit: entries 3 to 3 are missing"]),
    "whose file it is": (
        ["UPDATE identifier SET person_id = 3 WHERE id = 1"],
        ["enrolment 1: its file number is another person's"],
    ),
    "a number sealed": (
        ["UPDATE identifier SET value_index = substr(value_index, 1, 60) WHERE id = 1"],
        ["identifier 1: cannot be opened with these keys"],
    ),
    "a birth date moved": (
        [
            "UPDATE person SET birth_date_sealed = (SELECT birth_date_sealed FROM person WHERE id = 1)"
            " WHERE id = 2"
        ],
        ["person 2: the birth date cannot be opened with these keys"],
    ),
    "a person taken out": (
        ["DELETE FROM person WHERE id = 3"],
        ["identifier 3: its person_id points at nothing", "attempt 4: its person_id points at nothing"],
    ),
}


@pytest.fixture(scope="module", params=BOTH)
def evidence(request):
    """A database that is only changed in transactions that are undone."""
    found = request.getfixturevalue(f"evidence_{request.param}_whole")
    database = Database(found)
    if request.param == "sqlite":
        event.listen(database.reader, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=OFF"))
    yield database
    database.dispose()


@pytest.fixture
def session(evidence):
    """A session in which rows can be changed behind the program's back."""
    with evidence.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session


def faults_in(session):
    """Return every fault that is found."""
    book = read_rulebook(session, at=AT + DAY)
    return list(chain(*(check(session, book) for check in checks_with(VAULT).values())))


def test_nothing_is_wrong_with_what_nobody_touched(session):
    assert faults_in(session) == []


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_named(session, what):
    statements, named = TAMPERED[what]
    for statement in statements:
        sql = text(typed(statement, session.get_bind().dialect.name).replace(":", "\\:"))
        assert session.execute(sql).rowcount, "nothing was changed"

    found = "\n".join(faults_in(session))

    assert [one for one in named if one not in found] == [], found
    assert not any(secret in found for secret in ("GV-", "GV1", "GVLATE", BIRTH_DATE))
