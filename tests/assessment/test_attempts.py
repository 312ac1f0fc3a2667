from datetime import timedelta

import pytest
from sqlalchemy import select

from pretraject.assessment import actions, queries
from pretraject.assessment.models import ItemFigure
from tests.world import (
    AT,
    DAY,
    MODULE,
    answer,
    begin_test,
    enrol,
    give_account,
    held,
    learner,
    make_person,
    make_release,
    publish_rules,
    rule,
    take_test,
)

EASY = {"overall": 50, "values": 80, "practical": 50}
HARD = {"overall": 70, "values": 80, "practical": 50}


@pytest.fixture
def release(session):
    """A module to be tested on, under the usual rules."""
    publish_rules(session)
    return make_release(session)


@pytest.fixture
def person(session, release):
    """Somebody enrolled under these rules."""
    return learner(session)


def save(session, attempt, given, *, position=1, drafted=False, locale="nl"):
    question = held(session, attempt, position)
    actions.save_answer(session, question, answer=given, locale=locale, drafted=drafted, at=AT)


def question_ids(session, attempt):
    return {question.question_id for question in queries.drawn(session, attempt)}


def bars(attempt):
    return {bar.name: (bar.correct, bar.total, bar.passed) for bar in queries.judgement_of(attempt).bars}


def test_starting_again_goes_on_with_the_open_attempt(session, person, release):
    attempt = begin_test(session, person, release)

    assert begin_test(session, person, release, seed=2) is attempt


def test_an_open_attempt_stays_on_its_release(session, person, release):
    attempt = begin_test(session, person, release)
    newer = make_release(session)

    assert begin_test(session, person, newer).release_id == release.id
    assert take_test(session, person, newer).passed
    assert attempt.submitted_at == AT


def test_a_failed_attempt_is_followed_by_other_questions(session, person, release):
    first = take_test(session, person, release, values=0)
    second = begin_test(session, person, release, at=AT + 2 * DAY)
    fresh = question_ids(session, second) - question_ids(session, first)

    assert second.number == 2
    assert len(fresh) == 15


def test_a_bank_smaller_than_the_rule_asks_gives_no_test(session, person, release):
    small = make_release(session, values=4)

    with pytest.raises(actions.BankTooSmallError):
        begin_test(session, person, small)


def test_a_module_may_set_its_own_composition(session, person, release):
    own = make_release(session, values_drawn=6, practical_drawn=3)

    attempt = begin_test(session, person, own)

    assert len(queries.drawn(session, attempt)) == 9


def test_an_answer_is_kept_as_given(session, person, release):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["c"], locale="ar")

    question = queries.drawn(session, attempt)[0]

    assert (question.answer, question.locale, question.correct) == (["c"], "ar", None)


def test_an_answer_can_be_taken_back(session, person, release):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["c"])
    save(session, attempt, [])

    assert queries.drawn(session, attempt)[0].answer is None


@pytest.mark.parametrize("given", [["z"], ["a", "b"], [""]])
def test_an_answer_this_question_cannot_have_is_refused_and_the_old_one_stays(
    session, person, release, given
):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["b"])

    with pytest.raises(actions.UnknownOptionError):
        save(session, attempt, given)

    assert queries.drawn(session, attempt)[0].answer == ["b"]


@pytest.mark.parametrize("position", [0, 16, 2**31, 10**30])
def test_a_question_the_test_does_not_have_is_not_found(session, person, release, position):
    account, attempt = give_account(session, person), begin_test(session, person, release)

    with pytest.raises(queries.QuestionNotFoundError):
        queries.hold_question(session, account_id=account, public_id=attempt.public_id, position=position)


def test_a_question_of_somebody_elses_test_is_not_held(session, person, release):
    own, other = give_account(session, person), give_account(session, learner(session))
    attempt = begin_test(session, person, release)

    held_one = queries.hold_question(session, account_id=own, public_id=attempt.public_id, position=2)

    assert (held_one.attempt, held_one.question.position, held_one.last) == (attempt, 2, 15)
    with pytest.raises(queries.AttemptNotFoundError):
        queries.hold_question(session, account_id=other, public_id=attempt.public_id, position=2)


def test_an_answer_after_handing_in_is_refused(session, person, release):
    attempt = take_test(session, person, release)

    with pytest.raises(actions.AttemptClosedError):
        save(session, attempt, ["b"])


def test_handing_in_again_changes_nothing(session, person, release):
    attempt = take_test(session, person, release)
    kept = dict(attempt.judgement)

    again = actions.hand_in(session, person=person, attempt=attempt, at=AT + DAY)

    assert (again.submitted_at, again.judgement) == (AT, kept)


def figures(session):
    rows = session.scalars(select(ItemFigure).order_by(ItemFigure.question_id))
    return {(row.question_id, row.locale): (row.answered_count, row.right_count) for row in rows}


def test_answers_are_counted_by_question_and_language_without_the_person(session, person, release):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["a"], locale="ar")
    save(session, attempt, ["b"], position=2)
    first, second = (asked.question_id for asked in queries.drawn(session, attempt)[:2])

    actions.hand_in(session, person=person, attempt=attempt, at=AT)
    actions.hand_in(session, person=person, attempt=attempt, at=AT)

    assert figures(session) == {(first, "ar"): (1, 1), (second, "nl"): (1, 0)}


def test_answers_of_many_add_up(session, release):
    for values in (5, 5, 0):
        take_test(session, learner(session), release, values=values)

    counted = figures(session)

    assert sum(answered for answered, _ in counted.values()) == 45
    assert sum(right for _, right in counted.values()) == 40


def test_questions_without_an_answer_count_as_wrong(session, person, release):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["a"])

    actions.hand_in(session, person=person, attempt=attempt, at=AT)

    assert bars(attempt)["overall"] == (1, 15, False)


def test_failing_on_values_shows_that_bar_apart(session, person, release):
    attempt = take_test(session, person, release, values=3, practical=10)

    assert not attempt.passed
    assert bars(attempt) == {
        "overall": (13, 15, True),
        "values": (3, 5, False),
        "practical": (10, 10, True),
    }


def test_a_pilot_question_is_asked_and_does_not_count(session, person):
    release = make_release(session, pilots=3)

    attempt = take_test(session, person, release)

    assert len(queries.drawn(session, attempt)) == 16
    assert bars(attempt)["overall"] == (15, 15, True)


def test_another_persons_attempt_does_not_exist(session, person, release):
    attempt = begin_test(session, person, release)

    with pytest.raises(queries.AttemptNotFoundError):
        queries.get_attempt(session, make_person(session), attempt.public_id)

    assert queries.get_attempt(session, person, attempt.public_id) is attempt


def test_after_failing_the_person_waits_as_long_as_the_rule_says(session, person, release):
    take_test(session, person, release, values=0)
    until = AT + timedelta(hours=24)

    with pytest.raises(actions.WaitingError) as refusal:
        begin_test(session, person, release, at=until - timedelta(seconds=1))

    assert refusal.value.until == until
    assert begin_test(session, person, release, at=until).number == 2


def test_nobody_waits_after_failing_in_a_draft_language(session, person, release):
    take_test(session, person, release, values=0, drafted=True)

    assert begin_test(session, person, release).number == 2


def test_one_answer_given_in_a_draft_language_is_enough_not_to_wait(session, person, release):
    attempt = begin_test(session, person, release)
    save(session, attempt, ["b"], drafted=True)
    save(session, attempt, ["b"], drafted=False)
    actions.hand_in(session, person=person, attempt=attempt, at=AT)

    assert queries.waiting_until(session, person, MODULE, at=AT) is None


def judged(session, *, at_enrolment, now, values=5, practical=5):
    """Judge ten of fifteen by a rule at enrolment and another one now."""
    before, since = AT - 200 * DAY, AT - 50 * DAY
    publish_rules(
        session,
        rule(bars=at_enrolment, **{"from": before.date()}),
        rule(bars=now, **{"from": since.date()}),
    )
    person = make_person(session)
    enrol(session, person, at=AT - 100 * DAY)
    return take_test(session, person, make_release(session), values=values, practical=practical)


def test_the_rule_at_enrolment_is_enough(session):
    attempt = judged(session, at_enrolment=EASY, now=HARD)

    assert (attempt.passed, attempt.judged_by) == (True, "enrolment")
    assert attempt.rule_version == attempt.enrolment_rule != attempt.submission_rule


def test_the_rule_at_submission_is_enough(session):
    attempt = judged(session, at_enrolment=HARD, now=EASY)

    assert (attempt.passed, attempt.judged_by) == (True, "submission")
    assert attempt.rule_version == attempt.submission_rule


def test_who_fails_by_both_sees_the_bars_that_were_nearest(session):
    attempt = judged(session, at_enrolment=EASY, now=HARD, practical=2)

    assert (attempt.passed, attempt.judged_by) == (False, "enrolment")
    assert {bar.name: bar.required_percent for bar in queries.judgement_of(attempt).bars} == EASY


def test_no_bar_is_taken_from_one_rule_and_another_bar_from_the_other(session):
    attempt = judged(
        session,
        at_enrolment={"overall": 50, "values": 80, "practical": 90},
        now={"overall": 90, "values": 80, "practical": 50},
    )

    assert not attempt.passed


def test_without_an_enrolment_only_the_rule_at_submission_counts(session, release):
    attempt = take_test(session, make_person(session), release)

    assert (attempt.judged_by, attempt.enrolment_rule) == ("submission", None)


def test_an_old_result_keeps_its_rule_when_the_marks_change(session, person, release):
    attempt = take_test(session, person, release, values=5, practical=6)
    kept = (attempt.rule_version, queries.judgement_of(attempt), attempt.passed)

    publish_rules(session, rule(bars={"overall": 100, "values": 100, "practical": 100}), at=AT + DAY)
    later = take_test(session, make_person(session), release, values=5, practical=6, at=AT + 2 * DAY)

    assert (attempt.rule_version, queries.judgement_of(attempt), attempt.passed) == kept
    assert (attempt.passed, later.passed) == (True, False)


def test_an_answer_saved_in_another_session_counts(session, database, person, release):
    attempt = begin_test(session, person, release)
    answer(session, attempt, values=0, practical=0)
    session.commit()
    with database.reading() as tab:
        stale = queries.get_attempt(tab, person, attempt.public_id)
        assert {question.answer[0] for question in queries.drawn(tab, stale)} == {"b"}
        tab.rollback()
    answer(session, attempt)
    session.commit()

    assert actions.hand_in(session, person=person, attempt=attempt, at=AT).passed
