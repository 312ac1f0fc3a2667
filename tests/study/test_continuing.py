"""Going on after arrival: the agency for a postcode, and the one that was noted, on my path."""

import pytest

from pretraject.enrolment.handing_over import note_handover
from tests.handover.counsellors import person_with
from tests.site import PIN
from tests.study.entering import activate, register
from tests.study.forms_sent import fill_in
from tests.study.readers import learner

PATH, CONTINUE = "/nl/my/", "/nl/my/continue/"
LINK = f'href="{CONTINUE}"'


@pytest.fixture
def enrolled(sqlite_site):
    """A browser of somebody who is enrolled."""
    client = sqlite_site.client()
    activate(client, sqlite_site.enrol(), secret=PIN)
    return client


@pytest.mark.parametrize(
    ("postcode", "names"),
    [
        ("9000", ["Amal"]),
        ("3500", ["Agentschap Integratie en Inburgering"]),
        ("1000", ["Huis van het Nederlands Brussel", "Agentschap Integratie en Inburgering"]),
    ],
)
def test_a_postcode_leads_to_its_agencies(enrolled, postcode, names):
    response = fill_in(enrolled, CONTINUE, postcode=postcode)

    assert response.status_code == 200
    assert all(name in response.text for name in names)
    assert f'value="{postcode}"' in response.text


def test_elsewhere_it_is_said_that_there_is_none(enrolled):
    assert "gemeentehuis" in fill_in(enrolled, CONTINUE, postcode="5000").text


@pytest.mark.parametrize("postcode", ["", "12", "12345", "Gent"])
def test_what_is_no_postcode_is_refused_and_stays(enrolled, postcode):
    response = fill_in(enrolled, CONTINUE, postcode=postcode)

    assert response.status_code == 422
    assert f'value="{postcode}"' in response.text


def test_my_path_leads_there_for_who_is_enrolled(enrolled):
    assert LINK in enrolled.get(PATH).text


def test_who_is_not_enrolled_is_not_led_there(sqlite_site):
    client = sqlite_site.client()
    register(client)

    assert LINK not in client.get(PATH).text


def test_a_policy_without_agencies_shows_none(learning):
    reader = learner(learning, group="labour")

    assert LINK not in reader.client.get(PATH).text
    assert fill_in(reader.client, CONTINUE, postcode="9000").status_code == 200


def test_a_noted_agency_that_is_no_longer_there_is_as_if_not_noted(sqlite_site, enrolled):
    with sqlite_site.ground.database.writing() as session:
        person = person_with(sqlite_site, session, "AB-1")
        note_handover(
            session, person=person, postcode="9000", agency="gone", account_id=1, at=sqlite_site.clock()
        )
        session.commit()

    assert LINK in enrolled.get(PATH).text
