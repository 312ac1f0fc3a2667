"""What every answer has in common: headers, compression, errors, cookies."""

import brotli
import pytest

PATHS = ["/nl/", "/nl/modules/", "/ar/sign-in/", "/nl/no-such-page/", "/health", "/languages/"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(sqlite_site, path):
    headers = sqlite_site.client().get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/nl/", "/nl/modules/", "/ar/modules/history-of-belgium/", "/languages/"])
def test_reading_sets_no_cookie(sqlite_site, path):
    response = sqlite_site.client().get(path)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_pages_leave_in_brotli_for_who_takes_it(sqlite_site):
    client = sqlite_site.client()

    plain = client.get("/nl/")
    packed = client.get("/nl/", headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_pages_leave_plain_for_who_takes_nothing_else(sqlite_site):
    response = sqlite_site.client().get("/nl/", headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in response.headers


def test_a_missing_page_is_explained_in_the_readers_language(sqlite_site):
    response = sqlite_site.client().get("/ar/no-such-page/")

    assert response.status_code == 404
    assert '<html lang="ar"' in response.text
    assert "Traceback" not in response.text


def test_a_form_without_its_token_is_refused(sqlite_site):
    response = sqlite_site.client().post("/nl/sign-in/", data={"name": "x", "secret": "y"})

    assert response.status_code == 400
    assert '<html lang="nl"' in response.text


def test_a_method_that_is_not_there_says_which_are(sqlite_site):
    response = sqlite_site.client().delete("/health")

    assert response.status_code in (400, 405)


def test_a_strange_host_is_refused(sqlite_site):
    response = sqlite_site.client().get("/nl/", headers={"Host": "evil.example"})

    assert response.status_code == 400


def test_too_large_a_form_is_refused(sqlite_site):
    response = sqlite_site.client().post("/nl/sign-in/", data={"name": "x" * 100_000})

    assert response.status_code == 413


def test_health_is_up_while_the_database_answers(site):
    response = site.client().get("/health")

    assert response.json == {"status": "UP"}


def test_health_is_down_when_the_database_is_gone(sqlite_site, tmp_path):
    sqlite_site.ground.database.dispose()
    (tmp_path / "published.db").unlink()
    (tmp_path / "published.db").mkdir()

    response = sqlite_site.client().get("/health")

    assert response.status_code == 503
    assert response.json == {"status": "DOWN"}


def test_metrics_are_for_this_machine_only(sqlite_site):
    client = sqlite_site.client()

    here = client.get("/metrics")
    elsewhere = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert "pretraject_requests_total" in here.text
    assert elsewhere.status_code == 404


def test_static_files_have_lasting_names_and_compressed_twins(sqlite_site):
    client = sqlite_site.client()
    page = client.get("/nl/").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    with client.get(path, headers={"Accept-Encoding": "br"}) as response:
        assert response.headers["Content-Encoding"] == "br"
        assert "immutable" in response.headers["Cache-Control"]
