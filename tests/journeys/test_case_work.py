"""A case worker proposes, a second one confirms, an objection is answered: a phone, no JavaScript, axe."""

import pytest

from tests.exchange.case_workers import (
    NUMBER,
    REASON,
    TEXT,
    case_worker,
    kinds_told,
    objected,
    objections_kept,
    refused,
    status,
)
from tests.journeys.test_counsellor import signed_in
from tests.site import served, site_on

ANSWER = "U hebt gelijk. Wij zetten het recht."


@pytest.fixture
def journey(phone, audit, published_sqlite_url):
    """A site with somebody who objected, served, and a function that lets a case worker walk through it."""
    site = site_on(published_sqlite_url)
    site.enrol(NUMBER)
    objected(site)
    refused(site)
    with served(site) as address:
        yield site, lambda: Walk(signed_in(phone, case_worker(site), address), audit, address)
    site.ground.database.dispose()


class Walk:
    """A case worker on a small screen, every page of whom is audited."""

    def __init__(self, page, audit, address):
        self.page, self.audit, self.address = page, audit, address

    def go(self, path):
        self.page.goto(f"{self.address}{path}")
        self.audit(self.page)

    def press(self, place):
        self.page.locator(place).first.click()
        self.audit(self.page)

    def find(self, number=NUMBER):
        self.page.fill("#number", number)
        self.page.check("input[value=permit]")
        self.press("main form.form .button-main")


@pytest.mark.parametrize("tag", ["nl", "en"])
def test_one_proposes_and_another_confirms(journey, tag):
    site, begin = journey
    first = begin()
    first.go(f"/{tag}/staff/")
    first.press("a[href$='/staff/cases/']")
    first.press("main form.form .button-main")
    assert first.page.locator("#errors").is_visible()
    first.find("ZZ 1234")
    first.find()
    assert NUMBER in first.page.content()
    first.press("a[href$='/propose/correction/']")
    first.press("main form.form .button-main")
    assert first.page.locator("#errors").is_visible()
    for name, value in (("day", "1"), ("month", "10"), ("year", "2026"), ("reason", REASON)):
        first.page.fill(f"#{name}", value)
    first.page.check("input[value=supervised]")
    first.press("main form.form .button-main")
    assert REASON in first.page.content()
    first.press("button[value=change]")
    assert first.page.input_value("#reason") == REASON
    first.press("main form.form .button-main")
    first.press("button[value=keep]")
    first.go(f"/{tag}/staff/cases/waiting/")
    first.press("main table .button")
    assert first.page.locator("input[value=confirmed]").count() == 0
    assert status(site).word == "notCompleted"

    second = begin()
    second.go(f"/{tag}/staff/cases/")
    second.press("a[href$='/cases/waiting/']")
    second.press("main table .button")
    assert REASON in second.page.content()
    second.press("main form.form .button-main")

    assert status(site).word == "completed"
    assert "corrected" in kinds_told(site)


@pytest.mark.parametrize("tag", ["nl", "en"])
def test_an_objection_is_answered_and_a_refusal_handled(journey, tag):
    site, begin = journey
    walk = begin()
    walk.go(f"/{tag}/staff/cases/")
    walk.press("a[href$='/cases/objections/']")
    walk.press("main table .button")
    assert TEXT in walk.page.content()
    walk.press("main form.form .button-main")
    assert walk.page.locator("#errors").is_visible()
    walk.page.check("input[value=upheld]")
    walk.page.fill("#text", ANSWER)
    walk.press("main form.form .button-main")
    assert ANSWER in walk.page.content()
    walk.go(f"/{tag}/staff/cases/objections/")
    walk.go(f"/{tag}/staff/cases/refused/")
    walk.press("form[action$='/mark/'] .button")
    walk.press("a[href$='/refused/handled/']")
    walk.press("form[action$='/mark/'] .button")

    assert objections_kept(site)[0].outcome == "upheld"
    assert "objectionClosed" in kinds_told(site)
