"""Finding one person by a number, with a reason, and what is seen before and after the check."""

import pytest

from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.models import Look
from pretraject.enrolment.rows import IntakeRow, prepare
from tests.handover.counsellors import (
    FIND,
    NUMBER,
    check,
    checked_page,
    complete,
    employ,
    entries,
    find,
    find_page,
    person_with,
    rows_of,
    stored,
)
from tests.site import BORN


@pytest.fixture
def counsellor(site):
    """A counsellor, and somebody who is enrolled."""
    site.enrol(NUMBER)
    return employ(site)


@pytest.mark.parametrize("role", ["case-worker", "editor", "translator", "reviewer", "publisher"])
def test_other_roles_are_kept_out(sqlite_site, role):
    client = employ(sqlite_site, role)

    assert client.get(FIND).status_code == 403
    assert client.get(f"{FIND}{'0' * 32}/").status_code == 403
    assert FIND not in client.get("/nl/staff/").text


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_counsellors_find_the_door_on_their_home_page(sqlite_site, role):
    client = employ(sqlite_site, role)

    assert f'href="{FIND}"' in client.get("/nl/staff/").text
    assert client.get(FIND).status_code == 200


def test_a_number_leads_to_a_page_whose_address_holds_nothing_of_the_person(site, counsellor, caplog):
    caplog.set_level("DEBUG")

    page = find_page(counsellor, "ab 2026 1")

    assert counsellor.get(page).status_code == 200
    assert "2026" not in page
    assert not any(NUMBER in line or "AB20261" in line for line in caplog.messages)


def test_every_look_is_written_down_with_its_reason(site, counsellor):
    page = find_page(counsellor)
    counsellor.get(page)

    with stored(site) as session:
        person_id = person_with(site, session).id
    assert entries(site) == [
        ("handover.found", person_id, {"reason": "here"}),
        ("handover.looked", person_id, {"reason": "here"}),
    ]


def test_without_a_reason_nobody_is_looked_for(site, counsellor):
    response = find(counsellor, reason="")

    assert response.status_code == 422
    assert f'value="{NUMBER}"' in response.text
    assert rows_of(site, Look) == 0


def test_a_number_nobody_has_is_told_with_what_to_do(site, counsellor):
    response = find(counsellor, "ZZ-9999")

    assert response.status_code == 404
    assert 'value="ZZ-9999"' in response.text
    assert "of an earlier permit" in response.text or "eerdere vergunning" in response.text
    assert entries(site) == [("handover.nobody-found", None, {"reason": "here"})]


def test_where_two_have_the_number_the_issuer_decides(site, counsellor):
    enrol_by(site, "dvz")

    asked = find(counsellor)
    answered = find(counsellor, issuer="dvz")

    assert asked.status_code == 422
    assert 'value="wewis"' in asked.text
    assert 'value="dvz"' in asked.text
    assert answered.status_code == 303
    with stored(site) as session:
        assert entries(site)[0][1] == person_with(site, session, issuer="dvz").id


def enrol_by(site, issuer):
    """Have another authority enrol somebody else under the same number."""
    row = IntakeRow(1, NUMBER, BORN, "labour", "flanders", issuer=issuer)
    with site.ground.database.writing() as session:
        import_enrolments(
            session, site.ground.vault, list(prepare([row], site.ground.vault)), at=site.clock()
        )
        session.commit()


def test_a_look_is_for_who_opened_it(site, counsellor):
    assert employ(site).get(find_page(counsellor)).status_code == 404


def test_a_look_ends(site, counsellor):
    page = find_page(counsellor)
    site.clock.forward(hours=8)

    assert counsellor.get(page).status_code in (303, 404)
    assert employ(site).get(page).status_code == 404


def test_numbers_and_birth_date_are_hidden_until_the_check(site, counsellor):
    page = find_page(counsellor)

    before = counsellor.get(page).text
    check(counsellor, page)
    after = counsellor.get(page).text

    for hidden in (NUMBER, str(BORN)):
        assert hidden not in before
        assert hidden in after


@pytest.mark.parametrize(
    "given", [{"year": BORN.year + 1}, {"day": BORN.day + 1}, {"document": ""}, {"year": ""}, {"year": "abc"}]
)
def test_a_wrong_birth_date_or_no_document_opens_nothing(site, counsellor, given):
    page = find_page(counsellor)

    refused = check(counsellor, page, **given)

    assert refused.status_code == 422
    assert NUMBER not in refused.text
    for part in ("code", "agency", "confirmation"):
        assert counsellor.get(f"{page}{part}/").location == page


def test_a_refused_check_is_written_down(site, counsellor):
    check(counsellor, find_page(counsellor), year=BORN.year + 1)

    assert entries(site)[-1][0] == "handover.identity-refused"


def test_a_check_is_written_down_and_holds_for_one_look(site, counsellor):
    checked_page(counsellor)
    other = find_page(counsellor)

    assert ("handover.identity-checked", {}) in [(action, detail) for action, _id, detail in entries(site)]
    assert NUMBER not in counsellor.get(other).text


def test_the_page_says_how_far_the_person_is(site, counsellor):
    complete(site)

    page = counsellor.get(find_page(counsellor).replace("/nl/", "/en/")).text

    assert "Completed (November 23, 2026)" in page or "Completed (23 November 2026)" in page
    assert "No account yet" in page
    assert "History of Belgium" in page


def test_nobody_else_learns_whether_a_look_exists(site):
    response = site.client().get(f"{FIND}{'0' * 32}/")

    assert response.status_code == 303
    assert "/staff/sign-in/" in response.location
