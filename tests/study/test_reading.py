"""Pages that everybody can read, without an account."""

import re

import pytest

from tests.site import site_on
from tests.study.readers import counted
from tests.study.small_module import IN_ARABIC, LESSONS, MODULE, PICTURE

MODULE_PAGE = f"/nl/modules/{MODULE}/"
LESSON = f"{MODULE_PAGE}lessons/first/"
OPEN_PAGES = (
    "/nl/",
    "/nl/modules/",
    MODULE_PAGE,
    LESSON,
    f"/ar/modules/{MODULE}/lessons/first/",
    "/languages/",
)


def page(reading, path, **given):
    response = reading.client().get(path, **given)
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_a_visitor_gets_neither_cookie_nor_token(reading, path):
    response = reading.client().get(path)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "csrf" not in response.text


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_every_page_has_one_heading_and_a_title(reading, path):
    text = page(reading, path)

    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert re.search(r"<title>\S.* – pretraject</title>", text)


def test_the_first_page_begins_with_the_code_and_reads_without(reading):
    text = page(reading, "/nl/")

    assert 'href="/nl/activate/"' in text
    assert 'href="/nl/modules/"' in text
    assert "It has no effect on your visa." in text


def test_the_first_page_stands_without_any_rules_or_content(sqlite_url):
    site = site_on(sqlite_url)

    assert site.client().get("/nl/").status_code == 200
    assert site.client().get("/nl/modules/").status_code == 200
    site.ground.database.dispose()


def test_a_module_says_how_long_it_takes_and_what_comes_first(reading):
    text = page(reading, MODULE_PAGE)

    assert "3 lessons · about 20 minutes" in text
    assert f'class="button button-main" href="{LESSON}"' in text
    assert "lessons read" not in text


def test_a_lesson_says_where_it_belongs(reading):
    text = page(reading, LESSON)

    assert "Lesson 1 of 3 · 5 minutes" in text
    assert f'<a href="{MODULE_PAGE}">Een klein land</a>' in text
    assert "Je weet iets over het land." in text


def test_lessons_lead_to_the_next_and_the_one_before(reading):
    first, middle, last = (page(reading, f"{MODULE_PAGE}lessons/{slug}/") for slug in LESSONS)

    assert f'rel="next" href="{MODULE_PAGE}lessons/second/"' in first
    assert 'rel="prev"' not in first
    assert f'rel="prev" href="{LESSON}"' in middle
    assert f'href="{MODULE_PAGE}test/"' in last


def test_a_link_to_a_lesson_stays_in_the_language_of_the_page(reading):
    text = page(reading, f"/ar/modules/{MODULE}/lessons/first/")

    assert f'href="/ar/modules/{MODULE}/lessons/second/"' in text


def test_a_draft_says_so_in_one_line_and_leads_to_the_dutch_text(reading):
    text = page(reading, f"/ar/modules/{MODULE}/")

    assert IN_ARABIC["Een klein land"] in text
    assert text.count("A machine translated this") == 1
    assert f'<a href="/nl/modules/{MODULE}/" hreflang="nl">' in text


def test_a_passage_in_another_language_says_which(reading):
    text = page(reading, f"/ar/modules/{MODULE}/lessons/first/")

    assert IN_ARABIC["De eerste les"] in text
    assert re.search(r'<li class="passage" lang="nl" dir="ltr">Je weet iets over het land.', text)


def test_a_language_the_module_lacks_shows_dutch_and_says_so(reading):
    text = page(reading, f"/en/modules/{MODULE}/lessons/first/")

    assert "This text is not there in English yet. You see it in Dutch." in text
    assert 'class="prose" lang="nl" dir="ltr"' in text
    assert 'alt="Een kaart." lang="nl"' in text
    assert re.search(r'<h1[^>]* lang="nl"[^>]*>De eerste les</h1>', text)


def test_a_dutch_page_has_no_word_about_translations(reading):
    text = page(reading, LESSON)

    assert "A machine translated this" not in text
    assert "authoritative" not in text


@pytest.mark.parametrize(
    "path",
    ["/ar/modules/nowhere/", f"/ar/modules/{MODULE}/lessons/nowhere/", "/ar/modules/nowhere/lessons/first/"],
)
def test_what_does_not_exist_is_refused_in_the_readers_language(reading, path):
    response = reading.client().get(path)

    assert response.status_code == 404
    assert '<html lang="ar" dir="rtl">' in response.text


def test_a_picture_may_be_kept_for_ever(reading):
    source = re.search(r'<img src="([^"]+)" alt="Een kaart."', page(reading, LESSON))[1]

    response = reading.client().get(source)

    assert response.data == PICTURE
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_picture_under_another_hash_does_not_exist(reading):
    assert reading.client().get(f"/media/{MODULE}/{'0' * 64}/map.svg").status_code == 404


@pytest.mark.parametrize(("path", "most"), [(LESSON, 5), (MODULE_PAGE, 5), ("/nl/modules/", 5), ("/nl/", 5)])
def test_a_visitors_page_costs_few_queries(reading, path, most):
    page(reading, "/nl/forgotten/")  # the version of all pages is looked at now, not at this page
    with counted(reading) as statements:
        page(reading, path)

    assert len(statements) <= most, statements


def test_the_language_page_names_each_language_in_its_own_script(reading):
    text = page(reading, "/languages/?next=/nl/modules/")

    for tag, name in (("nl", "Nederlands"), ("en", "English"), ("ar", "العربية")):
        assert re.search(
            rf'<a lang="{tag}"[^>]*href="/languages/{tag}/\?next=/nl/modules/"[^>]*>.*{name}', text
        )
    assert "اختر لغتك" in text


def test_the_language_page_forgets_a_target_that_is_not_ours(reading):
    text = page(reading, "/languages/?next=https://example.org/")

    assert re.search(r'href="/languages/nl/"', text)
    assert not re.search(r'href="/languages/[^"]*example', text)
