"""The statements the law asks for, true to what the program does."""

import pytest

from pretraject.accounts.rules import OWN_DEVICE
from pretraject.privacy.classes import days_of
from tests.study.forms_sent import fill_in

PAGES = ["privacy", "cookies", "accessibility"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("tag", ["nl", "en", "ar"])
def test_every_page_leads_to_the_statements(site, tag, page):
    client = site.client()

    assert f'href="/{tag}/{page}/"' in client.get(f"/{tag}/modules/").text
    assert client.get(f"/{tag}/{page}/").status_code == 200


def test_the_terms_are_those_of_the_retention_file(site):
    page = site.client().get("/en/privacy/").text

    assert f"Your answers to a test: {days_of('answers')} days" in page
    assert f"When you signed in: {days_of('sign-ins')} days" in page
    assert f"Which lessons you read: {days_of('reading') // 365} years." in page
    assert f"The rest: {days_of('people') // 365} years" in page


def test_every_cookie_that_is_set_is_named(site):
    client = site.client()
    client.get("/nl/sign-in/")
    fill_in(client, "/nl/sign-in/", name="x@example.org", secret="123456")
    client.get("/languages/nl/?next=/nl/")
    page = site.client().get("/en/cookies/").text

    names = {cookie.key for cookie in client._cookies.values()}
    assert names
    assert [name for name in names if f">{name}</bdi>" not in page] == []
    assert f"Never longer than {OWN_DEVICE.absolute.days} days" in page
