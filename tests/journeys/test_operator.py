"""An administrator looks how the exchange runs and which rules hold, on a small phone without JavaScript."""

from datetime import timedelta

import pytest

from tests.exchange.test_operating import answered, let_in, told
from tests.handover.counsellors import employ
from tests.site import served, site_on

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def running_site(published_sqlite_url):
    """A site whose exchange has been busy."""
    site = site_on(published_sqlite_url)
    for days in range(5):
        told(site, 1 + days, ago=timedelta(days=days, minutes=1))
    told(site, 1, ago=timedelta(hours=1), stamped=False)
    answered(site, 1)
    answered(site, 2, "rejected")
    let_in(site, kids=("wewis-2026", "wewis-2025"), pulled_at=site.clock(), pulled_seq=3)
    yield site
    site.ground.database.dispose()


def test_an_administrator_sees_the_exchange_and_the_rules(phone, audit, running_site):
    cookie = employ(running_site, "administrator").get_cookie("pretraject").value
    with served(running_site) as address:
        browser = phone(javascript=False)
        browser.add_cookies([{"name": "pretraject", "value": cookie, "url": address}])
        page = browser.new_page()
        page.goto(f"{address}/nl/staff/")
        page.locator('a[href$="/staff/exchange/"]').click()
        audit(page)
        assert page.get_by_role("img").get_attribute("aria-label")
        page.locator("details.fold summary").click()
        assert page.locator("details.fold td").first.is_visible()
        page.goto(f"{address}/en/staff/")
        page.locator('a[href$="/staff/rules/"]').click()
        audit(page)


@pytest.mark.parametrize("path", ["exchange", "rules"])
def test_the_pages_fit_a_narrow_telephone(phone, running_site, path):
    cookie = employ(running_site, "administrator").get_cookie("pretraject").value
    with served(running_site) as address:
        browser = phone()
        browser.add_cookies([{"name": "pretraject", "value": cookie, "url": address}])
        page = browser.new_page()
        page.set_viewport_size(NARROW)
        page.goto(f"{address}/nl/staff/{path}/")

        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
