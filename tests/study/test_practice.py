"""Practice questions inside a lesson: answered at once, for everybody, and nothing is kept."""

import re

import pytest
from sqlalchemy import text as sql

from tests.study.small_module import MODULE, PRACTICE

LESSON = f"/nl/modules/{MODULE}/lessons/first/"
RIGHT, MISSED = "That is right", "Not right yet"
WRONG = {"pr-001": ["a"], "pr-002": ["a", "b"], "pr-003": ["wrong"], "pr-004": ["a", "b", "c"]}


def address(question):
    return f"{LESSON}practice/{question}/"


def posted(question, ids):
    """Return an answer as the form posts it."""
    if PRACTICE[question][0] == "order":
        return {f"answer-{option}": str(place) for place, option in enumerate(ids, start=1)}
    return {"answer": ids}


def section(page, question):
    """Return the part of a page that is about one question."""
    return re.search(rf'<section class="practice" id="practice-{question}">.*?</section>', page, re.DOTALL)[0]


@pytest.mark.parametrize("question", PRACTICE)
def test_a_right_answer_is_told_and_explained_at_its_question(reading, question):
    response = reading.client().post(address(question), data=posted(question, PRACTICE[question][1]))

    assert response.status_code == 200
    assert RIGHT in section(response.text, question)
    assert f"Daarom {question}." in section(response.text, question)
    assert f"Daarom {question}." not in response.text.replace(section(response.text, question), "")


@pytest.mark.parametrize("question", PRACTICE)
def test_a_wrong_answer_is_told_with_the_right_one(reading, question):
    response = reading.client().post(address(question), data=posted(question, WRONG[question]))

    assert response.status_code == 200
    assert MISSED in section(response.text, question)
    assert f"Daarom {question}." in section(response.text, question)


@pytest.mark.parametrize("question", PRACTICE)
def test_what_was_chosen_is_still_there(reading, question):
    response = reading.client().post(address(question), data=posted(question, WRONG[question]))

    marked = re.findall(
        r'value="([^"]+)" (?:checked|selected)|value="([^"]+)"[^>]* checked', section(response.text, question)
    )
    expected = ["1", "2", "3"] if question == "pr-004" else WRONG[question]
    assert sorted(one or other for one, other in marked) == sorted(expected)


def test_the_form_leads_back_to_its_question_without_token(reading):
    page = reading.client().get(LESSON).text

    for question in PRACTICE:
        assert f'action="{address(question)}#practice-{question}"' in section(page, question)
    assert "csrf" not in page


def test_an_answer_sets_no_cookie(reading):
    response = reading.client().post(address("pr-001"), data={"answer": "a"})

    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("pr-001", {}),
        ("pr-002", {}),
        ("pr-003", {}),
        ("pr-004", {}),
        ("pr-001", {"answer": "z"}),
        ("pr-001", {"answer": ["a", "b"]}),
        ("pr-003", {"answer": "a"}),
    ],
)
def test_what_is_no_answer_is_refused_beside_the_question(reading, question, form):
    response = reading.client().post(address(question), data=form)

    assert response.status_code == 422
    assert 'class="error"' in section(response.text, question)
    assert RIGHT not in response.text
    assert MISSED not in response.text


def test_an_order_with_one_place_twice_keeps_what_was_chosen(reading):
    form = {"answer-a": "2", "answer-b": "2", "answer-c": ""}
    response = reading.client().post(address("pr-004"), data=form)

    assert response.status_code == 422
    assert len(re.findall(r'value="2" selected', section(response.text, "pr-004"))) == 2


def test_places_can_be_typed_in_other_digits(reading):
    form = {"answer-b": "١", "answer-a": "٢", "answer-c": "٣"}
    response = reading.client().post(address("pr-004"), data=form)

    assert RIGHT in section(response.text, "pr-004")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_coming_back_without_an_answer_leads_to_the_question(reading, language):
    response = reading.client().get(address("pr-001").replace("/nl/", f"/{language}/"))

    assert response.status_code == 302
    assert response.headers["Location"] == f"/{language}/modules/{MODULE}/lessons/first/#practice-pr-001"


@pytest.mark.parametrize("question", ["te-001", "pr-999"])
def test_a_question_that_is_no_practice_does_not_exist(reading, question):
    assert reading.client().post(address(question), data={"answer": "a"}).status_code == 404


def test_an_answer_does_not_wait_for_who_writes(reading):
    with reading.ground.database.writing() as writer:
        writer.execute(sql("SELECT 1"))

        assert reading.client().post(address("pr-001"), data={"answer": "b"}).status_code == 200
