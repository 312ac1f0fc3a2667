"""A database that fails in the middle of a request: a page that says so, and nothing typed is lost."""

import sqlite3
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tests.site import site_on
from tests.study.forms_sent import hidden_fields, token
from tests.study.readers import learner

MODULE = "history-of-belgium"
READ = f"/nl/modules/{MODULE}/lessons/congo/read/"
PRACTICE = f"/nl/modules/{MODULE}/lessons/congo/practice/x/"
BUSY = {"nl": "De site is druk of in onderhoud", "ar": "الموقع مزدحم أو قيد الصيانة"}
AGAIN = "Stuur het opnieuw"


def invalidated():
    """Return an error of no special kind on a connection that was cut."""
    return ProgrammingError("SELECT", None, sqlite3.ProgrammingError("cut"), connection_invalidated=True)


AWAY = {
    "operational": lambda: OperationalError("SELECT", None, sqlite3.OperationalError("gone")),
    "interface": lambda: InterfaceError("SELECT", None, sqlite3.InterfaceError("closed")),
    "internal": lambda: InternalError("INSERT", None, sqlite3.InternalError("read-only")),
    "no connection left": lambda: PoolTimeoutError("pool"),
    "connection cut": invalidated,
}


@contextmanager
def failing(site, make=AWAY["operational"]):
    """Have the database fail at every statement."""

    def fail(*_args):
        raise make()

    event.listen(site.ground.database.reader, "before_cursor_execute", fail)
    yield
    event.remove(site.ground.database.reader, "before_cursor_execute", fail)


@pytest.mark.parametrize("kind", AWAY)
@pytest.mark.parametrize("path", ["/nl/modules/", "/nl/my/"])
def test_a_database_that_is_away_is_said_whatever_its_error(sqlite_site, kind, path):
    client = learner(sqlite_site, group="labour").client

    with failing(sqlite_site, AWAY[kind]):
        response = client.get(path)

    assert response.status_code == 503
    assert BUSY["nl"] in response.text
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", BUSY)
def test_it_is_said_in_the_readers_language(sqlite_site, language):
    with failing(sqlite_site):
        response = sqlite_site.client().get(f"/{language}/modules/")

    assert response.status_code == 503
    assert f'<html lang="{language}"' in response.text
    assert BUSY[language] in response.text


def test_who_is_signed_in_still_finds_the_way_to_their_path(sqlite_site):
    client = learner(sqlite_site, group="labour").client

    with failing(sqlite_site):
        page = client.get("/nl/my/").text

    assert 'href="/nl/my/"' in page
    assert "/nl/sign-in/" not in page


def test_even_a_page_about_another_fault_can_be_made(sqlite_site):
    client = learner(sqlite_site, group="labour").client

    with failing(sqlite_site):
        response = client.get("/nl/no-such-page/")

    assert response.status_code == 503
    assert BUSY["nl"] in response.text


def test_a_fault_of_the_program_is_not_taken_for_a_fault_of_the_database(sqlite_site):
    with failing(sqlite_site, lambda: IntegrityError("INSERT", None, sqlite3.IntegrityError("twice"))):
        response = sqlite_site.client().get("/nl/modules/")

    assert response.status_code == 500


def test_a_form_comes_back_to_be_sent_again(sqlite_site):
    client = learner(sqlite_site, group="labour").client
    form = {"csrf_token": token(client), "seen": 'a "quote"'}

    with failing(sqlite_site):
        page = client.post(READ, data=form)

    assert page.status_code == 503
    assert AGAIN in page.text
    assert hidden_fields(page.text) == form
    assert client.post(READ, data=form).status_code == 303


def test_an_answer_chosen_is_still_there(sqlite_site):
    with failing(sqlite_site):
        page = sqlite_site.client().post(PRACTICE, data={"answer": ["a", "c"]})

    assert page.status_code == 503
    assert 'name="answer" value="a"' in page.text
    assert 'name="answer" value="c"' in page.text


def test_a_secret_never_stands_in_a_page(sqlite_site):
    client = sqlite_site.client()
    form = {"csrf_token": token(client), "name": "somebody@example.org", "secret": "735190"}

    with failing(sqlite_site):
        page = client.post("/nl/sign-in/", data=form)

    assert page.status_code == 503
    assert "735190" not in page.text
    assert "somebody" not in page.text
    assert AGAIN not in page.text


def test_the_token_that_comes_back_is_never_a_new_one(sqlite_site):
    client = learner(sqlite_site, group="labour").client
    right = token(client)

    with failing(sqlite_site):
        page = client.post(READ, data={"csrf_token": "made by another site"})

    assert page.status_code in (400, 503)
    assert right not in page.text


@pytest.fixture
def cut_short(published_postgresql_url):
    """A site whose database cuts the connection when a page is made, before the request ends."""
    site = site_on(published_postgresql_url)

    def cut(response):
        with psycopg.connect(published_postgresql_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return response

    site.app.after_request(cut)
    yield site
    site.ground.database.dispose()


def test_a_page_that_is_made_is_shown_though_the_connection_is_cut(cut_short):
    client = learner(cut_short, group="labour").client

    pages = [client.get("/nl/my/") for _ in range(3)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert cut_short.ground.database.reader.pool.checkedout() == 0
