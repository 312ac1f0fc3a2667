from pretraject.learning import queries
from pretraject.learning.actions import mark_read, note_place
from tests.world import AT, DAY, LESSONS, MODULE, make_person, make_release, read_all


def test_a_lesson_read_twice_is_kept_as_read_the_first_time(session):
    person, release = make_person(session), make_release(session)
    read_all(session, person, release, at=AT)

    read_all(session, person, release, at=AT + DAY)

    assert [read.read_at for read in queries.reads_of(session, person)] == [AT, AT]


def test_lessons_read_are_told_by_module(session):
    person, release = make_person(session), make_release(session)
    other = make_release(session, "housing", lessons=("rent",))
    read_all(session, person, release)
    mark_read(session, person=person, module="housing", lesson="rent", release_id=other.id, at=AT)

    assert queries.lessons_read(session, person, MODULE) == set(LESSONS)
    assert queries.lessons_read_by_module(session, person) == {MODULE: set(LESSONS), "housing": {"rent"}}


def test_nobody_sees_what_another_person_read(session):
    read_all(session, make_person(session), make_release(session))

    assert queries.lessons_read(session, make_person(session), MODULE) == set()


def test_the_place_follows_the_person(session):
    person = make_person(session)
    for days, lesson in enumerate(LESSONS):
        note_place(session, person_id=person.id, module=MODULE, lesson=lesson, at=AT + days * DAY)

    assert queries.find_place(session, person).lesson == LESSONS[1]


def test_a_visit_that_arrives_late_does_not_move_anyone_back(session):
    person = make_person(session)
    note_place(session, person_id=person.id, module=MODULE, lesson=LESSONS[1], at=AT)

    note_place(session, person_id=person.id, module=MODULE, lesson=LESSONS[0], at=AT - DAY)

    assert queries.find_place(session, person).lesson == LESSONS[1]


def test_somebody_who_read_nothing_is_nowhere(session):
    assert queries.find_place(session, make_person(session)) is None
