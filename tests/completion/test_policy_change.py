import pytest
from sqlalchemy import func, select

from pretraject.assessment.queries import attempts_of
from pretraject.completion import queries
from pretraject.completion.models import FeedEvent, PolicyTakenUp
from pretraject.completion.policy_change import BATCH, reevaluate_all
from tests.world import (
    AT,
    DAY,
    MODULE,
    complete,
    learner,
    make_person,
    make_release,
    publish_rules,
    rule,
)

TWO_MODULES = rule(modules=[MODULE, "housing"])


@pytest.fixture
def people(session):
    """Three people who passed the first of two modules required."""
    publish_rules(session, TWO_MODULES)
    release = make_release(session)
    people = [learner(session) for _ in range(3)]
    for person in people:
        complete(session, person, release)
    session.commit()
    return people


def completed(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(FeedEvent))


def test_a_smaller_required_set_completes_people_without_a_new_test(database, session, people):
    reevaluate_all(database, at=AT)
    publish_rules(session, rule(), at=AT + DAY)
    session.commit()

    assert (completed(database), reevaluate_all(database, at=AT + DAY), completed(database)) == (0, 3, 3)


def test_a_policy_is_taken_up_once(database, people):
    assert reevaluate_all(database, at=AT) == 3
    assert reevaluate_all(database, at=AT + DAY) == 0


def test_a_rule_that_comes_into_force_is_taken_up_that_day(database, session, people):
    publish_rules(session, TWO_MODULES, rule(**{"from": (AT + 10 * DAY).date()}), at=AT)
    session.commit()
    reevaluate_all(database, at=AT)
    assert completed(database) == 0

    reevaluate_all(database, at=AT + 9 * DAY)
    assert completed(database) == 0

    reevaluate_all(database, at=AT + 10 * DAY)
    assert completed(database) == 3


def test_nobody_completes_before_the_rule_was_in_force(database, session, people):
    since = AT + 10 * DAY
    publish_rules(session, TWO_MODULES, rule(**{"from": since.date()}), at=AT)
    session.commit()

    reevaluate_all(database, at=since)

    (completion,) = queries.completions_of(session, people[0])
    assert completion.completed_at.isoformat() == "2026-12-02T23:00:00+00:00"


def test_a_policy_published_again_is_taken_up_again(database, session, people):
    for days, given in enumerate([TWO_MODULES, rule(modules=["housing"]), TWO_MODULES]):
        publish_rules(session, given, at=AT + days * DAY)
        session.commit()
        assert reevaluate_all(database, at=AT + days * DAY) == 3

    assert session.scalar(select(func.count()).select_from(PolicyTakenUp)) == 3


def test_harder_marks_leave_old_results_and_completions_alone(database, session):
    publish_rules(session)
    person = learner(session)
    before = complete(session, person, make_release(session), practical=6).tracks[0]
    kept = (before.rule_version, before.completed_at, before.reference)
    (attempt,) = attempts_of(session, person, MODULE)
    judged = (attempt.passed, attempt.judgement, attempt.rule_version)
    publish_rules(session, rule(bars={"overall": 100, "values": 100, "practical": 100}), at=AT + DAY)
    session.commit()

    reevaluate_all(database, at=AT + DAY)

    session.expire_all()
    (after,) = queries.completions_of(session, person)
    assert (after.rule_version, after.completed_at, after.reference) == kept
    assert (attempt.passed, attempt.judgement, attempt.rule_version) == judged


def test_easier_marks_do_not_turn_a_failed_attempt_into_a_pass(database, session):
    publish_rules(session)
    person = learner(session)
    complete(session, person, make_release(session), practical=0)
    publish_rules(session, rule(bars={"overall": 0, "values": 0, "practical": 0}), at=AT + DAY)
    session.commit()

    reevaluate_all(database, at=AT + DAY)

    assert not queries.completions_of(session, person)


def test_a_new_recipient_is_told_of_old_completions(database, session):
    publish_rules(session)
    complete(session, learner(session), make_release(session))
    both = {"agii": {"tracks": ["labour"]}, "wewis": {"tracks": ["labour"]}}
    publish_rules(session, recipients=both, at=AT + DAY)
    session.commit()

    reevaluate_all(database, at=AT + DAY)

    assert sorted(session.scalars(select(FeedEvent.recipient).order_by(FeedEvent.id))) == ["agii", "wewis"]


def test_one_person_without_a_rule_keeps_nobody_else_waiting(database, session, people):
    stranger = make_person(session, declared_group="labour")
    complete(session, stranger, make_release(session))
    publish_rules(session, rule(), at=AT + DAY)
    stranger.declared_group = "unheard-of"
    session.commit()

    reevaluate_all(database, at=AT + DAY)

    assert completed(database) == 3


def test_more_people_than_a_batch_are_all_evaluated(database, session):
    publish_rules(session, TWO_MODULES)
    release = make_release(session)
    for _ in range(BATCH + 1):
        complete(session, learner(session), release)
    publish_rules(session, rule(), at=AT + DAY)
    session.commit()

    assert reevaluate_all(database, at=AT + DAY) == BATCH + 1
    assert completed(database) == BATCH + 1


def test_without_a_policy_there_is_nothing_to_take_up(database):
    assert reevaluate_all(database, at=AT) == 0
