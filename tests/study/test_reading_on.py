"""Reading with an account: what is read is kept, and one goes on where one was."""

import pytest

from pretraject.learning.queries import find_place, lessons_read
from tests.study.forms_sent import send
from tests.study.readers import counted, learner
from tests.study.small_module import LESSONS, MODULE, TITLES

MODULE_PAGE = f"/nl/modules/{MODULE}/"


def lesson(slug):
    return f"{MODULE_PAGE}lessons/{slug}/"


def read_by(site, reader):
    with site.ground.database.reading() as session:
        return lessons_read(session, reader.person(session), MODULE)


def test_a_lesson_read_leads_to_the_next_one(learning):
    reader = learner(learning)
    response = send(reader.client, f"{lesson('first')}read/")

    assert response.status_code == 303
    assert response.headers["Location"] == lesson("second")
    assert read_by(learning, reader) == {"first"}


def test_the_last_lesson_leads_to_the_test(learning):
    response = send(learner(learning).client, f"{lesson('third')}read/")

    assert response.headers["Location"] == f"{MODULE_PAGE}test/"


def test_reading_a_lesson_twice_changes_nothing(learning):
    reader = learner(learning)
    send(reader.client, f"{lesson('first')}read/")

    assert send(reader.client, f"{lesson('first')}read/").status_code == 303
    assert read_by(learning, reader) == {"first"}


def test_a_read_lesson_is_marked_and_simply_goes_on(reading):
    client = learner(reading).client
    send(client, f"{lesson('first')}read/")
    text = client.get(lesson("first")).text

    assert "I have read this" not in text
    assert f'rel="next" href="{lesson("second")}"' in text
    assert '<i class="stone done"' in text


def test_an_unread_lesson_asks_whether_it_is_read(reading):
    text = learner(reading).client.get(lesson("second")).text

    assert f'action="{lesson("second")}read/"' in text
    assert "csrf_token" in text
    assert 'rel="next"' not in text


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_coming_back_to_the_address_of_the_form_leads_to_the_lesson(reading, language):
    response = learner(reading).client.get(f"{lesson('first')}read/".replace("/nl/", f"/{language}/"))

    assert response.status_code == 302
    assert response.headers["Location"] == lesson("first").replace("/nl/", f"/{language}/")


def test_a_visitor_who_sends_the_form_is_asked_to_sign_in(reading):
    response = reading.client().get(f"{lesson('first')}read/")

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/nl/sign-in/")


def test_a_form_with_an_old_token_marks_nothing_and_stands_there_again(reading):
    reader = learner(reading)

    response = reader.client.post(f"{lesson('first')}read/")

    assert response.status_code == 303
    assert response.headers["Location"] == lesson("first")
    assert read_by(reading, reader) == set()


def test_a_visit_is_remembered_as_the_place(learning):
    reader = learner(learning)
    for slug in ("first", "third"):
        reader.client.get(lesson(slug))

    with learning.ground.database.reading() as session:
        assert find_place(session, reader.person(session)).lesson == "third"


def test_the_first_page_goes_on_where_one_was(reading):
    client = learner(reading).client
    client.get(lesson("second"))
    text = client.get("/nl/").text

    assert TITLES["second"] in text
    assert f'class="button button-main" href="{lesson("second")}"' in text
    assert 'href="/nl/activate/"' not in text


def test_the_first_page_begins_with_the_modules_for_who_has_read_nothing(reading):
    text = learner(reading).client.get("/nl/").text

    assert 'class="button button-main" href="/nl/modules/"' in text


def test_after_all_lessons_the_test_is_next(reading):
    client = learner(reading).client
    for slug in LESSONS:
        client.get(lesson(slug))
        send(client, f"{lesson(slug)}read/")

    for path in ("/nl/", MODULE_PAGE, "/nl/my/"):
        assert f'class="button button-main" href="{MODULE_PAGE}test/"' in client.get(path).text


def test_a_lesson_skipped_comes_back(reading):
    client = learner(reading).client
    client.get(lesson("third"))
    send(client, f"{lesson('third')}read/")

    assert f'class="button button-main" href="{lesson("first")}"' in client.get(MODULE_PAGE).text


def test_a_module_shows_how_many_lessons_are_read(reading):
    client = learner(reading).client
    send(client, f"{lesson('first')}read/")

    assert "1 of 3 lessons read" in client.get(MODULE_PAGE).text


def test_a_learners_page_is_not_kept_by_anybody(reading):
    response = learner(reading).client.get(lesson("first"))

    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/nl/", "/nl/modules/", MODULE_PAGE, lesson("second"), "/nl/my/"])
def test_a_learners_page_costs_few_queries(learning, path):
    client = learner(learning, group="labour").client
    client.get(lesson("first"))

    with counted(learning) as statements:
        assert client.get(path).status_code == 200

    assert len(statements) <= 8, statements


def test_the_first_lesson_ever_costs_few_queries_too(learning):
    client = learner(learning, group="labour").client
    learning.client().get("/nl/forgotten/")  # the version of all pages is looked at now, not at this page

    with counted(learning) as statements:
        assert client.get(lesson("first")).status_code == 200

    assert len(statements) <= 8, statements


def test_practising_keeps_the_readers_marks(reading):
    client = learner(reading).client
    send(client, f"{lesson('first')}read/")
    response = client.post(f"{lesson('first')}practice/pr-001/", data={"answer": "b"})

    assert response.status_code == 200
    assert '<i class="stone done"' in response.text
