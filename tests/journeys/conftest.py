"""Auditing pages with axe, in both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

OPTIONS = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
"""What to run in each colour scheme: in the second one only what colours can change."""


@pytest.fixture
def audit(browser):
    """A function that takes a page and fails when axe finds anything in it, light or dark.

    The page may have JavaScript switched off, which axe needs: its HTML is shown again, at
    its own address, in a browser context that has it on.
    """
    pages = {
        scheme: browser.new_page(color_scheme=scheme, viewport={"width": 360, "height": 640})
        for scheme in OPTIONS
    }
    axe = Axe()
    seen = set()

    def run(page):
        page.locator("main h1, main legend").first.wait_for()
        html = page.content()
        if html in seen:
            return
        seen.add(html)
        for scheme, shown in pages.items():
            show(shown, page.url, html)
            faults = axe.run(shown, options=OPTIONS[scheme]).response["violations"]
            found = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults]
            assert not found, f"{page.url} ({scheme}): {found}"

    yield run
    for page in pages.values():
        page.context.close()


def show(page, url, html):
    """Show HTML at an address as if the site had just served it."""
    page.unroute_all()
    page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(url)
