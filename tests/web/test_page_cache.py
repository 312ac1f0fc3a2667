"""Pages for everybody come from memory; a person's pages, and old ones, never do."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from sqlalchemy import event

from pretraject.authoring.publishing import publish_folder
from pretraject.config import BUNDLED
from pretraject.enrolment.models import PolicyVersion
from pretraject.web import page_cache
from tests.site import BORN, NOON, PIN, site_on
from tests.study.entering import FILE
from tests.study.forms_sent import fill_in

LESSON = "/nl/modules/history-of-belgium/lessons/congo/"
SHARED = ["/nl/", "/ar/modules/", "/nl/modules/history-of-belgium/", LESSON, "/nl/forgotten/"]
BR = {"Accept-Encoding": "br"}


class Seconds:
    """A stopwatch that stands still until a test moves it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds(site):
    """The stopwatch by which the site's page cache looks at the version."""
    site.app.wsgi_app._clock = watch = Seconds()
    return watch


def statements_of(site, path, **headers):
    """Ask for a page and return the answer with the statements it cost."""
    said = []
    engine = site.ground.database.reader

    def listen(_connection, _cursor, statement, *_more):
        if statement != "BEGIN":
            said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        answer = site.app.test_client().get(path, headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return answer, said


def signed_in(site):
    """A browser of a learner who has just opened an account."""
    client = site.client()
    fill_in(client, "/nl/activate/", code=site.enrol(FILE))
    fill_in(client, "/nl/activate/birth-date/", day=BORN.day, month=BORN.month, year=BORN.year)
    fill_in(client, "/nl/activate/secret/", secret=PIN, again=PIN)
    return client


@pytest.mark.parametrize("path", SHARED)
def test_a_page_asked_for_again_costs_no_statement(site, seconds, path):
    first, _ = statements_of(site, path)
    again, said = statements_of(site, path)

    assert said == []
    assert again.data == first.data
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in again.headers


def test_every_encoding_holds_the_same_page_under_a_tag_of_its_own(sqlite_site):
    client = sqlite_site.client()
    plain = client.get(LESSON, headers={"Accept-Encoding": "identity"})
    packed = client.get(LESSON, headers=BR)
    zipped = client.get(LESSON, headers={"Accept-Encoding": "gzip"})

    assert brotli.decompress(packed.data) == gzip.decompress(zipped.data) == plain.data
    assert len({answer.headers["ETag"] for answer in (plain, packed, zipped)}) == 3
    assert {answer.headers["Vary"] for answer in (plain, packed, zipped)} == {"Accept-Encoding, Cookie"}


@pytest.mark.parametrize("tags", ["{}", 'W/{}, "other"', "*"])
def test_who_has_the_page_already_is_told_so(sqlite_site, tags):
    client = sqlite_site.client()
    tag = client.get(LESSON, headers=BR).headers["ETag"]

    answer = client.get(LESSON, headers={**BR, "If-None-Match": tags.format(tag)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert "Content-Security-Policy" in answer.headers
    assert "Content-Type" not in answer.headers


def test_the_tag_of_another_encoding_is_another_page(sqlite_site):
    client = sqlite_site.client()
    tag = client.get(LESSON, headers=BR).headers["ETag"]

    assert client.get(LESSON, headers={"If-None-Match": tag}).status_code == 200


def test_head_says_what_get_would_send(sqlite_site):
    client = sqlite_site.client()
    cold, page, warm = client.head(LESSON), client.get(LESSON), client.head(LESSON)

    for head in (cold, warm):
        assert head.data == b""
        assert head.headers["Content-Length"] == page.headers["Content-Length"] == str(len(page.data))
        assert head.headers["ETag"] == page.headers["ETag"]


def test_a_learner_s_page_is_neither_kept_nor_served_to_others(site, seconds):
    visitor = statements_of(site, LESSON)[0].text
    learner = signed_in(site)

    own = learner.get(LESSON)
    after = statements_of(site, LESSON)[0].text

    assert "/nl/my/" in own.text
    assert own.headers["Cache-Control"] == "private, no-store"
    assert after == visitor
    assert "/nl/my/" not in visitor


def test_a_learner_who_comes_first_fills_nothing(site, seconds):
    own = signed_in(site).get(LESSON).text
    visitor, said = statements_of(site, LESSON)

    assert said
    assert visitor.text != own
    assert "/nl/my/" not in visitor.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{LESSON}?x=1", {}),
        (LESSON, {"Authorization": "Basic eDp5"}),
        ("/nl/sign-in/", {}),
        ("/nl/modules/history-of-belgium/test/", {}),
        ("/health", {}),
        ("/nl/nowhere/", {}),
        ("/nl/modules/nowhere/", {}),
    ],
)
def test_what_may_not_be_shared_is_asked_for_anew(sqlite_site, path, headers):
    statements_of(sqlite_site, path, **headers)
    answer, _ = statements_of(sqlite_site, path, **headers)

    assert "public" not in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers


def test_a_foreign_host_gets_nothing_from_memory(sqlite_site):
    sqlite_site.client().get(LESSON)

    answer = sqlite_site.client().get(LESSON, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "Congo" not in answer.text


def test_the_page_does_not_depend_on_who_asked_first(sqlite_site):
    own = sqlite_site.app.test_client()
    own.set_cookie("language", "ar")
    asked = own.get(LESSON, headers={"Accept-Language": "ar", "Referer": "http://localhost/secret/"})

    assert asked.data == site_again(sqlite_site).client().get(LESSON).data


def site_again(site):
    """The same site with nothing in memory."""
    return site_on(site.ground.config.database_url, clock=site.clock)


def republish(site):
    """Publish the same content again, as another process would."""
    publish_folder(site.ground.database, BUNDLED, at=NOON)


@pytest.mark.parametrize("passed", [page_cache.POLL_SECONDS, 3600])
def test_a_publish_empties_the_memory_within_seconds(site, seconds, passed):
    statements_of(site, LESSON)
    republish(site)

    before = statements_of(site, LESSON)[1]
    seconds.now += passed
    after = statements_of(site, LESSON)[1]

    assert before == []
    assert any("release" in statement for statement in after)


def test_without_a_publish_looking_keeps_the_pages(site, seconds):
    statements_of(site, LESSON)
    seconds.now += page_cache.POLL_SECONDS

    said = statements_of(site, LESSON)[1]

    assert len(said) == 2
    assert not any("lesson" in statement for statement in said)


def test_a_policy_in_force_empties_the_memory(site, seconds):
    statements_of(site, "/nl/")
    with site.ground.database.writing() as session:
        policy = session.query(PolicyVersion).one()
        policy.current_since = NOON
        session.commit()
    seconds.now += page_cache.POLL_SECONDS

    assert any("policy_version.body" in statement for statement in statements_of(site, "/nl/")[1])


def test_a_new_day_empties_the_memory_where_the_law_applies(site, seconds):
    site.clock.moment = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)
    statements_of(site, "/nl/")
    site.clock.moment = datetime(2026, 11, 23, 23, 1, tzinfo=UTC)
    seconds.now += page_cache.POLL_SECONDS

    assert any("policy_version.body" in statement for statement in statements_of(site, "/nl/")[1])


def test_a_page_made_while_something_is_published_is_not_kept_as_the_new_one(site, seconds, monkeypatch):
    """The page is rendered from before; the publish and another request come in between."""
    original = page_cache.make_page

    def make_page_late(*given):
        monkeypatch.setattr(page_cache, "make_page", original)
        republish(site)
        seconds.now += page_cache.POLL_SECONDS
        site.app.test_client().get("/nl/")
        return original(*given)

    monkeypatch.setattr(page_cache, "make_page", make_page_late)
    statements_of(site, LESSON)

    assert any("release" in statement for statement in statements_of(site, LESSON)[1])


def test_pages_stay_while_the_database_is_away(site, seconds, monkeypatch):
    page = statements_of(site, LESSON)[0].data
    monkeypatch.setattr(site.ground.database, "reading", None)
    seconds.now += page_cache.POLL_SECONDS

    answer, said = statements_of(site, LESSON)

    assert (answer.status_code, answer.data, said) == (200, page, [])


def test_room_is_made_by_letting_go_of_the_least_used(sqlite_site):
    client = sqlite_site.client()
    sizes = dict.fromkeys(SHARED, 0)
    cache = sqlite_site.app.wsgi_app
    for path in sizes:
        client.get(path)
        sizes[path] = cache._shelf.find(path).size
    cache._shelf = page_cache.Shelf(sizes[LESSON] + sizes["/nl/"])
    for path in ("/nl/", LESSON, "/nl/", "/nl/forgotten/"):
        client.get(path)

    assert cache._shelf.find(LESSON) is None
    assert cache._shelf.find("/nl/") is not None


def test_answers_from_memory_are_counted_too(sqlite_site):
    client = sqlite_site.client()
    for _ in range(3):
        client.get(LESSON)

    lines = client.get("/metrics").text.splitlines()

    assert 'pretraject_requests_total{endpoint="study.lesson",status="200"} 3.0' in lines


def test_publishing_twice_in_one_moment_is_seen_twice(sqlite_site):
    before = [site_version(sqlite_site)]
    for _ in range(2):
        republish(sqlite_site)
        before.append(site_version(sqlite_site))

    assert len(set(before)) == 3


def site_version(site):
    """What the site's pages are made from now."""
    return site.app.wsgi_app._version_now()
