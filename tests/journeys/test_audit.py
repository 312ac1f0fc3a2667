"""The audit itself finds what it should."""

import pytest

from tests.site import served, site_on


def test_the_audit_finds_a_planted_fault(phone, audit, published_sqlite_url):
    site = site_on(published_sqlite_url)
    with served(site) as address:
        page = phone().new_page()
        page.goto(f"{address}/nl/")
        audit(page)
        page.evaluate("document.querySelector('main').append(document.createElement('img'))")

        with pytest.raises(AssertionError, match="image-alt"):
            audit(page)
    site.ground.database.dispose()
