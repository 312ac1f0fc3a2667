"""From the letter to an account."""

import pytest

from pretraject.accounts.birth_dates import BirthDate
from tests.site import BORN, PIN
from tests.study.asking_module import asking_site
from tests.study.entering import BIRTH_DATE, CODE, FILE, SECRET, activate, go_to_secret, unknown_code
from tests.study.forms_sent import fill_in, send
from tests.study.readers import learner

UNKNOWN = "The code and the birth date do not belong together"


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


def test_three_questions_lead_to_my_path(site, client):
    response = activate(client, site.code)

    assert response.status_code == 303
    assert response.headers["Location"] == "/nl/my/"
    assert client.get("/nl/my/").status_code == 200


@pytest.mark.parametrize("between", ["-", " ", "", "–", "  "])
def test_a_code_may_be_typed_in_many_ways(site, client, between):
    response = fill_in(client, CODE, code=site.code.lower().replace("-", between))

    assert response.headers["Location"] == BIRTH_DATE


def test_a_slip_in_the_code_is_shown_at_the_field_with_what_was_typed(client):
    response = fill_in(client, CODE, code="ABCD-EFGH-JKMN-PP")

    assert response.status_code == 422
    assert 'value="ABCD-EFGH-JKMN-PP"' in response.text
    assert 'href="#code"' in response.text
    assert 'aria-describedby="code-hint code-error"' in response.text or "code-error" in response.text


def test_the_code_stands_in_no_address(site, client):
    plain = site.code.replace("-", "")
    for response in (fill_in(client, CODE, code=site.code), client.get(BIRTH_DATE), client.get("/nl/")):
        assert plain not in response.headers.get("Location", "")
        assert plain not in response.text
    cookie = client.get_cookie("pretraject").value
    assert plain not in cookie


def test_going_back_shows_what_was_typed(site, client):
    go_to_secret(client, site.code)

    assert f'value="{site.code}"' in client.get(CODE).text
    page = client.get(BIRTH_DATE).text
    for value in (BORN.day, BORN.month, BORN.year):
        assert f'value="{value}"' in page


def test_switching_language_midway_keeps_the_answers(site, client):
    go_to_secret(client, site.code)

    response = fill_in(client, "/ar/activate/secret/", secret=PIN, again=PIN)

    assert response.headers["Location"] == "/ar/my/"


@pytest.mark.parametrize("path", [BIRTH_DATE, SECRET])
def test_a_later_question_leads_to_the_first_when_that_is_not_answered(client, path):
    assert client.get(path).headers["Location"] == CODE


def test_what_was_typed_is_forgotten_after_half_an_hour(site, client):
    fill_in(client, CODE, code=site.code)
    site.clock.forward(minutes=31)

    assert client.get(BIRTH_DATE).headers["Location"] == CODE
    assert site.code not in client.get(CODE).text


def test_a_date_that_does_not_exist_is_refused(site, client):
    fill_in(client, CODE, code=site.code)

    response = fill_in(client, BIRTH_DATE, day="31", month="2", year="1990")

    assert response.status_code == 422
    assert 'value="31"' in response.text
    assert "This is no date" in response.text


def test_digits_of_other_scripts_are_digits(site, client):
    fill_in(client, CODE, code=site.code)

    response = fill_in(client, BIRTH_DATE, day="١٥", month="٤", year="١٩٩٠")

    assert response.headers["Location"] == SECRET
    assert fill_in(client, SECRET, secret="٢٧٠٥١٩", again="270519").headers["Location"] == "/nl/my/"


def test_a_wrong_birth_date_and_an_unknown_code_sound_the_same(site, client):
    wrong_date = activate(client, site.code, born=BirthDate(1991, 4, 15))
    unknown = activate(site.client(), unknown_code())

    assert wrong_date.status_code == unknown.status_code == 422
    for response in (wrong_date, unknown):
        assert UNKNOWN in response.text
        assert PIN not in response.text


def test_after_a_wrong_birth_date_the_right_one_opens_the_account(site, client):
    activate(client, site.code, born=BirthDate(1991, 4, 15))

    fill_in(client, BIRTH_DATE, day=BORN.day, month=BORN.month, year=BORN.year)
    response = fill_in(client, SECRET, secret=PIN, again=PIN)

    assert response.headers["Location"] == "/nl/my/"


def test_after_ten_wrong_birth_dates_a_new_code_is_needed(site, client):
    for _ in range(10):
        response = activate(client, site.code, born=BirthDate(1991, 4, 15))
        site.clock.forward(minutes=2)

    assert response.status_code == 422
    assert "You need a new one" in response.text
    assert 'href="/nl/forgotten/"' in response.text
    assert "You need a new one" in activate(client, site.code).text


@pytest.mark.parametrize(
    ("secret", "again", "says"),
    [
        ("123456", "123456", "follow each other"),
        ("150490", "150490", "your birth date"),
        ("1234", "1234", "6 digits"),
        (PIN, "270518", "not the same"),
        (PIN, "", "once more"),
        ("", "", "Choose a PIN"),
    ],
)
def test_a_secret_that_will_not_do_is_refused_with_the_reason(site, client, secret, again, says):
    go_to_secret(client, site.code)

    response = fill_in(client, SECRET, secret=secret, again=again)

    assert response.status_code == 422
    assert says in response.text
    assert f'value="{PIN}"' not in response.text


def test_who_activated_before_is_led_to_sign_in(site, client):
    activate(client, site.code)

    response = activate(site.client(), site.code, secret="806142")

    assert response.status_code == 409
    assert "opened your account before" in response.text
    assert 'href="/nl/sign-in/"' in response.text


def test_the_same_form_a_second_time_signs_in(site, client):
    activate(client, site.code)

    assert activate(site.client(), site.code).headers["Location"] == "/nl/my/"


def test_who_is_signed_in_is_led_to_adding_the_code(site):
    client = learner(site).client

    assert client.get(CODE).headers["Location"] == "/nl/my/account/code/"
    assert client.get(SECRET).headers["Location"] == "/nl/my/"


def test_a_second_tap_with_the_old_token_leads_to_my_path(site, client):
    go_to_secret(client, site.code)
    form = {"csrf_token": "of-the-page-before", "secret": PIN, "again": PIN}
    fill_in(client, SECRET, secret=PIN, again=PIN)

    response = client.post(SECRET, data=form)

    assert response.status_code == 303
    assert response.headers["Location"] == "/nl/my/"


def test_a_shared_phone_is_signed_out_after_half_an_hour(site, client):
    activate(client, site.code, shared="y")
    assert client.get("/nl/my/").status_code == 200

    site.clock.forward(minutes=31)

    assert client.get("/nl/my/").status_code == 303


def test_nothing_of_activation_is_kept_by_the_browser(site, client):
    fill_in(client, CODE, code=site.code)

    for path in (CODE, BIRTH_DATE):
        assert client.get(path).headers["Cache-Control"] == "private, no-store"


def test_a_form_without_token_opens_nothing(site, client):
    go_to_secret(client, site.code)

    assert client.post(SECRET, data={"secret": PIN, "again": PIN}).status_code == 400
    assert send(client, SECRET, secret=PIN, again=PIN).status_code == 303
