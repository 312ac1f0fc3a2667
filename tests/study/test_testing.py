"""The test as a browser goes through it."""

import re

import pytest
from sqlalchemy import select

from pretraject.assessment.models import Attempt, DrawnQuestion
from tests.study.asking_module import KEYS, MODULE, TEST, TOTAL, asking_site
from tests.study.forms_sent import fill_in, hidden_fields, send
from tests.study.readers import counted, learner
from tests.study.taking import answer_fields, begin, drawn, hand_in, of_type, question_page, take, wrong

OVERVIEW = f"{TEST}hand-in/"


@pytest.fixture
def site(sqlite_url, tmp_path):
    """A site with the module to be tested on."""
    built = asking_site(sqlite_url, tmp_path)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def client(site):
    """The browser of an enrolled learner."""
    return learner(site, group="labour").client


def test_a_visitor_is_told_what_the_test_asks_and_how_to_get_in(site):
    page = site.client().get(TEST).text

    assert "13 questions" in page
    assert "<strong>4 of 5</strong>" in page
    assert "<strong>10 of 13</strong>" in page
    assert "not the official" in page
    for path in ("activate", "sign-in", "register"):
        assert f'href="/nl/{path}/' in page


def test_beginning_leads_to_the_first_question(client):
    response = begin(client)

    assert response.status_code == 303
    assert response.headers["Location"] == f"{TEST}1/"


def test_beginning_twice_is_one_test(site, client):
    begin(client)
    begin(client)

    with site.ground.database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


def test_the_legend_is_the_question(site, client):
    begin(client)
    page = question_page(client, 1)

    name = drawn(site)[0].question_id
    assert re.search(rf"<legend><h1>Vraag {name}</h1></legend>", page)
    assert f"Question 1 of {TOTAL}" in page


@pytest.mark.parametrize("type_", ["single", "multiple", "true-false", "order"])
def test_an_answer_of_any_type_is_kept_and_shown_again(site, client, type_):
    begin(client)
    question = of_type(site, type_)

    response = fill_in(client, f"{TEST}{question.position}/", answer_fields(question))

    assert response.status_code == 303
    kept = of_type(site, type_)
    assert kept.answer is not None
    assert sorted(kept.answer) == sorted(KEYS[question.question_id])
    page = question_page(client, question.position)
    chosen = len(re.findall(r" checked>", page)) or len(re.findall(r'value="[1-9]" selected', page))
    assert chosen == len(KEYS[question.question_id])


def test_saving_leads_on_back_or_to_the_overview(site, client):
    begin(client)

    assert fill_in(client, f"{TEST}2/").headers["Location"] == f"{TEST}3/"
    assert fill_in(client, f"{TEST}2/", go="back").headers["Location"] == f"{TEST}1/"
    assert fill_in(client, f"{TEST}2/", go="overview").headers["Location"] == OVERVIEW
    assert fill_in(client, f"{TEST}{TOTAL}/").headers["Location"] == OVERVIEW


def test_a_question_left_open_is_named_before_handing_in(site, client):
    begin(client)
    take(site, client, but={3})

    page = client.get(OVERVIEW).text

    assert "1 question is not answered yet" in page
    assert page.count("not answered yet</strong>") == 1
    assert f'href="{TEST}3/">3. ' in page


def test_a_page_sent_as_it_came_keeps_what_another_tab_answered(site, client):
    begin(client)
    question = of_type(site, "single")
    path = f"{TEST}{question.position}/"
    old_tab = hidden_fields(question_page(client, question.position))
    fill_in(client, path, answer="b")

    client.post(path, data=old_tab)

    assert of_type(site, "single").answer == ["b"]


def test_the_newest_choice_wins(site, client):
    begin(client)
    path = f"{TEST}{of_type(site, 'single').position}/"
    old_tab = hidden_fields(client.get(path).text)
    fill_in(client, path, answer="b")

    client.post(path, data=old_tab | {"answer": "c"})

    assert of_type(site, "single").answer == ["c"]


def test_an_answer_can_be_taken_back_where_the_form_allows_it(site, client):
    begin(client)
    question = of_type(site, "multiple")
    path = f"{TEST}{question.position}/"
    fill_in(client, path, answer_fields(question))

    fill_in(client, path)

    assert of_type(site, "multiple").answer is None


def test_switching_language_keeps_question_order_and_answer(site, client):
    begin(client)
    question = of_type(site, "single")
    fill_in(client, f"{TEST}{question.position}/", answer="b")

    dutch = question_page(client, question.position)
    arabic = client.get(f"/ar/modules/{MODULE}/test/{question.position}/").text

    values = re.compile(r'name="answer" value="([a-d])"( id="answer")?( checked)?')
    assert values.findall(dutch) == values.findall(arabic)
    assert f"سؤال {question.question_id}" in arabic
    assert f'href="/ar/modules/{MODULE}/test/{question.position}/"' in dutch


def test_a_draft_shows_dutch_beside_it_and_dutch_itself_nothing(site, client):
    begin(client)
    name = drawn(site)[0].question_id

    arabic = client.get(f"/ar/modules/{MODULE}/test/1/").text
    beside = re.search(r"<details class=\"fold beside-question\">.*?</details>", arabic, re.DOTALL)[0]

    assert f"Vraag {name}" in beside
    assert 'lang="nl" dir="ltr"' in beside
    assert "beside-question" not in question_page(client, 1)


def test_an_answer_in_a_draft_language_makes_the_try_a_draft(site, client):
    begin(client)
    fill_in(client, f"/ar/modules/{MODULE}/test/1/", answer_fields(drawn(site)[0]))

    with site.ground.database.reading() as session:
        assert session.scalars(select(Attempt)).one().drafted
        assert session.scalars(select(DrawnQuestion).where(DrawnQuestion.position == 1)).one().locale == "ar"


@pytest.mark.parametrize("type_", ["single", "multiple", "true-false", "order"])
def test_an_option_of_another_question_is_refused_with_the_question_again(site, client, type_):
    begin(client)
    question = of_type(site, type_)

    response = fill_in(client, f"{TEST}{question.position}/", answer="zz")

    assert response.status_code == 422
    assert f"Vraag {question.question_id}" in response.text
    assert 'href="#answer"' in response.text
    assert of_type(site, type_).answer is None


def test_half_an_order_is_shown_again_as_it_was_filled_in(site, client):
    begin(client)
    question = of_type(site, "order")

    response = fill_in(
        client, f"{TEST}{question.position}/", {"answer-a": "1", "answer-b": "1", "answer-c": ""}
    )

    assert response.status_code == 422
    assert response.text.count('<option value="1" selected>') == 2


def test_handing_in_leads_to_the_result_however_often_it_is_sent(site, client):
    begin(client)
    take(site, client)
    form = hidden_fields(client.get(OVERVIEW).text)

    first = client.post(OVERVIEW, data=form)
    second = client.post(OVERVIEW, data=form)

    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert client.get(first.headers["Location"]).status_code == 200


def test_answering_after_handing_in_leads_to_the_result_and_changes_nothing(site, client):
    begin(client)
    question = of_type(site, "single")
    path = f"{TEST}{question.position}/"
    old_tab = hidden_fields(client.get(path).text)
    result = hand_in(client)

    response = client.post(path, data=old_tab | {"answer": "b"})

    assert response.status_code == 303
    assert response.headers["Location"] == result
    assert "You have handed in this test" in client.get(result).text
    assert of_type(site, "single").answer is None


def test_the_address_of_a_question_leads_on_when_no_test_is_open(site, client):
    assert client.get(f"{TEST}3/").headers["Location"] == TEST

    begin(client)
    result = hand_in(client)

    assert client.get(f"{TEST}3/").headers["Location"] == result
    assert client.get(OVERVIEW).headers["Location"] == result


def test_an_old_tab_does_not_answer_a_new_test(site, client):
    begin(client)
    old_tab = hidden_fields(question_page(client, 1))
    result = hand_in(client)
    site.clock.forward(hours=25)
    begin(client)

    response = client.post(f"{TEST}1/", data=old_tab | {"answer": "a"})

    assert response.headers["Location"] == result
    with site.ground.database.reading() as session:
        answers = session.scalars(select(DrawnQuestion.answer)).all()
    assert set(answers) == {None}


def test_somebody_elses_test_does_not_exist(site, client):
    begin(client)
    form = hidden_fields(question_page(client, 1))
    other = learner(site, group="labour").client
    begin(other)

    assert send(other, f"{TEST}1/", attempt=form["attempt"], answer="a").status_code == 404
    assert send(other, OVERVIEW, attempt=form["attempt"]).status_code == 404
    assert other.get(f"/nl/results/{form['attempt']}/").status_code == 404
    assert send(other, f"{TEST}1/", answer="a").status_code == 404


def test_a_number_the_test_does_not_have(client):
    begin(client)

    assert client.get(f"{TEST}99/").status_code == 404
    assert client.get(f"{TEST}0/").status_code == 404


def test_an_unknown_module_has_no_test(client):
    assert client.get("/nl/modules/nowhere/test/").status_code == 404
    assert send(client, "/nl/modules/nowhere/test/start/").status_code == 404


def test_the_page_before_says_that_a_test_is_open_and_leads_to_the_first_open_question(site, client):
    begin(client)
    take(site, client, but={2, 5})

    page = client.get(TEST).text

    assert f"You answered 11 of {TOTAL} questions" in page
    assert f'href="{TEST}2/"' in page
    assert "/start/" not in page


def test_after_failing_nobody_begins_before_the_time_is_over(site, client):
    begin(client)
    result = hand_in(client)

    page = client.get(TEST).text
    response = send(client, f"{TEST}start/")

    assert "24 november 2026 13:00" in page
    assert "/start/" not in page
    assert "24 november 2026 13:00" in client.get(result).text
    assert response.status_code == 303
    assert response.headers["Location"] == TEST
    site.clock.forward(hours=24)
    assert begin(client).headers["Location"] == f"{TEST}1/"


def test_in_a_draft_language_one_may_try_again_at_once(site, client):
    arabic = f"/ar/modules/{MODULE}/test/"
    begin(client, arabic)
    result = hand_in(client, arabic)

    assert "at once" in client.get(result).text
    assert begin(client, arabic).headers["Location"] == f"{arabic}1/"


def test_a_form_with_an_old_token_is_shown_again_with_the_choice(site, client):
    begin(client)
    question = of_type(site, "single")
    path = f"{TEST}{question.position}/"
    form = hidden_fields(client.get(path).text) | {"csrf_token": "old", "answer": "b"}

    response = client.post(path, data=form)

    assert response.status_code == 422
    assert re.search(r'value="b"( id="answer")? checked', response.text)
    assert client.post(path, data=hidden_fields(response.text) | {"answer": "b"}).status_code == 303
    assert of_type(site, "single").answer == ["b"]


def test_an_old_token_on_a_form_of_no_test_is_refused_in_words(site, client):
    begin(client)

    response = client.post(f"{TEST}1/", data={"csrf_token": "old", "attempt": "nobody's"})

    assert response.status_code == 404


def test_pages_of_the_test_are_kept_nowhere(site, client):
    begin(client)
    paths = [TEST, f"{TEST}1/", OVERVIEW, hand_in(client)]

    for path in paths:
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path
    assert site.client().get(TEST).headers["Cache-Control"] == "private, no-store"


def test_the_test_asks_to_sign_in_and_comes_back(site):
    response = site.client().get(f"{TEST}1/")

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/nl/sign-in/?next=")


@pytest.mark.parametrize("path", [TEST, f"{TEST}1/", OVERVIEW])
def test_a_page_of_the_test_needs_few_queries(site, client, path):
    begin(client)
    address = path.replace("/nl/", "/ar/")

    with counted(site) as statements:
        assert client.get(address).status_code == 200

    assert len(statements) <= 8, statements


@pytest.mark.parametrize("right", [True, False])
def test_the_result_needs_few_queries(site, client, right):
    begin(client)
    take(site, client, choose=answer_fields if right else wrong)
    result = hand_in(client)

    with counted(site) as statements:
        assert client.get(result).status_code == 200

    assert len(statements) <= 8, statements


def test_an_answer_without_token_and_test_is_refused(site):
    client = learner(site).client
    begin(client)

    assert client.post(f"{TEST}1/", data={}).status_code == 404
