"""The account page and what is changed from it."""

import pytest
from sqlalchemy import select

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.models import Account
from pretraject.completion.models import TrackCompletion
from tests.site import BORN, PIN
from tests.study.asking_module import MODULE, asking_site
from tests.study.entering import EMAIL, FILE, SIGN_IN, activate, register
from tests.study.forms_sent import fill_in, hidden_fields, send
from tests.study.readers import counted, learner
from tests.study.taking import begin, hand_in, take

ACCOUNT = "/nl/my/account/"
NEW = "806142"


@pytest.fixture
def site(sqlite_url, tmp_path):
    """A site with one person enrolled, whose code is `site.code`."""
    built = asking_site(sqlite_url, tmp_path)
    built.code = built.enrol(FILE)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def client(site):
    """The browser of somebody who registered by e-mail."""
    client = site.client()
    register(client)
    return client


def link(client, code, born=BORN):
    """Add the code of a letter."""
    return fill_in(client, f"{ACCOUNT}code/", code=code, day=born.day, month=born.month, year=born.year)


def test_the_account_page_lists_names_and_sign_ins(site, client):
    fill_in(site.client(), SIGN_IN, name=EMAIL, secret=PIN, shared="y")

    page = client.get(ACCOUNT).text

    assert EMAIL in page
    assert page.count("<tr>") == 3
    assert "this one" in page
    assert "shared" in page


def test_the_account_page_shows_the_file_number(site):
    client = site.client()
    activate(client, site.code)

    assert FILE in client.get(ACCOUNT).text


def test_signing_out_everywhere_ends_every_session(site, client):
    other = site.client()
    fill_in(other, SIGN_IN, name=EMAIL, secret=PIN)

    response = send(client, f"{ACCOUNT}sign-out-everywhere/")

    assert response.headers["Location"] == SIGN_IN
    assert "signed out everywhere" in client.get(SIGN_IN).text
    for browser in (client, other):
        assert browser.get(ACCOUNT).status_code == 303


def test_changing_the_secret_ends_the_other_sessions_only(site, client):
    other = site.client()
    fill_in(other, SIGN_IN, name=EMAIL, secret=PIN)

    response = fill_in(client, f"{ACCOUNT}secret/", current=PIN, secret=NEW, again=NEW)

    assert response.headers["Location"] == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200
    assert other.get(ACCOUNT).status_code == 303
    assert fill_in(site.client(), SIGN_IN, name=EMAIL, secret=NEW).status_code == 303


def test_a_wrong_secret_so_far_changes_nothing(site, client):
    response = fill_in(client, f"{ACCOUNT}secret/", current="111222", secret=NEW, again=NEW)

    assert response.status_code == 422
    assert 'href="#current"' in response.text
    assert fill_in(site.client(), SIGN_IN, name=EMAIL, secret=PIN).status_code == 303


def test_a_code_can_be_linked_and_signs_in_from_then_on(site, client):
    response = link(client, site.code)

    assert response.headers["Location"] == "/nl/my/"
    assert fill_in(site.client(), SIGN_IN, name=site.code, secret=PIN).status_code == 303


def test_linking_twice_is_no_error(site, client):
    link(client, site.code)

    assert link(client, site.code).status_code == 303


def test_who_finished_first_is_complete_after_linking(site, client):
    begin(client)
    take(site, client)
    hand_in(client)

    link(client, site.code)

    with site.ground.database.reading() as session:
        assert "labour" in session.scalars(select(TrackCompletion.track)).all()


def test_a_wrong_birth_date_keeps_what_was_typed(site, client):
    response = link(client, site.code, born=BirthDate(1991, 4, 15))

    assert response.status_code == 422
    assert "do not belong together" in response.text
    assert f'value="{site.code}"' in response.text
    assert 'value="1991"' in response.text


def test_a_letter_with_its_own_account_cannot_be_added(site, client):
    activate(site.client(), site.code)

    response = link(client, site.code)

    assert response.status_code == 422
    assert "has an account of its own" in response.text


def test_a_letter_of_somebody_else_cannot_be_added(site, client):
    link(client, site.code)
    born = BirthDate(1971, 1, 2)
    other = site.enrol("GV-2026-2", born=born)

    response = link(client, other, born=born)

    assert response.status_code == 422
    assert "not the one of your account" in response.text


def test_the_second_language_is_kept_and_shown_beside_a_draft(site, client):
    response = fill_in(client, f"{ACCOUNT}language/", second="en")

    assert response.headers["Location"] == ACCOUNT
    assert "English" in client.get(ACCOUNT).text
    with site.ground.database.reading() as session:
        assert session.scalars(select(Account.second_locale)).one() == "en"
    begin(client)
    with counted(site) as statements:
        assert client.get(f"/ar/modules/{MODULE}/test/1/").status_code == 200
    assert len(statements) <= 8, statements


def test_the_second_language_can_be_taken_back(site, client):
    fill_in(client, f"{ACCOUNT}language/", second="en")
    fill_in(client, f"{ACCOUNT}language/", second="")

    with site.ground.database.reading() as session:
        assert session.scalars(select(Account.second_locale)).one() is None


def test_an_unknown_second_language_is_refused(client):
    assert fill_in(client, f"{ACCOUNT}language/", second="xx").status_code == 422


@pytest.mark.parametrize("path", ["", "secret/", "code/", "language/", "sign-out-everywhere/"])
def test_every_page_asks_to_sign_in_and_is_kept_nowhere(site, client, path):
    assert site.client().get(ACCOUNT + path).status_code == 303

    response = client.get(ACCOUNT + path)

    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_account_page_needs_few_queries(site):
    client = learner(site, group="labour").client

    with counted(site) as statements:
        assert client.get(ACCOUNT).status_code == 200

    assert len(statements) <= 8, statements


def test_a_form_open_while_the_secret_was_changed_loses_no_answer(site, client):
    begin(client)
    path = f"/nl/modules/{MODULE}/test/1/"
    other_tab = hidden_fields(client.get(path).text)
    fill_in(client, f"{ACCOUNT}secret/", current=PIN, secret=NEW, again=NEW)

    response = client.post(path, data=other_tab | {"answer": "a"})

    assert response.status_code == 422
    assert "save it once more" in response.text
