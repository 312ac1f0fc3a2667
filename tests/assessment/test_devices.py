"""Two devices of one person, each with a session that has seen the attempt before."""

import pytest

from pretraject.assessment import actions, queries
from pretraject.completion.actions import record
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from tests.world import AT, answer, begin_test, learner, make_release, publish_rules


@pytest.fixture
def postgresql_database(postgresql_url):
    """A database where two may write at once: SQLite lets one wait for the other."""
    database = Database(postgresql_url)
    yield database
    database.dispose()


def open_attempt(session):
    publish_rules(session)
    person = learner(session)
    attempt = begin_test(session, person, make_release(session))
    session.commit()
    return person.id, attempt.public_id


def seen(session, person_id, public_id):
    person = session.get_one(Person, person_id)
    attempt = queries.get_attempt(session, person, public_id)
    return person, attempt, queries.drawn(session, attempt)


def test_answers_of_one_device_count_when_the_other_hands_in(postgresql_database):
    with postgresql_database.writing() as phone, postgresql_database.writing() as laptop:
        ids = open_attempt(phone)
        person, attempt, questions = seen(laptop, *ids)
        answer(phone, seen(phone, *ids)[1])
        phone.commit()

        assert {question.answer for question in questions} == {None}
        assert actions.hand_in(laptop, person=person, attempt=attempt, at=AT).passed


def test_a_device_that_saw_the_attempt_open_records_it_as_handed_in(postgresql_database):
    with postgresql_database.writing() as phone, postgresql_database.writing() as laptop:
        ids = open_attempt(phone)
        person, *_kept = seen(laptop, *ids)
        owner, same, _ = seen(phone, *ids)
        answer(phone, same)
        actions.hand_in(phone, person=owner, attempt=same, at=AT)
        phone.commit()

        assert {fact.basis for fact in record(laptop, person=person, at=AT).modules} == {"tested", "passed"}
