"""Two instances of two processes behind nginx, as it is shipped and as somebody else may have it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection

import pytest

from pretraject.catalogue.actions import publish
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from pretraject.learning.actions import mark_read
from tests.deployment.proxied import HOST, Nginx
from tests.reliability.prepared import Prepared, prepare, short_releases
from tests.reliability.running import Server, until
from tests.study.asking_module import MODULE

LESSON = f"/nl/modules/{MODULE}/lessons/only/"
PUBLIC = ("/nl/", "/ar/", "/nl/modules/", f"/nl/modules/{MODULE}/", LESSON)
PATHS = (*PUBLIC, "/nl/my/", "/nl/my/account/", f"/nl/modules/{MODULE}/test/", "/nl/sign-in/")
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
WITHIN_SECONDS = 5
ENOUGH = 60
"""Requests on connections of their own, so that each of four processes has surely answered some."""

PROXIES = {
    "shipped": "",
    "obedient": "proxy_cache pretraject;",
    "careless": "proxy_cache pretraject; proxy_cache_valid any 10m;"
    " proxy_ignore_headers Cache-Control Expires;",
}
"""How a proxy may keep pages: not at all, as it is told, or whatever it can get."""

SAYS_WHERE_FROM = "add_header X-From $upstream_cache_status always;"


@dataclass(frozen=True)
class BehindProxy(Prepared):
    """A prepared database whose site is reached by https through a proxy."""

    @property
    def environment(self):
        """The settings of such a site."""
        return super().environment | {
            "PRETRAJECT_BASE_URL": f"https://{HOST}",
            "PRETRAJECT_TRUSTED_HOSTS": f"{HOST},127.0.0.1",
            "PRETRAJECT_TRUSTED_PROXIES": "1",
        }


@dataclass
class Place:
    """The instances, what they stand on, and who is signed in."""

    prepared: Prepared
    ports: list[int]
    people: dict[str, dict[str, str]]
    stop: Callable[[], None]

    def direct(self, path, who, headers=()):
        """Ask the first instance itself, as the proxy would."""
        connection = HTTPConnection("127.0.0.1", self.ports[0], timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in self.people[who].items())
        given = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"} | dict(headers)
        connection.request("GET", path, headers=given | ({"Cookie": cookie} if cookie else {}))
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, TOKEN.sub("", body)


@pytest.fixture
def place(postgresql_url, tmp_path):
    """Two instances on one PostgreSQL database, with two learners and somebody nobody knows."""
    made = prepare(postgresql_url, learners=2)
    people = {
        name: {f"__Host-{key}": value for key, value in learner.cookies.items()}
        for name, learner in zip(("amina", "bilal"), made.learners, strict=True)
    }
    amina = made.learners[0].person
    database = Database(postgresql_url)
    with database.writing() as session:
        person = session.get_one(Person, amina)
        mark_read(session, person=person, module=MODULE, lesson="only", release_id=1, at=datetime.now(UTC))
        session.commit()
    database.dispose()
    prepared = BehindProxy(made.url, made.learners)
    with ExitStack() as opened:
        servers = [opened.enter_context(Server(prepared, tmp_path, processes=2)) for _ in range(2)]
        ports = [server.port for server in servers]
        yield Place(prepared, ports, people | {"nobody": {}}, opened.close)


def everything(place, proxy):
    """Have everybody ask for every page again and again at the same time."""
    asked = [(path, who) for _ in range(6) for path in PATHS for who in place.people]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda one: proxy.get(one[0], place.people[one[1]]), asked)
        return [(*one, answer) for one, answer in zip(asked, answers, strict=True)]


@pytest.mark.parametrize("kind", PROXIES)
def test_nobody_is_shown_the_page_of_another(place, tmp_path, kind):
    for _ in range(2):  # the first time notes where everybody is
        expected = {(path, who): place.direct(path, who) for path in PATHS for who in place.people}
    assert len({expected["/nl/my/account/", who][1] for who in place.people}) == 3
    assert len({expected[LESSON, who][1] for who in place.people}) == 3

    with Nginx(tmp_path / "nginx", place.ports, more=PROXIES[kind] + SAYS_WHERE_FROM) as proxy:
        answers = everything(place, proxy)

    wrong = [
        (path, who)
        for path, who, answer in answers
        if (answer.status, TOKEN.sub("", answer.text)) != expected[path, who]
    ]
    assert wrong == []
    kept = {who for path, who, answer in answers if answer.headers.get("X-From") == "HIT"}
    assert kept == (set(place.people) if kind == "careless" else set())


def test_what_is_published_is_seen_by_every_process_within_seconds(place, tmp_path):
    def titles(proxy):
        with ThreadPoolExecutor(8) as threads:
            pages = list(threads.map(lambda _: proxy.get(LESSON).text, range(ENOUGH)))
        return {title for page in pages for title in ("Een gevraagd land", "Een ander land") if title in page}

    with Nginx(tmp_path / "nginx", place.ports) as proxy:
        assert titles(proxy) == {"Een gevraagd land"}
        database = Database(place.prepared.url)
        with database.writing() as session:
            publish(session, short_releases("Een ander land"), at=datetime.now(UTC) + timedelta(seconds=1))
            session.commit()
        database.dispose()

        until(
            lambda: titles(proxy) == {"Een ander land"},
            seconds=WITHIN_SECONDS,
            what="every process serves what was published",
        )


def test_pages_keep_their_tag_and_encoding_through_the_proxy(place, tmp_path):
    with Nginx(tmp_path / "nginx", place.ports) as proxy:
        first = proxy.get(LESSON, headers={"Accept-Encoding": "br"})
        again = proxy.get(LESSON, headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Encoding"] == "br"
    assert (again.status, again.text) == (304, "")


def test_the_figures_are_not_for_everybody(place, tmp_path):
    with Nginx(tmp_path / "nginx", place.ports) as proxy:
        assert proxy.get("/metrics").status == 404


def test_cookies_and_addresses_are_those_of_https(place, tmp_path):
    with Nginx(tmp_path / "nginx", place.ports) as proxy:
        page = proxy.get("/nl/sign-in/")
        refused = proxy.get("/nl/", headers={"Host": "elsewhere.example"})

    assert page.headers["Set-Cookie"] == "__Host-pretraject"
    assert "Strict-Transport-Security" in page.headers
    assert refused.status == 400


def test_styles_are_kept_by_the_proxy(place, tmp_path):
    with Nginx(tmp_path / "nginx", place.ports) as proxy:
        style = re.search(r'href="(/static/[^"]+\.css)"', proxy.get("/nl/").text)[1]
        first = proxy.get(style)
        place.stop()

        assert proxy.get(style).text == first.text
        assert proxy.get("/nl/").status == 502
