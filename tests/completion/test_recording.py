import re

import pytest
from sqlalchemy import select

from pretraject.assessment import actions as assessment
from pretraject.completion import queries
from pretraject.completion.actions import record
from pretraject.completion.models import FeedEvent
from tests.world import (
    AT,
    DAY,
    LESSONS,
    MODULE,
    answer,
    begin_test,
    complete,
    enrol,
    learner,
    make_person,
    make_release,
    publish_rules,
    read_all,
    rule,
    take_test,
)

REFERENCE = r"[2-9A-HJKMNP-RT-Z]{4}(-[2-9A-HJKMNP-RT-Z]{4}){2}"


def events(session):
    return session.scalars(select(FeedEvent).order_by(FeedEvent.id)).all()


def bases(session, person):
    return {fact.basis for fact in queries.module_facts(session, person)}


def test_passing_completes_module_and_track_and_tells_the_authority(session, release):
    person = learner(session)

    facts = complete(session, person, release)

    assert {fact.basis for fact in facts.modules} == {"tested", "passed"}
    assert [(one.track, one.judged_by, one.completed_at) for one in facts.tracks] == [
        ("labour", "submission", AT)
    ]
    assert [event.recipient for event in events(session)] == ["wewis"]


def test_recording_again_adds_nothing(session, release):
    person = learner(session)
    complete(session, person, release)

    again = record(session, person=person, at=AT + DAY)

    assert (again.modules, again.tracks, len(events(session))) == ([], [], 1)


def test_failing_leaves_only_that_the_test_was_taken(session, release):
    person = learner(session)

    facts = complete(session, person, release, values=0)

    assert [fact.basis for fact in facts.modules] == ["tested"]
    assert not facts.tracks
    assert not events(session)


def test_a_later_failure_takes_nothing_away(session, release):
    person = learner(session)
    kept = complete(session, person, release).tracks[0]

    complete(session, person, release, values=0, at=AT + DAY)

    assert queries.completions_of(session, person) == [kept]
    assert kept.completed_at == AT


def test_an_open_attempt_is_no_fact(session, release):
    person = learner(session)
    begin_test(session, person, release)

    assert not record(session, person=person, at=AT).modules


def test_the_event_names_nobody(session, release):
    number = "GV-SECRET-1"
    person = learner(session, number=number)
    completion = complete(session, person, release).tracks[0]

    (event,) = events(session)

    assert event.payload == {
        "status": "completed",
        "track": "labour",
        "completedOn": "2026-11-23",
        "completedAt": "2026-11-23T12:00:00+00:00",
        "ruleVersion": completion.rule_version,
        "assurance": "unsupervised",
        "reference": completion.reference,
    }


def test_the_day_of_completion_is_the_day_in_belgium(session, release):
    person = learner(session)
    late = AT.replace(hour=23, minute=30)

    complete(session, person, release, at=late)

    assert events(session)[0].payload["completedOn"] == "2026-11-24"


def test_references_are_unguessable_and_readable(session, release):
    people = [learner(session) for _ in range(3)]
    references = {complete(session, person, release).tracks[0].reference for person in people}

    assert len(references) == 3
    assert all(re.fullmatch(REFERENCE, reference) for reference in references)


def test_another_persons_reference_does_not_exist(session, release):
    person = learner(session)
    reference = complete(session, person, release).tracks[0].reference

    with pytest.raises(queries.CompletionNotFoundError):
        queries.get_completion(session, learner(session), reference)

    assert queries.get_completion(session, person, reference).person_id == person.id


def test_who_finishes_before_linking_is_told_of_after_linking(session, release):
    person = make_person(session)
    complete(session, person, release)
    assert not events(session)

    enrol(session, person, at=AT + DAY)
    record(session, person=person, at=AT + DAY)

    assert [event.payload["completedOn"] for event in events(session)] == ["2026-11-23"]


def test_an_authority_is_not_told_of_a_track_nobody_enrolled_the_person_in(session, release):
    person = make_person(session, declared_group="labour")
    complete(session, person, release)
    enrol(session, person, group="family", at=AT + DAY)

    record(session, person=person, at=AT + DAY)

    assert {one.track for one in queries.completions_of(session, person)} == {"labour", "family"}
    assert [event.payload["track"] for event in events(session)] == ["family"]


def test_each_recipient_of_the_track_is_told_once(session):
    publish_rules(
        session,
        recipients={
            "agency": {"tracks": ["family"]},
            "agii": {"tracks": ["labour"]},
            "wewis": {"tracks": ["labour", "family"]},
        },
    )
    complete(session, learner(session), make_release(session))

    assert sorted(event.recipient for event in events(session)) == ["agii", "wewis"]


def test_an_exemption_is_no_completion(session, release):
    person = learner(session, exemption="seasonal")

    facts = record(session, person=person, at=AT)

    assert (facts.modules, facts.tracks, events(session)) == ([], [], [])
    assert queries.standing(session, person, at=AT).status.word == "exempt"


def test_who_is_exempt_may_complete_all_the_same(session, release):
    person = learner(session, exemption="seasonal")
    complete(session, person, release)

    assert queries.standing(session, person, at=AT).status.word == "completed"
    assert len(events(session)) == 1


def test_a_module_is_followed_when_every_lesson_was_read(session, release):
    person = learner(session)
    read_all(session, person, release, lessons=LESSONS[:1])
    assert not record(session, person=person, at=AT).modules

    read_all(session, person, release, at=AT + DAY)
    (fact,) = record(session, person=person, at=AT + 2 * DAY).modules

    assert (fact.basis, fact.completed_at, fact.attempt_id) == ("followed", AT + DAY, None)


def test_a_lesson_added_later_does_not_undo_what_was_followed(session, release):
    person = learner(session)
    read_all(session, person, release)
    make_release(session, lessons=(*LESSONS, "colony"))

    (fact,) = record(session, person=person, at=AT).modules

    assert (fact.basis, fact.release_id) == ("followed", release.id)


def test_lessons_of_two_releases_together_follow_the_current_one(session, release):
    person = learner(session)
    read_all(session, person, release, lessons=LESSONS[:1])
    newer = make_release(session, lessons=(LESSONS[0], "colony"))
    read_all(session, person, newer, lessons=("colony",))

    (fact,) = record(session, person=person, at=AT).modules

    assert fact.release_id == newer.id


@pytest.mark.parametrize(
    ("completion", "does", "completed"),
    [
        ("followed", "reads", True),
        ("followed", "passes", True),
        ("followed", "fails", False),
        ("tested", "reads", False),
        ("tested", "fails", True),
        ("tested", "passes", True),
        ("passed", "reads", False),
        ("passed", "fails", False),
        ("passed", "passes", True),
    ],
)
def test_the_rule_says_what_completes_a_module(session, completion, does, completed):
    publish_rules(session, rule(completion=completion))
    person, release = learner(session), make_release(session)

    if does == "reads":
        read_all(session, person, release)
    else:
        take_test(session, person, release, values=5 if does == "passes" else 0)

    assert bool(record(session, person=person, at=AT).tracks) is completed


def test_every_required_module_is_needed(session):
    publish_rules(session, rule(modules=[MODULE, "housing"]))
    person = learner(session)
    assert not complete(session, person, make_release(session)).tracks

    housing = make_release(session, "housing")
    facts = complete(session, person, housing, module="housing", at=AT + DAY)

    assert [one.completed_at for one in facts.tracks] == [AT + DAY]


def test_what_was_done_under_a_disputed_sign_in_is_flagged(session, release):
    person = learner(session)
    take_test(session, person, release)
    person.last_disputed_at = AT + DAY
    session.flush()

    (completion,) = record(session, person=person, at=AT + 2 * DAY).tracks

    assert completion.disputed


def test_a_test_begun_before_the_dispute_and_handed_in_after_it_is_flagged(session, release):
    person = learner(session)
    attempt = begin_test(session, person, release, at=AT)
    answer(session, attempt, values=5, practical=10, at=AT)
    person.last_disputed_at = AT + DAY
    session.flush()
    assessment.hand_in(session, person=person, attempt=attempt, at=AT + 2 * DAY)

    (completion,) = record(session, person=person, at=AT + 2 * DAY).tracks

    assert completion.disputed


def test_what_was_done_after_the_dispute_is_not(session, release):
    person = learner(session)
    person.last_disputed_at = AT - DAY
    session.flush()

    assert not complete(session, person, release).tracks[0].disputed


def test_the_standing_names_what_is_still_to_do(session):
    publish_rules(session, rule(modules=[MODULE, "housing"]))
    person = learner(session)
    complete(session, person, make_release(session))

    standing = queries.standing(session, person, at=AT)

    assert standing.status.word == "notCompleted"
    assert [(one.module, one.needs, one.met) for one in standing.modules] == [
        (MODULE, "passed", True),
        ("housing", "passed", False),
    ]


def test_a_completion_names_the_rule_its_modules_were_judged_by(session):
    hard = {"overall": 100, "values": 100, "practical": 100}
    publish_rules(session, rule(), rule(bars=hard, **{"from": (AT - 50 * DAY).date()}))
    person = learner(session, at=AT - 100 * DAY)

    facts = complete(session, person, make_release(session), practical=8)

    passed = next(fact for fact in facts.modules if fact.basis == "passed")
    assert (facts.tracks[0].judged_by, facts.tracks[0].rule_version) == ("enrolment", passed.rule_version)


def test_content_edits_never_change_a_fact(session, release):
    def stored():
        return [(fact.id, fact.release_id, fact.rule_version) for fact in facts_of(person)]

    def facts_of(person):
        return queries.module_facts(session, person)

    person = learner(session)
    complete(session, person, release)
    kept = stored()
    make_release(session, values=20, lessons=("other",))

    record(session, person=person, at=AT + DAY)

    assert stored() == kept
