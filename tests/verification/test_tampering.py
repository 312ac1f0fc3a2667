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
        ["DELETE FROM feed_event WHERE seq = 5"],
        ["feed of wewis: ends at place 4, but its head says 5"],
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
        ["UPDATE feed_head SET seq = 9"],
        ["feed of wewis: ends at place 5, but its head says 9"],
    ),
    "a head taken out": (["DELETE FROM feed_head"], ["feed of wewis: ends at place 5, but its head says 0"]),
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
    "the day of a correction": (
        ["UPDATE decision SET completed_on = '2026-11-01' WHERE id = 1"],
        ["feed_event 3 (wewis, at place 3): it says something else than decision 1: completedOn"],
    ),
    "a day still to come": (
        ["UPDATE decision SET completed_on = '2027-01-01' WHERE id = 1"],
        ["decision 1: its day was still to come"],
    ),
    "the word of an exemption": (
        ["UPDATE decision SET exemption = 'royal' WHERE id = 2"],
        ["decision 2: no policy knows its exemption", "it says something else than decision 2: exemption"],
    ),
    "an exemption ended": (
        ["UPDATE decision SET exemption = NULL WHERE id = 2"],
        ["feed_event 4 (wewis, at place 4): decision 2 says nothing of the kind"],
    ),
    "a decision told and taken back": (
        ["UPDATE decision SET outcome = 'refused' WHERE id = 1"],
        ["feed_event 3 (wewis, at place 3): decision 1 says nothing of the kind"],
    ),
    "a decision taken out": (
        ["DELETE FROM decision WHERE id = 2"],
        ["feed_event 4 (wewis, at place 4): it is about no decision"],
    ),
    "a decision put in": (
        [
            "UPDATE decision SET outcome = 'confirmed', settled_by = 102, settled_at = proposed_at"
            " WHERE id = 3"
        ],
        ["decision 3: wewis is not told"],
    ),
    "a decision forged with its event": (
        [
            "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key)"
            " SELECT 'wewis', 'revoked', person_id, CAST('{\"status\": \"revoked\"}' AS {json}), 'x',"
            " proposed_at, 'revoked:' || reference FROM decision WHERE id = 3"
        ],
        ["(wewis, without a place): decision 3 says nothing of the kind"],
    ),
    "a decision nobody is told of": (
        ["DELETE FROM feed_event WHERE kind = 'exempted'"],
        ["decision 2: wewis is not told", "feed of wewis: places 4 to 4 are missing"],
    ),
    "who settled": (
        ["UPDATE decision SET outcome = 'refused', settled_by = proposed_by WHERE id = 2"],
        ["decision 2: it was refused by who proposed it"],
    ),
    "who withdrew": (
        ["UPDATE decision SET outcome = 'withdrawn' WHERE id = 2"],
        ["decision 2: it was withdrawn by somebody else than who proposed it"],
    ),
    "when it was settled": (
        ["UPDATE decision SET settled_at = '2026-01-01 00:00:00.000000' WHERE id = 2"],
        ["decision 2: it was settled before it was proposed"],
    ),
    "the person of a decision": (
        ["UPDATE decision SET person_id = 3 WHERE id = 1"],
        [
            "feed_event 3 (wewis, at place 3): it is about another person than decision 1",
            "decision 1: what it revises is not on record for this person",
        ],
    ),
    "the rule of a decision": (
        ["UPDATE decision SET rule_version = 'labour-2020-01-01-00000000' WHERE id = 2"],
        ["decision 2: it was made under a rule that no policy has for this track"],
    ),
    "what a revocation revokes": (
        ["UPDATE decision SET revises = NULL WHERE id = 3"],
        ["decision 3: it revokes nothing"],
    ),
    "a reason": (
        [
            "UPDATE decision SET reason_sealed = (SELECT reason_sealed FROM decision WHERE id = 1)"
            " WHERE id = 2"
        ],
        ["decision 2: the reason cannot be opened with these keys"],
    ),
    "a reason taken out": (
        ["UPDATE decision SET reason_sealed = NULL WHERE id = 1"],
        ["decision 1: nobody says why"],
    ),
    "what came of an objection": (
        ["UPDATE objection SET outcome = 'upheld' WHERE id = 1"],
        ["feed_event 5 (wewis, at place 5): it says something else than objection 1: outcome"],
    ),
    "an objection taken out": (
        ["DELETE FROM objection WHERE id = 1"],
        ["feed_event 5 (wewis, at place 5): it is about no objection"],
    ),
    "an answer nobody is told of": (
        ["DELETE FROM feed_event WHERE kind = 'objectionClosed'"],
        ["objection 1: wewis is not told"],
    ),
    "the text of an objection": (
        ["UPDATE objection SET text_sealed = answer_sealed WHERE id = 1"],
        ["objection 1: the text cannot be opened with these keys"],
    ),
    "the answer to an objection": (
        ["UPDATE objection SET answer_sealed = text_sealed WHERE id = 1"],
        ["objection 1: the answer cannot be opened with these keys"],
    ),
    "an event of no kind": (
        ["UPDATE feed_event SET kind = 'pardoned' WHERE seq = 4"],
        ["feed_event 4 (wewis, at place 4): no rule makes such an event"],
    ),
    "an erasure of somebody nobody was told of": (
        [
            "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key)"
            " SELECT 'wewis', 'subjectErased', person_id, payload, 'x', created_at,"
            " 'subjectErased:FORG-EDRE-FERE' FROM feed_event WHERE seq = 1"
        ],
        ["(wewis, without a place): it is about nothing that was told before"],
    ),
    "an erasure after a decision": (
        [
            "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key)"
            " SELECT 'wewis', 'subjectErased', person_id, payload, 'x', created_at,"
            " 'subjectErased:' || substr(key, 10) FROM feed_event WHERE seq = 4"
        ],
        ["(wewis, without a place): decision 2 is not of somebody erased"],
    ),
    "a receipt before its event was pulled": (
        ["UPDATE receipt SET feed_event_id = (SELECT id FROM feed_event WHERE seq IS NULL) WHERE id = 1"],
        ["receipt 1: its event has no place yet"],
    ),
    "a receipt from nobody": (
        ["UPDATE receipt SET client = 'forger' WHERE id = 2"],
        ["receipt 2: no program of wewis has the name it is from"],
    ),
    "a receipt from another authority": (
        ["UPDATE api_client SET party = 'dvz'"],
        ["receipt 1: no program of wewis has the name it is from"],
    ),
    "the key that exports are signed with": (
        ["UPDATE signing_key SET kid = 'other'"],
        ["signing_key 1: the private key cannot be opened with these keys"],
    ),
    "a decision left with an empty person": (
        ["UPDATE decision SET person_id = 5 WHERE id = 2"],
        ["decision 2: belongs to somebody who was joined to another person"],
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
