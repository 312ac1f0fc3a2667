"""Many at once: real threads, a session each, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select

from pretraject.assessment import actions as assessment
from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt
from pretraject.completion import feed
from pretraject.completion.actions import record
from pretraject.completion.lines import pages_after
from pretraject.completion.models import FeedEvent, ModuleCompletion, TrackCompletion
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from tests.world import AT, VAULT, answer, begin_test, give_account, learner, make_release, publish_rules

SUBMITS = 50
WRITERS, EVENTS_EACH = 6, 40


@pytest.fixture
def attempt(session):
    """An attempt that will pass, all questions answered."""
    publish_rules(session)
    person = learner(session)
    give_account(session, person)
    attempt = begin_test(session, person, make_release(session))
    answer(session, attempt)
    session.commit()
    return attempt


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def all_at_once(times, work):
    """Have so many threads begin at the same moment, and return what each came to."""
    together = Barrier(times)

    def begin(number):
        together.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


def test_fifty_submits_give_one_completion_and_no_error(database_url, session, attempt):
    database = Database(database_url, pool_size=20)

    def submit(_number):
        with database.writing() as own:
            person = own.get_one(Person, attempt_person)
            found = attempts.get_attempt(own, person, public_id)
            handed_in = assessment.hand_in(own, person=person, attempt=found, at=AT)
            record(own, person=person, at=AT)
            own.commit()
            return handed_in.passed

    attempt_person, public_id = attempt.person_id, attempt.public_id
    session.rollback()

    assert all_at_once(SUBMITS, submit) == [True] * SUBMITS
    database.dispose()
    assert [count(session, model) for model in (Attempt, ModuleCompletion, TrackCompletion, FeedEvent)] == [
        1,
        2,
        1,
        1,
    ]


def test_starting_in_many_tabs_draws_one_test(database, session):
    publish_rules(session)
    person_id, release = learner(session).id, make_release(session)
    session.commit()
    release_id = release.id
    session.rollback()

    class Drawn:
        id = release_id

    def start(number):
        with database.writing() as own:
            attempt = begin_test(own, own.get_one(Person, person_id), Drawn, seed=number)
            own.commit()
            return attempt.public_id

    assert len(set(all_at_once(16, start))) == 1


def test_no_answer_slips_in_behind_a_submit(database, session, attempt):
    person_id, public_id = attempt.person_id, attempt.public_id
    session.rollback()

    def change_or_submit(number):
        with database.writing() as own:
            person = own.get_one(Person, person_id)
            found = attempts.get_attempt(own, person, public_id)
            if number == 0:
                assessment.hand_in(own, person=person, attempt=found, at=AT)
                own.commit()
                return "handed in"
            try:
                assessment.save_answer(
                    own,
                    attempts.hold_question(
                        own, account_id=person.account_id, public_id=public_id, position=number
                    ),
                    answer=["b"],
                    locale="nl",
                    drafted=False,
                    at=AT,
                )
            except assessment.AttemptClosedError:
                return "closed"
            own.commit()
            return "saved"

    outcomes = all_at_once(12, change_or_submit)

    changed = outcomes.count("saved")
    questions = attempts.drawn(session, attempt)
    assert sum(question.answer == ["b"] for question in questions) == changed
    assert sum(question.correct is False for question in questions) == changed


def test_a_reader_misses_no_event_however_writers_commit(database_url):
    database = Database(database_url, pool_size=20)
    written = Event()

    def write(number):
        for turn in range(EVENTS_EACH):
            with database.writing() as own:
                own.add(make_event(f"{number}-{turn}"))
                own.flush()
                if turn % 4 == 3:
                    own.rollback()
                else:
                    own.commit()

    def read():
        seen, cursor, last_round = [], "", False
        while not last_round:
            last_round = written.is_set()
            feed.stamp_all(database, at=AT)
            for page in pages_after(database, VAULT, recipient="wewis", cursor=cursor):
                seen += [(line["seq"], line["id"]) for line in page]
                cursor = page[-1]["cursor"]
        return seen

    with ThreadPoolExecutor(WRITERS + 3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for done in [pool.submit(write, number) for number in range(WRITERS)]:
            done.result()
        written.set()
        seen = [reader.result() for reader in readers]
    database.dispose()

    kept = [turn for turn in range(EVENTS_EACH) if turn % 4 != 3]
    committed = {f"{number}-{turn}" for number in range(WRITERS) for turn in kept}
    for one in seen:
        assert [seq for seq, _ in one] == list(range(1, len(committed) + 1))
        assert {key for _, key in one} == committed


def test_an_event_that_commits_late_is_read_late_and_not_missed(postgresql_url):
    database = Database(postgresql_url)
    with database.writing() as slow, database.writing() as quick:
        slow.add(make_event("slow"))
        slow.flush()
        quick.add(make_event("quick"))
        quick.commit()
        feed.stamp_all(database, at=AT)
        slow.commit()
    feed.stamp_all(database, at=AT)

    [page] = pages_after(database, VAULT, recipient="wewis", cursor="")
    assert [line["id"] for line in page] == ["quick", "slow"]
    database.dispose()


def make_event(key):
    return FeedEvent(
        recipient="wewis", kind="completed", payload={"key": key}, salt="0" * 32, created_at=AT, key=key
    )
