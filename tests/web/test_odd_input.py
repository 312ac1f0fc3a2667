"""What no browser sends is refused in words; it never becomes an error of ours."""

import json
from io import BytesIO

import pytest

from tests.study.entering import BIRTH_DATE, CODE, REGISTER, SIGN_IN, activate, unknown_code
from tests.study.forms_sent import fill_in, send, token

STAFF_SIGN_IN = "/nl/staff/sign-in/"
FIELDS = {
    CODE: ("code",),
    SIGN_IN: ("name", "secret"),
    REGISTER: ("email", "secret", "again", "group"),
    STAFF_SIGN_IN: ("email", "password", "totp"),
}
EVERY_FIELD = [(path, field) for path, fields in FIELDS.items() for field in fields]
TOO_LONG = "Dit is te lang. Kijk na wat je hebt getypt."


@pytest.mark.parametrize(("path", "field"), EVERY_FIELD)
@pytest.mark.parametrize("text", ["x" * 10_000, "\ufffd", "٣٤٥", "💥" * 300, " "])
def test_odd_text_is_refused_at_the_field(sqlite_site, path, field, text):
    given = dict.fromkeys(FIELDS[path], "270519") | {field: text}

    assert fill_in(sqlite_site.client(), path, given).status_code == 422


@pytest.mark.parametrize(("path", "field"), [(SIGN_IN, "name"), (STAFF_SIGN_IN, "email")])
def test_what_is_too_long_is_said_in_the_readers_language(sqlite_site, path, field):
    given = dict.fromkeys(FIELDS[path], "270519") | {field: "x" * 300}

    assert TOO_LONG in fill_in(sqlite_site.client(), path, given).text


def test_too_long_a_day_is_refused_at_the_date(sqlite_site):
    client = sqlite_site.client()
    fill_in(client, CODE, code=unknown_code())

    response = fill_in(client, BIRTH_DATE, day="1" * 21, month="4", year="1990")

    assert response.status_code == 422
    assert TOO_LONG in response.text


@pytest.mark.parametrize(("path", "field"), EVERY_FIELD)
def test_a_file_in_place_of_a_text_is_nothing_typed(sqlite_site, path, field):
    client = sqlite_site.client()
    client.get(path)
    csrf = {"csrf_token": token(client)}

    response = client.post(path, data=csrf | {field: (BytesIO(b"abc"), "a.txt")})

    assert response.status_code == 422


@pytest.mark.parametrize(("path", "field"), EVERY_FIELD)
@pytest.mark.parametrize("value", [5, ["a"], {"a": 1}, "\ud800"])
def test_json_in_place_of_a_form_is_nothing_typed(sqlite_site, path, field, value):
    client = sqlite_site.client()
    client.get(path)
    headers = {"X-CSRFToken": token(client), "Content-Type": "application/json"}

    assert client.post(path, data=json.dumps({field: value}), headers=headers).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["modules/%00/", "modules/history-of-belgium/lessons/%00/", "results/%00/", "my/confirmation/%00/"],
)
def test_nul_in_an_address_is_a_page_that_does_not_exist(site, path):
    client = site.client()
    activate(client, site.enrol())

    assert client.get(f"/nl/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["modules/history-of-belgium/test/1/", "modules/history-of-belgium/test/hand-in/"]
)
def test_nul_in_a_form_is_refused(site, path):
    client = site.client()
    activate(client, site.enrol())

    assert send(client, f"/nl/{path}", attempt="a\0b").status_code == 400


@pytest.mark.parametrize("rest", ["%0d%0aX:y", "a%3Fb=c", "a%25b", "%F0%9F%92%A5", "%22onload"])
def test_another_spelling_of_a_language_leads_to_the_same_page(sqlite_site, rest):
    response = sqlite_site.client().get(f"/NL/modules/{rest}/")

    assert response.status_code == 308
    assert "?" not in response.headers["Location"]
    assert sqlite_site.client().get(response.headers["Location"]).status_code == 404


def test_a_staff_password_never_comes_back_to_the_page(sqlite_site):
    given = {"email": "editor@example.org", "password": "word-that-was-typed", "totp": "123456"}

    response = fill_in(sqlite_site.client(), STAFF_SIGN_IN, given)

    assert response.status_code == 422
    assert "word-that-was-typed" not in response.text
    assert "editor@example.org" in response.text


def test_a_form_that_arrived_in_part_is_not_taken_for_a_whole_one(sqlite_site):
    client = sqlite_site.client()
    path = "/nl/modules/history-of-belgium/lessons/congo/practice/hb-001/"
    arrived = {"CONTENT_LENGTH": "17", "wsgi.input_terminated": True, "wsgi.input": BytesIO(b"answer=a&ans")}

    response = client.post(path, content_type="application/x-www-form-urlencoded", environ_overrides=arrived)

    assert response.status_code == 400
