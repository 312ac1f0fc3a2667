"""A lesson is made once for all who are as far; what is a reader's own never gets into it."""

import gzip

import pytest

from tests.study.forms_sent import TOKEN
from tests.study.readers import counted, learner
from tests.study.small_module import MODULE
from tests.web.test_page_cache import Seconds

FIRST = f"/nl/modules/{MODULE}/lessons/first/"


@pytest.fixture
def two(learning):
    """Two learners who have read nothing yet, both at the first lesson."""
    learning.app.wsgi_app._clock = Seconds()
    readers = [learner(learning, group="labour", number=f"GV-10{number}").client for number in (1, 2)]
    for client in readers:
        client.get(FIRST)
    return readers


def test_the_second_reader_costs_two_statements(learning, two):
    with counted(learning) as statements:
        page = two[1].get(FIRST)

    assert page.status_code == 200
    assert len(statements) == 2


def test_each_reader_has_a_token_of_their_own_that_works(two):
    tokens = [TOKEN.search(client.get(FIRST).text)[1] for client in two]
    answers = [
        client.post(f"{FIRST}read/", data={"csrf_token": token})
        for client, token in zip(two, tokens, strict=True)
    ]

    assert tokens[0] != tokens[1]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_each_reader_gets_the_same_page_packed_and_plain(two):
    for client in two:
        packed = client.get(FIRST, headers={"Accept-Encoding": "gzip, br"})
        plain = client.get(FIRST, headers={"Accept-Encoding": "identity"})

        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        text = gzip.decompress(packed.data).decode()
        assert TOKEN.sub("", text) == TOKEN.sub("", plain.text)
        assert client.post(f"{FIRST}read/", data={"csrf_token": TOKEN.search(text)[1]}).status_code == 303
        assert {"Accept-Encoding", "Cookie"} <= set(packed.vary)


def test_another_reader_s_token_changes_nothing(two):
    token = TOKEN.search(two[0].get(FIRST).text)[1]
    before = TOKEN.sub("", two[1].get(FIRST).text)

    two[1].post(f"{FIRST}read/", data={"csrf_token": token})
    two[1].get("/nl/")  # the message about it is shown here

    assert TOKEN.sub("", two[1].get(FIRST).text) == before


def test_what_one_has_read_does_not_show_for_the_other(two):
    before = TOKEN.sub("", two[1].get(FIRST).text)
    two[0].post(f"{FIRST}read/", data={"csrf_token": TOKEN.search(two[0].get(FIRST).text)[1]})

    assert TOKEN.sub("", two[1].get(FIRST).text) == before
    assert TOKEN.sub("", two[0].get(FIRST).text) != before


def test_the_stand_in_is_on_no_page(two):
    assert "token-" not in two[0].get(FIRST).text


def test_a_lesson_that_is_not_there_is_not_there_for_a_reader_either(two):
    assert two[0].get(f"/nl/modules/{MODULE}/lessons/nowhere/").status_code == 404
