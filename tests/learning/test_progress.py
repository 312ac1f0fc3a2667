from pretraject.learning.actions import note_place
from pretraject.learning.queries import Progress, progress_of
from tests.world import AT, LESSONS, MODULE, make_person, make_release, read_all


def test_progress_holds_what_is_read_and_the_place(session):
    person, release = make_person(session), make_release(session)
    read_all(session, person, release, lessons=LESSONS[:1])
    note_place(session, person_id=person.id, module="housing", lesson="rent", at=AT)

    assert progress_of(session, person) == Progress(
        read={MODULE: {LESSONS[0]}}, place=("housing", "rent"), person_id=person.id
    )


def test_a_place_belongs_to_its_module_only(session):
    person = make_person(session)
    note_place(session, person_id=person.id, module="housing", lesson="rent", at=AT)

    progress = progress_of(session, person)

    assert progress.lesson_in("housing") == "rent"
    assert progress.lesson_in(MODULE) is None


def test_who_read_nothing_has_no_progress(session):
    person = make_person(session)

    assert progress_of(session, person) == Progress(person_id=person.id)
