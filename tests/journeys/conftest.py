"""Auditing pages with axe, in both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

SCHEMES = ("light", "dark")


@pytest.fixture
def audit(browser):
    """A function that takes a page and fails when axe finds anything in it, light or dark.

    The page may have JavaScript switched off, which axe needs: its HTML is shown again, at
    its own address, in a browser context that has it on.
    """
    contexts = {
        scheme: browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 640})
        for scheme in SCHEMES
    }
    seen = set()

    def run(page):
        html = page.content()
        if html in seen:
            return
        seen.add(html)
        for scheme, context in contexts.items():
            found = violations(context, page.url, html)
            assert not found, f"{page.url} ({scheme}): {found}"

    yield run
    for context in contexts.values():
        context.close()


def violations(context, url, html):
    """Return what axe finds in a page that is shown at an address."""
    shown = context.new_page()
    try:
        shown.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        shown.goto(url)
        results = Axe().run(shown).response["violations"]
    finally:
        shown.close()
    return [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in results]
