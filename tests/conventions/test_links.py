"""Links between pages stay on the site and start at its root."""

import re

import pytest

PAGES = [
    "/nl/",
    "/nl/modules/",
    "/nl/modules/history-of-belgium/",
    "/ar/modules/history-of-belgium/lessons/congo/",
]
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
LOADED = re.compile(r'<(?:img|script|link(?! rel="alternate")|source|use)\b[^>]*\b(?:src|href)="([^"]*)"')


@pytest.mark.parametrize("path", PAGES)
def test_links_are_root_relative_or_sources(sqlite_site, path):
    page = sqlite_site.client().get(path).text

    links = LINK.findall(page)

    assert links
    assert all(link.startswith(("/", "#", "https://", "tel:")) for link in links)
    assert not any(link.startswith("//") for link in links)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_loaded_from_another_host(sqlite_site, path):
    loaded = LOADED.findall(sqlite_site.client().get(path).text)

    assert loaded
    assert all(link.startswith("/") and not link.startswith("//") for link in loaded)
