"""Signing in, out and registering."""

import pytest

from pretraject.accounts.codes import print_code
from pretraject.enrolment.actions import reissue
from pretraject.enrolment.queries import find_person_by_file_number
from tests.site import PIN
from tests.study.asking_module import TEST, asking_site
from tests.study.entering import EMAIL, FILE, SIGN_IN, activate, register, unknown_code
from tests.study.forms_sent import fill_in, send

UNKNOWN = "do not belong together"


@pytest.fixture
def site(sqlite_url, tmp_path):
    """A site with one person enrolled, whose code is `site.code`."""
    built = asking_site(sqlite_url, tmp_path)
    built.code = built.enrol(FILE)
    yield built
    built.ground.database.dispose()


@pytest.fixture
def client(site):
    """A browser without history."""
    return site.client()


def test_code_and_pin_let_in(site, client):
    activate(site.client(), site.code)

    response = fill_in(client, SIGN_IN, name=site.code.lower(), secret=PIN)

    assert response.headers["Location"] == "/nl/my/"
    assert client.get("/nl/my/").status_code == 200


def test_email_and_pin_let_in(site, client):
    register(site.client())

    assert fill_in(client, SIGN_IN, name=EMAIL.upper(), secret=PIN).headers["Location"] == "/nl/my/"


@pytest.mark.parametrize("name", ["known", "unknown", "who@example.org", "what?"])
def test_whatever_is_wrong_sounds_the_same_and_keeps_the_name(site, client, name):
    activate(site.client(), site.code)
    name = {"known": site.code, "unknown": unknown_code()}.get(name, name)

    response = fill_in(client, SIGN_IN, name=name, secret="806142")

    assert response.status_code == 422
    assert UNKNOWN in response.text
    assert f'value="{name}"' in response.text
    assert "806142" not in response.text


def test_ten_wrong_pins_end_the_code_and_say_how_to_get_a_new_one(site, client):
    activate(site.client(), site.code)
    for _ in range(10):
        response = fill_in(client, SIGN_IN, name=site.code, secret="806142")
        site.clock.forward(minutes=2)

    assert "You need a new one" in response.text
    assert 'href="/nl/forgotten/"' in response.text
    assert fill_in(client, SIGN_IN, name=site.code, secret=PIN).status_code == 422


def test_too_many_tries_have_to_wait(site, client):
    register(site.client())
    for _ in range(6):
        response = fill_in(client, SIGN_IN, name=EMAIL, secret="806142")

    assert response.status_code == 429
    assert "Try again in" in response.text


def test_a_page_that_asked_to_sign_in_comes_back(site, client):
    activate(site.client(), site.code)
    asked = client.get(f"{TEST}1/").headers["Location"]

    response = fill_in(client, asked, name=site.code, secret=PIN)

    assert response.headers["Location"] == f"{TEST}1/"


def test_it_comes_back_in_the_language_chosen_meanwhile(site, client):
    activate(site.client(), site.code)
    asked = client.get(f"{TEST}1/").headers["Location"].replace("/nl/sign-in/", "/ar/sign-in/")

    response = fill_in(client, asked, name=site.code, secret=PIN)

    assert response.headers["Location"] == f"{TEST}1/".replace("/nl/", "/ar/")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_led_away_from_the_site(site, client, target):
    activate(site.client(), site.code)

    response = client.get(SIGN_IN, query_string={"next": target})
    response = send(client, f"{SIGN_IN}?next={target}", name=site.code, secret=PIN)

    assert response.headers["Location"] == "/nl/my/"


def test_a_form_of_an_old_session_leads_to_sign_in_and_back_to_its_page(site, client):
    activate(client, site.code, shared="y")
    site.clock.forward(hours=1)

    response = client.get("/nl/my/account/")

    assert response.headers["Location"].startswith("/nl/sign-in/?next=")


def test_signing_out_ends_the_session(site, client):
    activate(client, site.code)
    cookie = client.get_cookie("pretraject").value

    response = send(client, "/nl/sign-out/")

    assert response.headers["Location"] == "/nl/"
    client.set_cookie("pretraject", cookie)
    assert client.get("/nl/my/").status_code == 303


def test_signing_out_twice_is_no_error(site, client):
    activate(client, site.code)
    send(client, "/nl/sign-out/")

    response = client.post("/nl/sign-out/", data={"csrf_token": "of-the-page-before"})

    assert response.status_code == 303


def test_the_address_alone_signs_nobody_out(site, client):
    activate(client, site.code)

    client.get("/nl/sign-out/")

    assert client.get("/nl/my/").status_code == 200


def test_registering_leads_to_my_path(client):
    response = register(client)

    assert response.headers["Location"] == "/nl/my/"
    assert client.get("/nl/my/").status_code == 200


def test_registering_the_same_twice_is_one_account(site, client):
    register(site.client())

    assert register(client).status_code == 303


def test_an_address_that_is_taken_leads_to_sign_in(site, client):
    register(site.client())

    response = register(client, secret="806142", again="806142")

    assert response.status_code == 422
    assert "has an account already" in response.text
    assert f'value="{EMAIL}"' in response.text
    assert 'value="family" checked' in response.text or "checked><span" in response.text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "amina"}, "email"),
        ({"group": ""}, "group"),
        ({"group": "king"}, "group"),
        ({"secret": "111111"}, "secret"),
    ],
)
def test_a_fault_is_shown_at_its_field_and_nothing_is_lost(client, given, field):
    response = register(client, **given)

    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert f'id="{field}-error"' in response.text
    assert f'value="{given.get("email", EMAIL)}"' in response.text


def test_who_forgot_is_told_the_way_without_email(client):
    page = client.get("/nl/forgotten/").text

    assert "agency" in page
    assert 'href="/nl/activate/"' in page


def test_a_new_code_gives_the_account_back(site, client):
    activate(client, site.code)
    with site.ground.database.writing() as session:
        person = find_person_by_file_number(session, site.ground.vault, FILE)
        code = reissue(session, site.ground.vault, person=person, disputed=False, at=site.clock())
        session.commit()

    assert client.get("/nl/my/").status_code == 303
    assert fill_in(site.client(), SIGN_IN, name=site.code, secret=PIN).status_code == 422
    assert activate(site.client(), print_code(code), secret="806142").headers["Location"] == "/nl/my/"
