import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import event, select

from pretraject.accounts import staff
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.models import SignIn
from pretraject.enrolment import actions

PIN = "408172"
BORN = BirthDate(1990, 4, 15)


@pytest.fixture
def site(sqlite_site):
    return sqlite_site


@pytest.fixture
def client(site):
    return site.client()


@pytest.fixture
def code(site):
    """The code of somebody who has activated it."""
    code = site.enrol(born=BORN)
    with site.ground.database.writing() as session:
        actions.activate(
            session,
            site.ground.vault,
            code=code,
            birth_date=BORN,
            secret=PIN,
            locale="nl",
            address="",
            at=site.clock(),
        )
        session.commit()
    return code


def send(client, path, **fields):
    """Fill in a form and send it."""
    page = client.get(path).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return client.post(path, data={"csrf_token": token.group(1), **fields})


def enter(client, code, path="/nl/sign-in/", **fields):
    return send(client, path, name=code, secret=PIN, **fields)


def cookie(response):
    """Return the session cookie as it was set, in small letters."""
    (found,) = [one for one in response.headers.getlist("Set-Cookie") if one.startswith("pretraject=")]
    return found.lower()


def test_a_page_for_learners_leads_to_the_sign_in_and_back(client, code):
    refused = client.get("/nl/my/account/?a=b")

    assert refused.status_code == 303
    assert refused.location == "/nl/sign-in/?next=%2Fnl%2Fmy%2Faccount%2F%3Fa%3Db"
    assert enter(client, code, refused.location).location == "/nl/my/account/?a=b"
    assert client.get("/nl/my/").status_code == 200


def test_a_form_sent_too_late_leads_back_to_its_page(client):
    page = "http://localhost/nl/modules/history-of-belgium/test/3/"
    client.get("/nl/sign-in/")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/nl/sign-in/").text).group(1)

    refused = client.post(
        "/nl/my/account/sign-out-everywhere/", data={"csrf_token": token}, headers={"Referer": page}
    )

    assert parse_qs(urlsplit(refused.location).query)["next"] == ["/nl/modules/history-of-belgium/test/3/"]


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/%5Cevil"]
)
def test_nobody_is_led_to_another_site(client, code, target):
    location = enter(client, code, f"/nl/sign-in/?next={target}").location

    assert urlsplit(location).netloc == ""
    assert location.startswith("/nl/")


def test_the_cookie_is_for_this_site_and_this_browser_only(client, code):
    found = cookie(enter(client, code))

    assert "httponly" in found
    assert "samesite=lax" in found
    assert "expires" in found


def test_on_a_shared_device_the_cookie_goes_with_the_browser(client, code):
    assert "expires" not in cookie(enter(client, code, shared="y"))


def test_nothing_of_the_visit_before_is_kept_at_sign_in(client, code):
    client.get("/nl/sign-in/")
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"

    enter(client, code)

    with client.session_transaction() as kept:
        assert "planted" not in kept


def test_a_session_ended_elsewhere_is_over_here(client, code, site):
    enter(client, code)
    other = site.client()
    enter(other, code)

    send_everywhere(other)

    assert client.get("/nl/my/").status_code == 303


def send_everywhere(client):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/nl/my/account/").text).group(1)
    return client.post("/nl/my/account/sign-out-everywhere/", data={"csrf_token": token})


def test_a_session_that_is_used_stays(client, code, site):
    enter(client, code, shared="y")
    for _ in range(6):
        site.clock.forward(minutes=20)
        assert client.get("/nl/my/").status_code == 200

    site.clock.forward(minutes=30)

    assert client.get("/nl/my/").status_code == 303


def test_use_is_noted_every_few_minutes_only(client, code, site):
    enter(client, code)
    written = []
    event.listen(site.ground.database.writer, "commit", lambda _connection: written.append(1))

    client.get("/nl/my/account/")
    site.clock.forward(minutes=6)
    client.get("/nl/my/account/")
    client.get("/nl/my/account/")

    assert len(written) == 1


def test_a_visitor_costs_no_question_to_the_database(client, site):
    asked = []
    event.listen(
        site.ground.database.reader,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )

    client.get("/nl/sign-in/")

    assert [statement for statement in asked if "sign_in" in statement] == []


def employ(site, role="editor"):
    """Make a member of staff and return the app."""
    at = site.clock() - timedelta(minutes=5)
    vault = site.ground.vault
    with site.ground.database.writing() as session:
        token = staff.add_staff(session, vault, email="editor@example.org", role=role, at=at)
        app = pyotp.TOTP(staff.get_set_up(session, vault, token, at=at).totp_secret)
        staff.set_up_staff(
            session, vault, token=token, password="een lang wachtwoord", totp=app.at(at), at=at
        )
        session.commit()
    return app


def enter_staff(client, site, app):
    return send(
        client,
        "/nl/staff/sign-in/",
        email="editor@example.org",
        password="een lang wachtwoord",
        totp=app.at(site.clock()),
    )


def test_staff_pages_lead_to_their_own_sign_in(client):
    assert client.get("/nl/staff/").location == "/nl/staff/sign-in/?next=%2Fnl%2Fstaff%2F"


def test_staff_come_in(client, site):
    entered = enter_staff(client, site, employ(site))

    assert entered.location == "/nl/staff/"
    assert client.get("/nl/staff/").status_code == 200


def test_staff_are_no_learners(client, site):
    enter_staff(client, site, employ(site))

    assert client.get("/nl/my/account/").status_code == 403


def test_learners_are_no_staff(client, code):
    enter(client, code)

    assert client.get("/nl/staff/").location.startswith("/nl/staff/sign-in/")


def test_a_forged_cookie_opens_nothing(client, code, site):
    enter(client, code)
    value = client.get_cookie("pretraject").value
    forged = site.client()
    forged.set_cookie("pretraject", value[:-2] + ("AA" if value[-2:] != "AA" else "BB"))

    assert forged.get("/nl/my/").status_code == 303


def test_every_sign_in_is_a_row(client, code, site):
    enter(client, code)
    enter(site.client(), code)

    with site.ground.database.reading() as session:
        assert len(session.scalars(select(SignIn)).all()) == 2
