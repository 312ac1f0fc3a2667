"""Every answer carries the security headers: every page, error, redirect, file and picture."""

import re

import pytest

from pretraject.web.headers import HEADERS
from tests.conventions.test_addresses import SAMPLES
from tests.site import site_on

STYLE = re.compile(r'href="(/static/[^"]+\.css)"')
PICTURE = re.compile(r'src="(/media/[^"]+)"')
LESSON = "/nl/modules/history-of-belgium/lessons/congo/"


def faults_of(response):
    """Return the headers that an answer lacks or weakens; a picture's policy is its own."""
    policy = response.headers.get("Content-Security-Policy", "")
    lacking = [name for name in HEADERS if name not in response.headers]
    return lacking + [f"policy {policy}"] * ("default-src 'none'" not in policy)


def addresses(app):
    """Yield a method and an address for every rule of the site."""
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = rule.build({name: SAMPLES[name] for name in rule.arguments})[1]
        for method in sorted(rule.methods):
            yield method, path


def test_every_address_answers_every_method_with_the_headers(sqlite_site):
    client = sqlite_site.app.test_client()
    answers = {
        (method, path): client.open(path, method=method) for method, path in addresses(sqlite_site.app)
    }

    assert len(answers) > 60
    assert {place: faults for place, answer in answers.items() if (faults := faults_of(answer))} == {}


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("GET", "/nl/nowhere/", {}, 404),
        ("GET", "/static/nowhere.css", {}, 404),
        ("PUT", "/nl/sign-in/", {}, 405),
        ("POST", "/nl/sign-in/", {"data": {"name": "x"}}, 400),
        ("POST", "/nl/sign-in/", {"data": {"name": "x" * 70000}}, 413),
        ("GET", "/nl/", {"headers": {"Host": "evil.example"}}, 400),
        ("GET", "/nl/my/", {}, 302),
        ("GET", "/", {"headers": {"Accept-Language": "ar"}}, 302),
    ],
)
def test_refusals_and_redirects_carry_the_headers(sqlite_site, method, path, given, status):
    answer = sqlite_site.app.test_client().open(path, method=method, **given)

    assert answer.status_code in (status, 303 if status == 302 else status)
    assert faults_of(answer) == []


def test_a_crash_carries_the_headers(sqlite_site):
    @sqlite_site.app.get("/crash")
    def crash():
        raise RuntimeError("secret words")

    answer = sqlite_site.app.test_client().get("/crash")

    assert answer.status_code == 500
    assert faults_of(answer) == []
    assert "secret words" not in answer.text


@pytest.mark.parametrize("kind", [STYLE, PICTURE])
def test_files_and_pictures_carry_the_headers_and_may_be_kept(sqlite_site, kind):
    client = sqlite_site.app.test_client()
    path = kind.search(client.get(LESSON).text)[1]

    with client.get(path) as answer:
        assert answer.status_code == 200
        assert faults_of(answer) == []
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_that_is_known_already_carries_the_headers(sqlite_site):
    client = sqlite_site.app.test_client()
    tag = client.get(LESSON).headers["ETag"]

    answer = client.get(LESSON, headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert faults_of(answer) == []


@pytest.mark.parametrize(
    ("address", "strict"), [("https://site.example", True), ("http://site.example", False)]
)
def test_browsers_are_kept_on_https_where_the_site_is(published_sqlite_url, address, strict):
    site = site_on(published_sqlite_url, base_url=address)
    client = site.app.test_client()
    style = STYLE.search(client.get("/nl/").text)[1]
    answers = [client.get(path) for path in ("/nl/", "/nl/", "/nl/sign-in/", "/nl/nowhere/", style)]

    assert {"Strict-Transport-Security" in answer.headers for answer in answers} == {strict}
    for answer in answers:
        answer.close()
    site.ground.database.dispose()


def test_the_session_cookie_is_for_this_host_over_https_only(published_sqlite_url):
    site = site_on(published_sqlite_url, base_url="https://site.example")
    client = site.app.test_client()
    cookie = client.get("/nl/sign-in/", base_url="https://localhost").headers["Set-Cookie"]
    site.ground.database.dispose()

    assert cookie.startswith("__Host-pretraject=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
