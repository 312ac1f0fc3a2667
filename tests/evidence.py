"""A database with a row in every table and completions that can be proved, to copy or tamper with."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256

import psycopg
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import select

from pretraject.accounts.models import Account, KeyInUse, SignIn, SignInName, StaffMember, Throttle
from pretraject.assessment.models import ItemFigure
from pretraject.audit.actions import note_each
from pretraject.audit.rules import OPERATOR, client, staff
from pretraject.catalogue.models import Release, ReleaseMedia, ReleaseText, TranslationState, WorkingFile
from pretraject.completion import decisions, feed, objections
from pretraject.completion.actions import record
from pretraject.completion.models import FeedEvent, Receipt, RestorePoint
from pretraject.completion.policy_change import reevaluate_all
from pretraject.completion.status import status_of
from pretraject.config import Config
from pretraject.core.chain import START_HASH
from pretraject.core.db import Database
from pretraject.core.ground import lay_ground
from pretraject.enrolment.handing_over import note_handover
from pretraject.enrolment.looks import open_look
from pretraject.enrolment.models import AccessCode, Identifier, Person
from pretraject.enrolment.queries import identifier_place, normalised_index
from pretraject.exchange.models import (
    AccessToken,
    ApiClient,
    ClientKey,
    ClientRequest,
    UsedAssertion,
)
from pretraject.exchange.signing import fresh_key
from pretraject.keys import PURPOSE
from pretraject.learning.actions import note_place
from pretraject.privacy.models import Erasure
from pretraject.verification.releases import fingerprint_of
from tests.databases import BOTH
from tests.site import SECRET
from tests.world import (
    AT,
    DAY,
    LESSONS,
    MODULE,
    VAULT,
    begin_test,
    complete,
    enrol,
    learner,
    make_person,
    make_release,
    publish_rules,
    read_all,
    take_test,
)

BIRTH_DATE = "1990-04-15"
EMAIL = "amina@example.org"
INSZ = "53480200724"
REASON, OBJECTION, ANSWER = "Passed on paper in Bursa", "It was not me", "The paper says it was"
PROPOSER, SETTLER = 101, 102
"""Accounts of staff; they are named by number only."""
CLIENT = "wewis-permits"
BYTES = b"\0\xff<svg/>"
WORDS = {"title": {"html": "Welkom – أهلاً 👋 \\ \"\t'"}}


@dataclass(frozen=True)
class Evidence:
    """The people by what they did."""

    reader: int
    passer: int
    failer: int
    visitor: int
    exempt: int
    waiting: int


def ground_on(url, at=AT + DAY):
    """The ground of a command on a database."""
    config = Config(secret_key=SecretStr(SECRET), database_url=url, trusted_hosts=("localhost",))
    return lay_ground(config, lambda: at)


def run(command, url, *args, at=AT + DAY, **given):
    """Run a command of ours on a database and return what it did."""
    ground = ground_on(url, at=at)
    result = CliRunner().invoke(command, [str(arg) for arg in args], obj=ground, **given)
    ground.database.dispose()
    return result


def done(command, url, *args, **given):
    """Run a command that must succeed."""
    result = run(command, url, *args, **given)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def give_evidence(database):
    """Fill an empty database."""
    with database.writing() as session:
        publish_rules(session)
        release = make_release(session, pilots=1)
        _publish_more(session, release)
        people = [person.id for person in _people(session, release)]
        people.append(_decided(session, *people[:2]))
        made_of = release.id
        session.commit()
    reevaluate_all(database, at=AT)
    feed.stamp_all(database, at=AT)
    with database.writing() as session:
        _exchange(session)
        release = session.get_one(Release, made_of)
        late = learner(session, number="GV-LATE")
        complete(session, late, release, at=AT + DAY / 2)
        for actor in (OPERATOR, client("wewis"), staff(1)):
            note_each(
                session,
                [people[0], None],
                actor=actor,
                action="a.look",
                at=AT,
                first=1,
                word="x",
            )
        session.add(RestorePoint(recipient="wewis", seq=0, hash=START_HASH, restored_at=AT - DAY))
        session.commit()
        return Evidence(*people, late.id)


@pytest.fixture(scope="session")
def evidence_sqlite(sqlite_template, tmp_path_factory):
    """The path of such a database, to copy."""
    path = tmp_path_factory.mktemp("evidence") / "pretraject.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    give_evidence(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def evidence_postgresql(postgresql_server, postgresql_template):
    """The name of such a database, to copy."""
    name = postgresql_server.create(template=postgresql_template)
    database = Database(postgresql_server.url_of(name))
    give_evidence(database)
    database.dispose()
    yield name
    postgresql_server.drop(name)


@pytest.fixture(scope="session")
def evidence_sqlite_whole(evidence_sqlite):
    """The address of the SQLite one itself: nothing may be committed to it."""
    return f"sqlite:///{evidence_sqlite}"


@pytest.fixture(scope="session")
def evidence_postgresql_whole(postgresql_server, evidence_postgresql):
    """The address of a PostgreSQL one for all tests: nothing may be committed to it."""
    name = postgresql_server.create(template=evidence_postgresql)
    yield postgresql_server.url_of(name)
    postgresql_server.drop(name)


@pytest.fixture
def evidence_sqlite_url(evidence_sqlite, tmp_path):
    """The address of such a database on SQLite."""
    path = tmp_path / "evidence.db"
    shutil.copyfile(evidence_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def evidence_postgresql_url(postgresql_server, evidence_postgresql):
    """The address of such a database on PostgreSQL."""
    name = postgresql_server.create(template=evidence_postgresql)
    yield postgresql_server.url_of(name)
    postgresql_server.drop(name)


@pytest.fixture(params=BOTH)
def evidence_url(request):
    """The address of such a database; the test runs once on each kind."""
    return request.getfixturevalue(f"evidence_{request.param}_url")


TYPES = {"sqlite": ("BLOB", "TEXT"), "postgresql": ("bytea", "json")}


def typed(statement, kind):
    """Return a statement with the names that a kind of database has for its types."""
    for name, type_ in zip(("{bytes}", "{json}"), TYPES[kind], strict=True):
        statement = statement.replace(name, type_)
    return statement


def tamper(url, *statements):
    """Change rows behind the program's back, as somebody can who has the database."""
    statements = [typed(statement, url.partition(":")[0]) for statement in statements]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            done = [connection.execute(statement).rowcount for statement in statements]
    else:
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            done = [connection.execute(statement.encode()).rowcount for statement in statements]
    assert all(done), "nothing was changed"


def _publish_more(session, release):
    session.add_all(
        [
            ReleaseMedia(
                release_id=release.id,
                name="a.svg",
                mime="image/svg+xml",
                body=BYTES,
                hash=sha256(BYTES).hexdigest(),
            ),
            ReleaseText(release_id=release.id, context=LESSONS[0], locale="nl", texts=WORDS),
            WorkingFile(path="content/x.md", body=b"", loaded_hash=""),
            TranslationState(module_id=release.module_id, locale="ar", context=LESSONS[0], drafted=True),
            Erasure(person_key="f" * 32, erased_at=AT - DAY),
            ItemFigure(
                release_id=release.id, question_id="hb-001", locale="nl", answered_count=9, right_count=7
            ),
            Throttle(kind="code", key_hash="a" * 64, count=3, last_at=AT.replace(microsecond=1)),
        ]
    )
    session.flush()
    release.fingerprint = fingerprint_of(session, release)
    session.flush()


def _email_of(account):
    index = VAULT.index(EMAIL, purpose="email")
    sealed = VAULT.seal(EMAIL, place=f"sign_in_name.value:email:{index}")
    return SignInName(account_id=account.id, kind="email", value_index=index, value_sealed=sealed)


def _people(session, release):
    reader, passer, failer = (learner(session, number=f"GV-{number}") for number in range(1, 4))
    visitor = make_person(session)
    account = Account(kind="learner", locale="nl", created_at=AT, secret_hash="x", secret_kind="pin")
    session.add(account)
    session.flush()
    reader.account_id = account.id
    reader.birth_date_sealed = VAULT.seal(BIRTH_DATE, place=f"person.birth_date:{reader.key}")
    reader.last_disputed_at = AT - 50 * DAY
    session.add_all(
        [
            SignInName(account_id=account.id, kind="code", value_index="c" * 64),
            _email_of(account),
            SignIn(
                account_id=account.id,
                token_hash="d" * 64,
                shared=False,
                created_at=AT,
                seen_at=AT,
                expires_at=AT + DAY,
            ),
            StaffMember(account_id=account.id, role="editor", totp_sealed=b"\0sealed"),
            AccessCode(person_id=reader.id, code_index="e" * 64, issued_at=AT),
            KeyInUse(id=1, fingerprint=VAULT.index(PURPOSE, purpose=PURPOSE), since=AT),
        ]
    )
    read_all(session, reader, release)
    note_place(session, person_id=reader.id, module=MODULE, lesson=LESSONS[1], at=AT)
    for person in (reader, passer, visitor):
        complete(session, person, release)
    enrol(session, reader, number="GV-1B", group="partner")
    take_test(session, failer, release, values=0)
    record(session, person=failer, at=AT)
    begin_test(session, failer, release, at=AT + 2 * DAY)
    make_person(session, joined_id=reader.id)
    return reader, passer, failer, visitor


def decide(session, person, wanted, *, outcome="confirmed", at=AT):
    """Have one member of staff propose a decision and, if it has an outcome, settle it."""
    decision = decisions.propose(
        session,
        VAULT,
        person=person,
        wanted=wanted,
        reason=REASON,
        seen=status_of(session, person, at=at).seen,
        account_id=PROPOSER,
        at=at,
    )
    if outcome:
        settler = PROPOSER if outcome == "withdrawn" else SETTLER
        settled = {"outcome": outcome, "account_id": settler, "at": at}
        decisions.settle(session, decision=decision, person=person, **settled)
    return decision


def _decided(session, reader_id, passer_id):
    """Have staff look, decide and answer; return somebody with an exemption and nothing else."""
    reader, passer = session.get_one(Person, reader_id), session.get_one(Person, passer_id)
    exempt = learner(session, number="GV-EXEMPT")
    by_hand = decisions.Wanted("correction", completed_on=(AT - DAY).date(), assurance="supervised")
    decide(session, reader, by_hand)
    decide(session, exempt, decisions.Wanted("exemption", exemption="other"))
    decide(session, passer, decisions.Wanted("revocation"), outcome=None)
    for person in (reader, passer):
        given = {"person": person, "text": OBJECTION, "locale": "ar", "at": AT}
        objection = objections.object_to(session, VAULT, **given)
        if person is reader:
            answer = {"outcome": "refused", "text": ANSWER, "account_id": SETTLER, "at": AT}
            objections.answer(session, VAULT, objection=objection, person=person, **answer)
    open_look(session, person=reader, account_id=PROPOSER, reason="permit", at=AT)
    note_handover(session, person=reader, postcode="9000", agency="amal", account_id=PROPOSER, at=AT)
    _number_of_register(session, reader)
    return exempt.id


def _number_of_register(session, person):
    index = normalised_index(VAULT, INSZ, issuer="rijksregister", kind="insz")
    sealed = VAULT.seal(INSZ, place=identifier_place("rijksregister", "insz", index))
    number = {"issuer": "rijksregister", "kind": "insz", "value_index": index, "value_sealed": sealed}
    session.add(Identifier(person_id=person.id, valid_from=AT, **number))


def _exchange(session):
    """Let a program of the authority come in once and say what it made of its events."""
    program = ApiClient(name=CLIENT, party="wewis", scopes="completions:read", created_at=AT, pulled_seq=2)
    session.add(program)
    session.flush()
    key = ClientKey(client_id=program.id, kid="first", jwk={"kty": "OKP", "x": "ä"}, added_at=AT)
    session.add(key)
    session.flush()
    token = {"token_hash": "1" * 64, "scopes": program.scopes, "issued_at": AT, "expires_at": AT + DAY}
    session.add_all(
        [
            AccessToken(client_id=program.id, key_id=key.id, **token),
            UsedAssertion(client_id=program.id, jti_hash="2" * 64, expires_at=AT + DAY),
            ClientRequest(
                client_id=program.id,
                request_id="one",
                body_hash="3" * 64,
                outcome={"accepted": 1},
                received_at=AT,
            ),
            fresh_key(VAULT, at=AT),
        ]
    )
    events = session.scalars(select(FeedEvent).order_by(FeedEvent.seq).limit(2)).all()
    for event, code in zip(events, (None, "unknownPerson"), strict=True):
        said = {"status": "rejected" if code else "accepted", "code": code, "client": CLIENT}
        session.add(Receipt(feed_event_id=event.id, received_at=AT, **said))
    session.flush()
