"""A counsellor helps somebody who is there: small screen, no JavaScript, each page audited."""

import re

import pytest

from tests.handover.counsellors import NUMBER, complete, employ
from tests.site import BORN, served, site_on

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")


@pytest.mark.parametrize("tag", ["nl", "en"])
@pytest.mark.timeout(300)
def test_a_counsellor_finds_checks_and_helps(phone, audit, published_sqlite_url, tag):
    site = site_on(published_sqlite_url)
    site.enrol(NUMBER, locale="ar")
    complete(site)
    with served(site) as address:
        page = signed_in(phone, employ(site), address)

        def press():
            page.locator("main form.form .button-main").click()
            audit(page)

        page.goto(f"{address}/{tag}/staff/")
        audit(page)
        page.locator("a[href$='/staff/handover/']").click()
        audit(page)
        press()
        assert page.locator("#errors").is_visible()
        page.fill("#number", "ZZ 1234")
        page.check("input[value=here]")
        press()
        page.fill("#number", NUMBER)
        press()
        assert NUMBER not in page.content()
        for name, value in (("day", BORN.day), ("month", BORN.month), ("year", BORN.year - 1)):
            page.fill(f"#{name}", str(value))
        page.check("#document")
        press()
        assert page.locator("#year-error").is_visible()
        page.fill("#year", str(BORN.year))
        press()
        assert NUMBER in page.content()
        page.locator("a[href$='/confirmation/']").click()
        audit(page)
        assert page.locator("section[dir=rtl]").count() == 1
        page.go_back()
        page.locator("a[href$='/agency/']").click()
        audit(page)
        page.fill("#postcode", "5000")
        press()
        page.fill("#postcode", "9000")
        press()
        assert "Amal" in page.content()
        page.locator("a[href$='/code/']").click()
        audit(page)
        page.check("#disputed")
        press()
        assert CODE.search(page.content())
        page.locator("main .button-main").click()
        audit(page)
    site.ground.database.dispose()


def signed_in(phone, client, address):
    """Open a small screen with the sign-in of a test's browser."""
    context = phone(javascript=False)
    cookie = client.get_cookie("pretraject")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context.new_page()
