"""What a counsellor does for somebody: a new code, the confirmation, the agency."""

import re

import pytest
from sqlalchemy import select

from pretraject.completion.status import status_of
from pretraject.enrolment.handing_over import find_handover
from pretraject.enrolment.models import AccessCode, Handover
from tests.handover.counsellors import (
    NUMBER,
    REFERENCE,
    checked_page,
    complete,
    employ,
    entries,
    person_with,
    rows_of,
    stored,
)
from tests.site import PIN
from tests.study.entering import activate
from tests.study.forms_sent import fill_in, hidden_fields

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")


@pytest.fixture
def learner(site):
    """Somebody who opened their account; the browser in which they are signed in."""
    client = site.client()
    activate(client, site.enrol(NUMBER))
    return client


@pytest.fixture
def page(site, learner):
    """The page of that person after the check, and the counsellor's browser."""
    counsellor = employ(site)
    return counsellor, checked_page(counsellor)


def test_a_new_code_ends_the_sign_in_and_opens_the_account_again(site, learner, page):
    counsellor, address = page

    made = fill_in(counsellor, f"{address}code/")
    code = CODE.search(made.text)[0]

    assert made.status_code == 200
    assert learner.get("/nl/my/").status_code == 303
    again = site.client()
    activate(again, code, secret="730518")
    assert again.get("/nl/my/").status_code == 200


def test_before_a_code_is_made_the_page_says_what_ends(site, page):
    counsellor, address = page

    counsellor.get(f"{address}code/")

    assert codes(site) == 1


def test_a_second_click_makes_no_second_code(site, page):
    counsellor, address = page
    form = hidden_fields(counsellor.get(f"{address}code/").text)

    first = counsellor.post(f"{address}code/", data=form)
    second = counsellor.post(f"{address}code/", data=form)

    assert first.status_code == 200
    assert second.status_code == 409
    assert not CODE.search(second.text)
    assert codes(site) == 2


def codes(site):
    return rows_of(site, AccessCode)


def test_a_code_is_shown_once(site, page):
    counsellor, address = page
    code = CODE.search(fill_in(counsellor, f"{address}code/").text)[0]

    for path in (address, f"{address}code/"):
        assert code not in counsellor.get(path).text


@pytest.mark.parametrize(("ticked", "word"), [({}, "completed"), ({"disputed": "y"}, "undetermined")])
def test_what_was_completed_under_a_disputed_sign_in_is_flagged(site, page, ticked, word):
    complete(site)
    counsellor, address = page

    fill_in(counsellor, f"{address}code/", ticked)

    with stored(site) as session:
        assert status_of(session, person_with(site, session), at=site.clock()).word == word
    actions = [action for action, _id, _detail in entries(site)]
    assert ("code.reissued-disputed" if ticked else "code.reissued") in actions


def test_a_doubt_that_cannot_be_read_makes_no_code(site, page):
    counsellor, address = page

    assert fill_in(counsellor, f"{address}code/", disputed="perhaps").status_code == 422
    assert codes(site) == 1


def test_the_confirmation_is_in_dutch_and_in_the_person_s_language(site):
    site.enrol(NUMBER, locale="ar")
    counsellor = employ(site)
    complete(site)
    address = checked_page(counsellor)

    text = counsellor.get(f"{address}confirmation/").text

    assert re.search(r'<section lang="nl" dir="ltr">.*</section>', text, re.DOTALL)
    assert re.search(r'<section lang="ar" dir="rtl">.*نوفمبر.*</section>', text, re.DOTALL)
    for said in (REFERENCE, NUMBER, "23 november 2026", "labour-2026-02-02-f89ff55e"):
        assert said in text


def test_there_is_no_confirmation_of_what_is_not_completed(page):
    counsellor, address = page

    assert "/confirmation/" not in counsellor.get(address).text
    assert counsellor.get(f"{address}confirmation/").status_code == 404


@pytest.mark.parametrize(
    ("postcode", "choice", "agency"),
    [
        ("9000", "by-postcode", "amal"),
        ("2060", "by-postcode", "atlas"),
        ("1030", "by-postcode", "agii"),
        ("٣٥٠٠", "by-postcode", "agii"),
        ("5000", "agii", "agii"),
    ],
)
def test_the_agency_is_noted_by_postcode_or_by_name(site, page, postcode, choice, agency):
    counsellor, address = page

    response = fill_in(counsellor, f"{address}agency/", postcode=postcode, agency=choice)

    assert response.location == address
    with stored(site) as session:
        assert find_handover(session, person_with(site, session)).agency == agency
    assert entries(site)[-1][2] == {"agency": agency}


@pytest.mark.parametrize("postcode", ["5000", "900", "90000", "", "abcd", "0999"])
def test_a_postcode_without_agency_is_refused_and_stays(site, page, postcode):
    counsellor, address = page

    response = fill_in(counsellor, f"{address}agency/", postcode=postcode, agency="by-postcode")

    assert response.status_code == 422
    assert f'value="{postcode}"' in response.text
    assert rows_of(site, Handover) == 0


def test_the_newest_agency_counts_and_can_be_taken_back(site, page, learner):
    counsellor, address = page
    for postcode, agency in (("9000", "by-postcode"), ("2000", "by-postcode")):
        fill_in(counsellor, f"{address}agency/", postcode=postcode, agency=agency)
    assert "Atlas" in learner.get("/nl/my/").text

    fill_in(counsellor, f"{address}agency/", postcode="", agency="-")

    assert "Atlas" not in learner.get("/nl/my/").text
    assert rows_of(site, Handover) == 3


def test_the_learner_sees_who_goes_on_with_them(site, page, learner):
    counsellor, address = page
    fill_in(counsellor, f"{address}agency/", postcode="9000", agency="by-postcode")

    text = learner.get("/nl/my/").text

    assert "Amal" in text
    assert 'href="https://www.amal.gent"' in text


def test_every_change_stands_with_the_person(site, page):
    counsellor, address = page
    fill_in(counsellor, f"{address}agency/", postcode="9000", agency="by-postcode")
    fill_in(counsellor, f"{address}code/")

    with stored(site) as session:
        person_id = person_with(site, session).id
        assert session.scalars(select(Handover)).one().postcode == "9000"
    assert {who for _action, who, _detail in entries(site)} == {person_id}
    assert PIN not in str(entries(site))
