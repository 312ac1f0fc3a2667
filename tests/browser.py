"""The system's Chromium, as a phone."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 640}
MISSING = (
    "Chromium was not found: run tests/system-packages, install Chromium, or name the program in CHROMIUM"
)


def chromium():
    """Find the browser's program."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.fail(MISSING)


@pytest.fixture(scope="session")
def browser():
    """A running Chromium."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def phone(browser):
    """Return a function that opens a small phone with nothing stored; each call is another phone."""
    opened = []

    def open_phone(*, javascript=True, locale="nl-BE", colour_scheme="light", **more):
        context = browser.new_context(
            viewport=PHONE,
            is_mobile=True,
            has_touch=True,
            java_script_enabled=javascript,
            locale=locale,
            color_scheme=colour_scheme,
            **more,
        )
        opened.append(context)
        return context

    yield open_phone
    for context in opened:
        context.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what uses the browser, so that `make test-fast` leaves it out."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
