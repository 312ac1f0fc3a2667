import pytest


def test_a_first_visit_goes_to_the_language_of_the_browser(sqlite_site):
    response = sqlite_site.client().get("/", headers={"Accept-Language": "ar-EG,ar;q=0.9"})

    assert response.status_code == 302
    assert response.location == "/ar/"


def test_a_visitor_whose_language_is_unknown_chooses(sqlite_site):
    response = sqlite_site.client().get("/", headers={"Accept-Language": "eo"})

    assert response.status_code == 200
    assert "العربية" in response.text
    assert "Nederlands" in response.text


def test_the_choice_is_kept_for_the_next_visit(sqlite_site):
    client = sqlite_site.client()

    chosen = client.get("/languages/ar/?next=/nl/modules/")
    again = client.get("/", headers={"Accept-Language": "nl"})

    assert chosen.location == "/ar/modules/"
    assert again.location == "/ar/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/nl/\r\nX: y"],
)
def test_choosing_never_leads_to_another_site(sqlite_site, target):
    response = sqlite_site.client().get("/languages/nl/", query_string={"next": target})

    assert response.location == "/nl/"


@pytest.mark.parametrize("tag", ["ar", "nl", "en"])
def test_a_page_says_its_language_and_direction(sqlite_site, tag):
    page = sqlite_site.client().get(f"/{tag}/").text

    assert f'<html lang="{tag}"' in page
    assert (' dir="rtl"' in page.partition(">")[2].partition(">")[0]) == (tag == "ar")


def test_another_spelling_of_a_tag_leads_to_the_proper_one(sqlite_site):
    response = sqlite_site.client().get("/NL/modules/?a=1")

    assert response.status_code == 308
    assert response.location == "/nl/modules/?a=1"


@pytest.mark.parametrize("path", ["/xx/", "/xx/modules/", "/am/modules/", "/languages/xx/"])
def test_a_language_that_is_not_offered_is_a_clear_page(sqlite_site, path):
    response = sqlite_site.client().get(path, headers={"Accept-Language": "nl"})

    assert response.status_code == 404
    assert '<html lang="nl"' in response.text
    assert 'hreflang="ar"' in response.text


def test_every_page_names_its_other_languages(sqlite_site):
    page = sqlite_site.client().get("/nl/modules/", headers={"Host": "localhost:81"}).text

    for tag in ("nl", "en", "ar"):
        address = f"http://127.0.0.1:8000/{tag}/modules/"
        assert f'<link rel="alternate" hreflang="{tag}" href="{address}">' in page
    assert 'href="/ar/modules/"' in page


@pytest.mark.parametrize("path", ["/nl/no-such-page/", "/nl/activate/", "/languages/"])
def test_what_is_not_to_be_found_names_no_other_languages_to_machines(sqlite_site, path):
    assert 'rel="alternate"' not in sqlite_site.client().get(path).text
