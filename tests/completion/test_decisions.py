"""Corrections, revocations and exemptions: two pairs of eyes, one event, never on what stands no longer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select, update

from pretraject.completion import decisions, feed
from pretraject.completion.actions import record
from pretraject.completion.chain import chain_faults
from pretraject.completion.decision_queries import (
    DecisionNotFoundError,
    decisions_of,
    get_decision,
    reason_of,
    waiting_decisions,
)
from pretraject.completion.decisions import Wanted
from pretraject.completion.models import Decision, FeedEvent
from pretraject.completion.queries import CompletionNotFoundError, completions_of, get_completion, standing
from pretraject.completion.status import status_of
from pretraject.core.db import Database
from pretraject.enrolment.models import Enrolment, Person
from tests.world import AT, DAY, VAULT, complete, learner, make_person, make_release, publish_rules

FIRST, SECOND = 11, 12
CORRECTION = Wanted("correction", completed_on=date(2026, 10, 1), assurance="supervised")
REVOCATION = Wanted("revocation")
EXEMPTION = Wanted("exemption", exemption="seasonal")
REASON = "Het resultaat van de examenzaal kwam later binnen."


@pytest.fixture
def passed(session, release):
    """Somebody enrolled who has completed the track."""
    done = learner(session)
    complete(session, done, release)
    return done


def propose(session, person, wanted=CORRECTION, *, by=FIRST, at=AT + DAY, seen=None):
    given = seen or status_of(session, person, at=at).seen
    return decisions.propose(
        session, VAULT, person=person, wanted=wanted, reason=REASON, seen=given, account_id=by, at=at
    )


def settle(session, person, decision, outcome="confirmed", *, by=SECOND, at=AT + 2 * DAY):
    decisions.settle(session, decision=decision, person=person, outcome=outcome, account_id=by, at=at)


def decide(session, person, wanted=CORRECTION, *, at=AT + DAY):
    decision = propose(session, person, wanted, at=at)
    settle(session, person, decision, at=at)
    return decision


def events(session, kind=None):
    query = select(FeedEvent).order_by(FeedEvent.id)
    return session.scalars(query.where(FeedEvent.kind == kind) if kind else query).all()


def word(session, person, at=AT + 3 * DAY):
    return status_of(session, person, at=at).word


def test_a_proposal_changes_nothing_yet(session, person):
    decision = propose(session, person)

    assert word(session, person) == "notCompleted"
    assert events(session) == []
    assert list(waiting_decisions(session, limit=20)) == [decision]


def test_a_correction_confirmed_by_another_counts(session, person):
    decision = decide(session, person)

    status = status_of(session, person, at=AT + 3 * DAY)
    assert (status.word, status.completed_on, status.assurance) == (
        "completed",
        date(2026, 10, 1),
        "supervised",
    )
    assert status.reference == decision.reference
    assert list(waiting_decisions(session, limit=20)) == []


def test_the_event_of_a_correction_says_all_and_names_nobody(session, passed):
    (completion,) = completions_of(session, passed)
    decision = decide(session, passed)

    (event,) = events(session, "corrected")
    assert event.key == f"corrected:{decision.reference}"
    assert event.payload == {
        "status": "completed",
        "track": "labour",
        "decidedOn": "2026-11-24",
        "completedOn": "2026-10-01",
        "ruleVersion": decision.rule_version,
        "assurance": "supervised",
        "reference": decision.reference,
        "revises": completion.reference,
    }


@pytest.mark.parametrize(
    ("wanted", "kind", "status"),
    [(EXEMPTION, "exempted", "exempt"), (Wanted("exemption"), "exemptionEnded", "notCompleted")],
)
def test_exemptions_given_and_ended_are_events(session, release, wanted, kind, status):
    person = learner(session, exemption=None if wanted.exemption else "other")
    decide(session, person, wanted)

    (event,) = events(session)
    assert (event.kind, event.payload["status"], word(session, person)) == (kind, status, status)
    assert event.payload.get("exemption") == wanted.exemption


def test_a_revocation_is_an_event_and_what_was_completed_no_longer_counts(session, passed):
    (completion,) = completions_of(session, passed)
    decide(session, passed, REVOCATION)

    (event,) = events(session, "revoked")
    assert event.payload["revises"] == completion.reference
    assert event.payload["ruleVersion"] == completion.rule_version
    assert word(session, passed) == "revoked"


def test_every_recipient_of_the_track_is_told(session):
    publish_rules(session, recipients={"agii": {"tracks": ["labour"]}, "wewis": {"tracks": ["labour"]}})
    make_release(session)
    decide(session, learner(session))

    assert sorted(event.recipient for event in events(session)) == ["agii", "wewis"]


def test_a_recipient_named_later_is_told_of_what_was_decided(session, passed):
    decide(session, passed, REVOCATION)
    publish_rules(
        session, recipients={"agii": {"tracks": ["labour"]}, "wewis": {"tracks": ["labour"]}}, at=AT
    )
    record(session, person=passed, at=AT + 3 * DAY)

    told = [event.kind for event in events(session) if event.recipient == "agii"]
    assert told == ["completed", "revoked"]


def test_who_proposed_cannot_confirm_or_refuse(session, person):
    decision = propose(session, person)

    for outcome in ("confirmed", "refused"):
        with pytest.raises(decisions.OwnProposalError):
            settle(session, person, decision, outcome, by=FIRST)
    assert events(session) == []


def test_only_who_proposed_can_withdraw(session, person):
    decision = propose(session, person)

    with pytest.raises(decisions.OthersProposalError):
        settle(session, person, decision, "withdrawn", by=SECOND)
    settle(session, person, decision, "withdrawn", by=FIRST)
    assert decision.outcome == "withdrawn"


@pytest.mark.parametrize("outcome", ["refused", "withdrawn"])
def test_what_was_not_confirmed_is_no_event_and_makes_room(session, person, outcome):
    decision = propose(session, person)
    settle(session, person, decision, outcome, by=FIRST if outcome == "withdrawn" else SECOND)

    assert (events(session), word(session, person)) == ([], "notCompleted")
    assert propose(session, person).outcome is None


def test_settling_twice_is_no_second_event(session, person):
    decision = decide(session, person)

    for outcome in ("confirmed", "refused"):
        with pytest.raises(decisions.SettledError):
            settle(session, person, decision, outcome)
    assert len(events(session)) == 1


def test_confirming_at_once_in_many_sessions_is_one_event(database_url, session, person):
    decision = propose(session, person)
    session.commit()
    key, person_id = decision.key, person.id
    session.rollback()
    database = Database(database_url, pool_size=20)
    together = Barrier(6)

    def confirm(number):
        together.wait()
        with database.writing() as own:
            try:
                settle(own, own.get_one(Person, person_id), get_decision(own, key), by=100 + number)
            except decisions.SettledError:
                return "settled before"
            own.commit()
            return "confirmed"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(confirm, range(6)))
    database.dispose()

    assert outcomes.count("confirmed") == 1
    assert len(events(session)) == 1


def test_proposing_at_once_in_many_sessions_leaves_one_open(database_url, session, person):
    session.commit()
    person_id = person.id
    session.rollback()
    database = Database(database_url, pool_size=20)
    together = Barrier(6)

    def begin(number):
        together.wait()
        with database.writing() as own:
            try:
                propose(own, own.get_one(Person, person_id), by=100 + number)
            except decisions.OpenDecisionError:
                return
            own.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(begin, range(6)))
    database.dispose()

    assert len(session.scalars(select(Decision)).all()) == 1


def test_a_second_proposal_waits_for_the_first(session, person):
    propose(session, person)

    with pytest.raises(decisions.OpenDecisionError):
        propose(session, person, EXEMPTION)


def test_a_proposal_on_what_stands_no_longer_is_refused(session, person, release):
    seen = status_of(session, person, at=AT).seen
    complete(session, person, release)

    with pytest.raises(decisions.StaleDecisionError):
        propose(session, person, seen=seen)


def test_a_proposal_made_stale_cannot_be_confirmed_but_refused(session, person, release):
    decision = propose(session, person)
    complete(session, person, release, at=AT + DAY)

    with pytest.raises(decisions.StaleDecisionError):
        settle(session, person, decision)
    settle(session, person, decision, "refused")
    assert events(session, "corrected") == []


def test_another_exemption_by_the_authority_makes_a_proposal_stale(session, person):
    decision = propose(session, person, EXEMPTION)
    session.execute(update(Enrolment).values(exemption="other"))
    session.expire_all()

    with pytest.raises(decisions.StaleDecisionError):
        settle(session, person, decision)


def test_there_has_to_be_something_to_revoke(session, person):
    with pytest.raises(decisions.NothingCompletedError):
        propose(session, person, REVOCATION)


def test_what_is_revoked_cannot_be_revoked_again(session, passed):
    decide(session, passed, REVOCATION)

    with pytest.raises(decisions.NothingCompletedError):
        propose(session, passed, REVOCATION, at=AT + 3 * DAY)


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2024, 12, 31)])
def test_a_day_to_come_or_before_the_first_rule_is_refused(session, person, day):
    with pytest.raises(decisions.ImpossibleDayError):
        propose(session, person, Wanted("correction", completed_on=day, assurance="supervised"))


def test_the_day_of_a_proposal_is_the_legal_one(session, person):
    late = AT.replace(day=24, hour=23, minute=30)

    decision = propose(
        session,
        person,
        Wanted("correction", completed_on=date(2026, 11, 25), assurance="supervised"),
        at=late,
    )

    assert decision.completed_on == date(2026, 11, 25)


def test_an_exemption_the_policy_does_not_know_is_refused(session, person):
    with pytest.raises(decisions.UnknownExemptionError):
        propose(session, person, Wanted("exemption", exemption="royal"))


def test_what_would_change_nothing_is_refused(session, passed, person):
    (completion,) = completions_of(session, passed)
    same = Wanted("correction", completed_on=completion.completed_at.date(), assurance="unsupervised")

    for somebody, wanted in ((passed, same), (passed, EXEMPTION), (person, Wanted("exemption"))):
        with pytest.raises(decisions.ChangesNothingError):
            propose(session, somebody, wanted)


def test_a_disputed_completion_can_be_confirmed_by_a_correction(session, passed):
    passed.last_disputed_at = AT + DAY / 2
    assert word(session, passed) == "undetermined"
    (completion,) = completions_of(session, passed)

    decide(
        session,
        passed,
        Wanted("correction", completed_on=completion.completed_at.date(), assurance="unsupervised"),
    )

    assert word(session, passed) == "completed"


def test_a_revocation_after_a_correction_revises_the_correction(session, passed):
    correction = decide(session, passed)

    assert decide(session, passed, REVOCATION, at=AT + 2 * DAY).revises == correction.reference
    assert word(session, passed) == "revoked"


def test_what_is_completed_after_a_revoked_correction_counts(session, person, release):
    decide(session, person)
    decide(session, person, REVOCATION, at=AT + 2 * DAY)
    complete(session, person, release, at=AT + 4 * DAY)

    status = status_of(session, person, at=AT + 5 * DAY)
    assert (status.word, status.completed_on) == ("completed", date(2026, 11, 27))


def test_what_is_completed_after_a_correction_leaves_it(session, person, release):
    decide(session, person)
    complete(session, person, release, at=AT + 4 * DAY)

    assert status_of(session, person, at=AT + 5 * DAY).completed_on == date(2026, 10, 1)


def test_an_exemption_takes_the_duty_away_and_its_end_gives_it_back(session, release):
    person = learner(session, arrival_date=date(2026, 11, 1))
    before = status_of(session, person, at=AT)
    decide(session, person, EXEMPTION)
    exempt = status_of(session, person, at=AT + DAY)
    decide(session, person, Wanted("exemption"), at=AT + 2 * DAY)
    after = status_of(session, person, at=AT + 2 * DAY)

    assert (before.obligation, exempt.obligation, after.obligation) == ("required", "voluntary", "required")
    assert (before.due_on, exempt.due_on, after.due_on) == (date(2027, 5, 1), None, date(2027, 5, 1))


def test_a_decision_about_somebody_else_is_not_found(session, person, passed):
    decision = propose(session, person)

    with pytest.raises(DecisionNotFoundError):
        settle(session, passed, decision)


def test_the_reason_is_sealed_and_opens_for_its_decision_only(session, person):
    decision = propose(session, person)

    assert REASON.encode() not in decision.reason_sealed
    assert reason_of(VAULT, decision) == REASON


def test_the_chain_stays_whole(database, session, passed):
    decide(session, passed)
    decide(session, passed, REVOCATION, at=AT + 2 * DAY)
    session.commit()
    feed.stamp_all(database, at=AT + 3 * DAY)

    assert list(chain_faults(session, "wewis")) == []
    assert [event.seq for event in events(session)] == [1, 2, 3]


def test_what_is_revoked_or_corrected_has_no_confirmation_to_print(session, passed):
    (completion,) = completions_of(session, passed)
    assert get_completion(session, passed, completion.reference) == completion
    decide(session, passed, REVOCATION)

    with pytest.raises(CompletionNotFoundError):
        get_completion(session, passed, completion.reference)
    assert standing(session, passed, at=AT + 3 * DAY).completion is None


def test_a_proposal_that_was_refused_leaves_the_confirmation(session, passed):
    (completion,) = completions_of(session, passed)
    settle(session, passed, propose(session, passed, REVOCATION), "refused")

    assert get_completion(session, passed, completion.reference) == completion


def test_what_was_decided_comes_along_when_a_file_joins_an_account(session, person):
    decision = decide(session, person, EXEMPTION)
    into = make_person(session)
    person.joined_id = into.id
    session.flush()

    decisions.take_over(session, into=into)

    assert list(decisions_of(session, into)) == [decision]
    assert {event.person_id for event in events(session)} == {into.id}


def test_nothing_is_proposed_about_a_file_that_joined_an_account(session, person):
    person.joined_id = make_person(session).id
    session.flush()

    with pytest.raises(decisions.StaleDecisionError):
        propose(session, person)
