"""An objection and its answer: one at a time, one answer, one event."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from pretraject.completion import objections
from pretraject.completion.models import FeedEvent
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from tests.world import AT, DAY, VAULT, complete, learner, make_person

TEXT = "Ik heb de test in maart gemaakt."
ANSWER = "U hebt gelijk. Wij hebben het rechtgezet."


def object_to(session, person, *, at=AT):
    return objections.object_to(session, VAULT, person=person, text=TEXT, locale="nl", at=at)


def answer(session, person, objection, outcome="upheld", *, by=7, at=AT + DAY):
    objections.answer(
        session,
        VAULT,
        objection=objection,
        person=person,
        outcome=outcome,
        text=ANSWER,
        account_id=by,
        at=at,
    )


def events(session):
    query = select(FeedEvent).where(FeedEvent.kind == "objectionClosed").order_by(FeedEvent.id)
    return session.scalars(query).all()


def test_an_objection_waits_and_tells_nobody(session, person):
    objection = object_to(session, person)

    assert list(objections.waiting_objections(session, limit=20)) == [objection]
    assert objections.count_waiting(session) == 1
    assert events(session) == []


def test_what_is_written_is_sealed(session, person):
    objection = object_to(session, person)
    answer(session, person, objection)

    assert TEXT.encode() not in objection.text_sealed
    assert (objections.text_of(VAULT, objection), objections.answer_of(VAULT, objection)) == (TEXT, ANSWER)


def test_a_second_objection_waits_for_the_answer_to_the_first(session, person):
    first = object_to(session, person)
    with pytest.raises(objections.ObjectionOpenError):
        object_to(session, person)
    answer(session, person, first)

    second = object_to(session, person, at=AT + 2 * DAY)
    assert list(objections.objections_of(session, person)) == [second, first]


def test_who_is_known_to_no_authority_has_nothing_to_object_to(session, release):
    with pytest.raises(objections.NothingToObjectToError):
        object_to(session, make_person(session))


@pytest.mark.parametrize("outcome", ["upheld", "refused"])
def test_the_answer_is_an_event_that_says_nothing_of_what_was_written(session, person, release, outcome):
    complete(session, person, release)
    objection = object_to(session, person)
    answer(session, person, objection, outcome)

    (event,) = events(session)
    assert event.key == f"objectionClosed:{objection.key}"
    assert event.payload == {
        "status": "completed",
        "track": "labour",
        "outcome": outcome,
        "answeredOn": "2026-11-24",
        "reference": objection.key,
    }


def test_answering_twice_is_no_second_event(session, person):
    objection = object_to(session, person)
    answer(session, person, objection)

    with pytest.raises(objections.ObjectionAnsweredError):
        answer(session, person, objection, "refused", by=8)
    assert (len(events(session)), objection.outcome) == (1, "upheld")


def test_an_objection_of_somebody_else_is_not_found(session, person):
    objection = object_to(session, person)

    with pytest.raises(objections.ObjectionNotFoundError):
        answer(session, learner(session), objection)


def test_objecting_at_once_leaves_one_objection(database_url, session, person):
    session.commit()
    person_id = person.id
    session.rollback()
    database = Database(database_url, pool_size=20)
    together = Barrier(5)

    def send(_number):
        together.wait()
        with database.writing() as own:
            try:
                object_to(own, own.get_one(Person, person_id))
            except objections.ObjectionOpenError:
                return "refused"
            own.commit()
            return "kept"

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(send, range(5))) == ["kept", *["refused"] * 4]
    database.dispose()
