"""The result of a test, and what must not be seen before it."""

import re

import pytest
from sqlalchemy import delete, select, update

from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.catalogue.models import ReleaseQuestion
from tests.study.asking_module import MODULE, TEST, TOTAL, asking_site
from tests.study.readers import learner
from tests.study.taking import answer_fields, begin, drawn, hand_in, take, wrong

CHANGING = re.compile(r'name="csrf_token" value="[^"]+"')
REVIEW = re.compile(r'<details class="fold review"( open)?>.*?</details>', re.DOTALL)


@pytest.fixture
def site(sqlite_url, tmp_path):
    """A site with the module to be tested on."""
    built = asking_site(sqlite_url, tmp_path)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def client(site):
    """The browser of an enrolled learner who has begun."""
    client = learner(site, group="labour").client
    begin(client)
    return client


def but_values(wrong_ones):
    """Answer so many value questions wrongly and everything else rightly."""
    left = [wrong_ones]

    def choose(question):
        if question.kind == "values" and left[0]:
            left[0] -= 1
            return wrong(question)
        return answer_fields(question)

    return choose


def pages_before_handing_in(client):
    """Return every page of the test, in both languages."""
    for tag in ("nl", "ar"):
        base = f"/{tag}/modules/{MODULE}/test/"
        for path in (base, f"{base}hand-in/", *(f"{base}{number}/" for number in range(1, TOTAL + 1))):
            response = client.get(path)
            assert response.status_code == 200
            yield path, CHANGING.sub("", response.text)


def test_no_page_depends_on_a_key_before_handing_in(site, client):
    before = dict(pages_before_handing_in(client))
    with site.ground.database.writing() as session:
        session.execute(update(ReleaseQuestion).values(key=["b"]))
        session.commit()

    assert dict(pages_before_handing_in(client)) == before


def test_no_explanation_is_on_a_page_before_handing_in(client):
    for path, page in pages_before_handing_in(client):
        assert "Daarom" not in page, path
        assert "لأن" not in page, path


def test_an_open_test_has_no_result_yet(site, client):
    with site.ground.database.reading() as session:
        public_id = session.scalars(select(Attempt.public_id)).one()

    response = client.get(f"/nl/results/{public_id}/")

    assert response.headers["Location"] == f"{TEST}hand-in/"


def test_everything_right_is_passed_and_leads_to_the_confirmation(site, client):
    take(site, client)
    page = client.get(hand_in(client)).text

    assert "<h1>You passed the test</h1>" in page
    assert page.count("bar-passed") == 3
    assert 'href="/nl/my/confirmation/' in page
    assert "not the official" in page


def test_failing_on_values_alone_says_so(site, client):
    take(site, client, choose=but_values(2))
    page = client.get(hand_in(client)).text

    assert "<h1>You did not pass the test this time</h1>" in page
    assert "Not reached yet: Questions about norms and values (1 more needed)." in page
    assert page.count("bar-failed") == 1
    assert "3 of 5 right. Needed: 4." in page
    assert "/my/confirmation/" not in page


def test_every_question_is_explained_and_the_missed_ones_are_open(site, client):
    take(site, client, choose=but_values(2), but={3})
    page = client.get(hand_in(client)).text

    reviews = {match[0]: bool(match[1]) for match in REVIEW.finditer(page)}
    missed = [one for one in drawn(site) if not one.correct]

    assert len(reviews) == TOTAL
    assert sum(reviews.values()) == len(missed)
    for question in drawn(site):
        review = next(text for text in reviews if f"Vraag {question.question_id}" in text)
        assert f"Daarom {question.question_id}" in review
        assert f'href="/nl/modules/{MODULE}/lessons/only/"' in review
        assert reviews[review] is (not question.correct)


def test_a_question_without_an_answer_says_so(client):
    page = client.get(hand_in(client)).text

    assert page.count("no answer") == TOTAL


def test_when_the_answers_are_dropped_the_result_stays(site, client):
    take(site, client, choose=but_values(2))
    path = hand_in(client)
    with site.ground.database.writing() as session:
        session.execute(delete(DrawnQuestion))
        session.commit()

    page = client.get(path).text

    assert "Not reached yet: Questions about norms and values (1 more needed)." in page
    assert "Your answers to this test are no longer kept. The result stays." in page
    assert "Every question, explained" not in page
    assert "missed below" not in page


def test_the_result_can_be_read_in_another_language(site, client):
    take(site, client)
    path = hand_in(client).replace("/nl/", "/ar/")

    page = client.get(path).text

    assert f"لأن {drawn(site)[0].question_id}" in page


def test_passing_stays_when_the_test_is_taken_again_and_failed(site, client):
    take(site, client)
    hand_in(client)
    begin(client)
    hand_in(client)

    page = client.get(TEST).text

    assert "You have passed this test" in page
