"""The confirmation: what it says, in two languages, to its owner only."""

import re

import pytest
from sqlalchemy import select

from pretraject.completion.models import TrackCompletion
from tests.study.readers import learner
from tests.study.test_my_path import take_test

NUMBER = "GV-2026-00077"


@pytest.fixture
def owner(learning):
    """A learner whose language is Arabic and who has completed a track."""
    reader = learner(learning, group="labour", number=NUMBER, locale="ar")
    take_test(learning, reader, right=True)
    return reader


@pytest.fixture
def completion(learning, owner):
    """What was completed."""
    with learning.ground.database.reading() as session:
        return session.scalars(select(TrackCompletion)).one()


def confirmation(reader, completion, language="ar"):
    return reader.client.get(f"/{language}/my/confirmation/{completion.reference}/")


def test_it_is_in_dutch_and_in_the_language_of_the_page(owner, completion):
    text = confirmation(owner, completion).text

    assert re.search(r'<section lang="nl" dir="ltr">.*Completed on nl.*</section>', text, re.DOTALL)
    assert re.search(r'<section lang="ar" dir="rtl">.*Completed on ar.*</section>', text, re.DOTALL)
    assert text.index("Completed on nl") < text.index("Completed on ar")


def test_on_a_dutch_page_the_learners_own_language_stands_beside(owner, completion):
    assert '<section lang="ar" dir="rtl">' in confirmation(owner, completion, "nl").text


def test_it_says_what_is_on_record_and_what_it_is_not(owner, completion):
    text = confirmation(owner, completion, "nl").text

    assert completion.reference in text
    assert completion.rule_version in text
    assert NUMBER in text
    assert "23 november 2026" in text
    assert "without supervision" in text
    assert "not the official certificate" in text
    assert "not a decision about a permit" in text


def test_anothers_confirmation_does_not_exist(learning, completion):
    assert confirmation(learner(learning, group="labour"), completion).status_code == 404


def test_a_confirmation_nobody_has_does_not_exist(owner):
    assert owner.client.get("/nl/my/confirmation/ABCD-EFGH-JKMN/").status_code == 404


def test_a_visitor_is_asked_to_sign_in(learning, completion):
    response = learning.client().get(f"/nl/my/confirmation/{completion.reference}/")

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/nl/sign-in/")
