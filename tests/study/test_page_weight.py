"""A lesson is light enough for the first flight of a slow connection."""

import re

import pytest

from pretraject.config import BUNDLED
from pretraject.web.i18n import offered_languages

OFFERED = offered_languages(BUNDLED / "translations")
FIRST_FLIGHT = 12_288
LESSON = re.compile(r'href="(/[A-Za-z-]+/modules/[a-z-]+/lessons/[a-z-]+/)"')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
BROTLI = {"Accept-Encoding": "br"}


def weight(client, path):
    """Return the bytes of a page and of its styles as they are served."""
    page = client.get(path, headers=BROTLI)
    assert page.headers["Content-Encoding"] == "br"
    styles = STYLE.findall(client.get(path).text)
    assert styles
    return len(page.data) + sum(weight_of_file(client, style) for style in styles)


def weight_of_file(client, path):
    """Return the bytes of a static file as it is served."""
    with client.get(path, headers=BROTLI) as response:
        assert response.headers["Content-Encoding"] == "br"
        return len(response.data)


@pytest.mark.parametrize("language", OFFERED, ids=lambda language: language.locale)
def test_every_lesson_fits_the_first_flight(sqlite_site, language):
    client = sqlite_site.client()
    lessons = sorted(set(LESSON.findall(client.get(f"/{language.tag}/modules/history-of-belgium/").text)))
    weights = {path: weight(client, path) for path in lessons}

    assert len(weights) >= 8
    assert max(weights.values()) <= FIRST_FLIGHT, weights
