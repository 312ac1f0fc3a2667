"""Staff in a browser: the set-up link, signing in, the home page of a role."""

import pyotp
import pytest

from pretraject.accounts.staff import add_staff, get_set_up
from tests.site import PIN
from tests.study.forms_sent import send

EMAIL = "an.peeters@example.org"
PASSWORD = "vier-woorden-op-een-rij"
HOME = "/nl/staff/"
SIGN_IN = "/nl/staff/sign-in/"


@pytest.fixture
def member(site):
    """A member of staff with a set-up link, as its path and the secret of the app."""
    with site.ground.database.writing() as session:
        token = add_staff(session, site.ground.vault, email=EMAIL, role="editor", at=site.clock())
        secret = get_set_up(session, site.ground.vault, token, at=site.clock()).totp_secret
        session.commit()
    return f"/nl/staff/set-up/{token}/", pyotp.TOTP(secret)


def set_up(site, member):
    path, totp = member
    response = send(site.client(), path, password=PASSWORD, totp=totp.at(site.clock()))
    assert response.status_code == 303
    site.clock.forward(minutes=1)
    return totp


def signed_in(site, member):
    totp = set_up(site, member)
    client = site.client()
    send(client, SIGN_IN, email=EMAIL, password=PASSWORD, totp=totp.at(site.clock()))
    return client


def test_the_set_up_page_shows_the_key_and_a_picture_to_scan(site, member):
    page = site.client().get(member[0]).text

    assert member[1].secret in page
    assert "<svg" in page


def test_after_set_up_the_link_is_used_up(site, member):
    set_up(site, member)

    assert site.client().get(member[0]).status_code == 404


@pytest.mark.parametrize(("password", "code"), [("kort", None), (PIN, None), (PASSWORD, "000000")])
def test_a_weak_password_or_wrong_code_is_refused_and_the_link_stays_good(site, member, password, code):
    path, totp = member

    response = send(site.client(), path, password=password, totp=code or totp.at(site.clock()))

    assert response.status_code == 422
    assert site.client().get(path).status_code == 200


def test_password_and_code_let_in_to_the_home_of_the_role(site, member):
    page = signed_in(site, member).get(HOME)

    assert page.status_code == 200
    assert "Redacteur" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_code_works_once(site, member):
    totp = set_up(site, member)
    code = totp.at(site.clock())
    send(site.client(), SIGN_IN, email=EMAIL, password=PASSWORD, totp=code)

    second = send(site.client(), SIGN_IN, email=EMAIL, password=PASSWORD, totp=code)

    assert second.status_code == 422


@pytest.mark.parametrize(
    ("email", "password"), [("niemand@example.org", PASSWORD), (EMAIL, "iets-anders-dan-dat")]
)
def test_an_unknown_address_and_a_wrong_password_sound_the_same(site, member, email, password):
    totp = set_up(site, member)

    response = send(site.client(), SIGN_IN, email=email, password=password, totp=totp.at(site.clock()))

    assert response.status_code == 422
    assert "horen niet bij elkaar" in response.text
    assert password not in response.text


def test_signing_out_ends_it(site, member):
    client = signed_in(site, member)

    send(client, "/nl/staff/sign-out/", page=HOME)

    assert client.get(HOME).status_code in (302, 303)


def test_a_learner_is_no_member_of_staff(site):
    client = site.client()
    send(client, "/nl/register/", email="lerend@example.org", secret=PIN, again=PIN, group="labour")

    assert client.get(HOME).status_code in (302, 303, 403)


def test_staff_pages_are_in_dutch_or_english(site):
    response = site.client().get("/ar/staff/sign-in/")

    assert response.status_code == 302
    assert response.location == SIGN_IN


def test_staff_see_how_far_each_language_is(site, member):
    page = signed_in(site, member).get("/en/staff/translations/").text

    assert "العربية" in page
    assert "116/116" in page
    assert page.count("100 %") >= 6


def test_translations_are_for_staff_only(site):
    assert site.client().get("/nl/staff/translations/").status_code == 303
