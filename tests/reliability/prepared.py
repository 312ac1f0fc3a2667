"""A database made ready for a run: a short test to take, and learners who are signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import make_url

from pretraject.accounts.actions import open_sign_in
from pretraject.accounts.models import Account
from pretraject.catalogue.actions import publish
from pretraject.catalogue.building import build_release
from pretraject.catalogue.parsing import parse_tree
from tests.site import SECRET, site_on
from tests.study.asking_module import DRAW, MODULE, files
from tests.world import enrol, make_person, publish_rules, rule

RECIPIENTS = ("wewis", "agency")
SHORT_DRAW = {"values": 5, "practical": 1}
TOTAL = sum(SHORT_DRAW.values())
SIGNED_IN_SINCE = timedelta(hours=2)


@dataclass(frozen=True)
class Learner:
    """Somebody enrolled and activated, with the cookies of a browser that is signed in."""

    person: int
    cookies: dict[str, str]


@dataclass(frozen=True)
class Prepared:
    """A database ready for a run, and who takes part."""

    url: str
    learners: list[Learner]

    @property
    def environment(self):
        """The settings a server or command on this database needs."""
        return {
            "PRETRAJECT_DATABASE_URL": self.url,
            "PRETRAJECT_SECRET_KEY": SECRET,
            "PRETRAJECT_TRUSTED_HOSTS": "127.0.0.1",
        }

    @property
    def kind(self):
        """The kind of database."""
        return make_url(self.url).get_backend_name()


def prepare(url, *, learners):
    """Publish a short test without waiting time, and let people in."""
    site = site_on(url)
    at = datetime.now(UTC) - SIGNED_IN_SINCE
    with site.ground.database.writing() as session:
        given = {"modules": [MODULE], "wait-hours": 0}
        recipients = {name: {"tracks": ["labour", "family"]} for name in RECIPIENTS}
        publish_rules(session, rule("labour", **given), rule("family", **given), recipients=recipients)
        publish(session, short_releases(), at=datetime(2026, 1, 1, tzinfo=UTC))
        people = [signed_in(session, site.app, at=at) for _ in range(learners)]
        session.commit()
    site.ground.database.dispose()
    return Prepared(url, people)


def short_releases(title="Een gevraagd land"):
    """Build the module that asks questions of every type, with fewer of them."""
    tree = files()
    path = f"content/{MODULE}/module.yaml"
    text = tree[path].decode()
    for kind, number in SHORT_DRAW.items():
        text = text.replace(f"{kind}: {DRAW[kind]}", f"{kind}: {number}")
    tree |= {path: text.replace("title: Een gevraagd land", f"title: {title}").encode()}
    source = parse_tree(tree)
    assert source.findings.faults == []
    return {slug: build_release(tree, source, module) for slug, module in source.modules.items()}


def signed_in(session, app, *, at):
    """Make a learner; no secret is needed by who is signed in, and hashing one is slow."""
    account = Account(kind="learner", locale="nl", created_at=at)
    session.add(account)
    session.flush()
    person = make_person(session, account_id=account.id)
    enrol(session, person)
    token = open_sign_in(session, account, shared=False, at=at)
    return Learner(person.id, {"pretraject": cookie(app, {"_user_id": token, "_fresh": True})})


def cookie(app, values):
    """Return the cookie that holds these values."""
    return SecureCookieSessionInterface().get_signing_serializer(app).dumps(values)
