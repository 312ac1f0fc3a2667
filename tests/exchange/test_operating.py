"""The operator's page: how every feed and every client stands, whatever their number."""

import re
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event, select

from pretraject.audit.models import AuditEntry
from pretraject.completion import feed
from pretraject.completion.models import FeedEvent, Receipt
from pretraject.completion.telling import tell
from pretraject.enrolment.models import Person
from pretraject.exchange.figures import clients_of, feeds_of
from pretraject.exchange.models import AccessToken, ApiClient, ClientKey
from tests.handover.counsellors import employ
from tests.world import make_person

PAGE = "/en/staff/exchange/"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CELLS = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def told(site, number=1, *, ago=timedelta(0), recipient="wewis", stamped=True):
    """Tell a recipient of so many things at a moment, and give them their places."""
    at = site.clock() - ago
    with site.ground.database.writing() as session:
        person = session.scalars(select(Person).limit(1)).first() or make_person(session)
        for each in range(number):
            tell(
                session,
                [recipient],
                kind="completed",
                reference=f"{recipient}-{at:%y%m%d%H%M%S}-{each}",
                person_id=person.id,
                payload={"status": "completed"},
                at=at,
            )
        if stamped:
            feed.stamp(session, recipient, at=at)
        session.commit()


def answered(site, seq, status="accepted", **given):
    """Have a recipient send a receipt for a place of its feed."""
    with site.ground.database.writing() as session:
        found = session.scalars(select(FeedEvent).where(FeedEvent.seq == seq)).one()
        code = "unknownPerson" if status == "rejected" else None
        given = {"client": "wewis-reader", "received_at": site.clock(), "code": code} | given
        session.add(Receipt(feed_event_id=found.id, status=status, **given))
        session.commit()


def let_in(site, name="wewis-reader", *, scopes="completions:read receipts:write", kids=("k1",), **given):
    """Let a client in, with keys."""
    with site.ground.database.writing() as session:
        client = ApiClient(name=name, party="wewis", scopes=scopes, created_at=site.clock(), **given)
        session.add(client)
        session.flush()
        for kid in kids:
            session.add(ClientKey(client_id=client.id, kid=kid, jwk={"kty": "OKP"}, added_at=site.clock()))
        session.commit()


def given_token(site, *, ago):
    """Give the only client a token."""
    with site.ground.database.writing() as session:
        key = session.scalars(select(ClientKey)).one()
        at = site.clock() - ago
        session.add(
            AccessToken(
                client_id=key.client_id,
                key_id=key.id,
                token_hash=f"{at:%y%m%d%H%M%S}",
                scopes="",
                issued_at=at,
                expires_at=at + 10 * MINUTE,
            )
        )
        session.commit()


def feed_of(site, recipient="wewis"):
    """Return how a feed stands."""
    with site.ground.database.reading() as session:
        return next(
            one for one in feeds_of(session, [recipient], at=site.clock()) if one.recipient == recipient
        )


def client_of(site, *, head=0):
    """Return how the only client stands."""
    with site.ground.database.reading() as session:
        return clients_of(session, {"wewis": head}, limit=1)[0]


@contextmanager
def statements(site):
    """Collect what the database is asked."""
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    engine = site.ground.database.reader
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_only_administrators_see_how_the_exchange_runs(sqlite_site):
    assert employ(sqlite_site, "case-worker").get(PAGE).status_code == 403


def test_the_page_is_kept_nowhere(sqlite_site):
    page = employ(sqlite_site, "administrator").get(PAGE)

    assert page.headers["Cache-Control"] == "private, no-store"


def test_without_clients_the_page_says_how_to_let_one_in(sqlite_site):
    assert "pretraject client add" in employ(sqlite_site, "administrator").get(PAGE).text


def test_many_clients_stand_on_several_pages(sqlite_site):
    for number in range(21):
        let_in(sqlite_site, f"client-{number:02}")
    browser = employ(sqlite_site, "administrator")

    first, second = browser.get(PAGE).text, browser.get(f"{PAGE}?page=2").text

    assert "client-19" in first
    assert "client-20" not in first
    assert "client-20" in second
    assert "client-19" not in second


def test_without_events_the_page_says_what_makes_one(sqlite_site):
    page = employ(sqlite_site, "administrator").get(PAGE).text

    assert "no event in the last 30 days" in page
    assert "<rect" not in page


def test_the_page_looks_at_nobody(sqlite_site):
    told(sqlite_site)
    employ(sqlite_site, "administrator").get(PAGE)

    with sqlite_site.ground.database.reading() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.actor_kind == "staff")).all() == []


def test_a_feed_s_last_place_and_what_waits_are_counted(site):
    told(site, 3, ago=DAY)
    told(site, 2, ago=40 * MINUTE, stamped=False)
    told(site, 1, ago=10 * MINUTE, stamped=False)

    found = feed_of(site)

    assert (found.last_place, found.waiting) == (3, 3)
    assert found.waiting_since == site.clock() - 40 * MINUTE


def test_events_that_wait_too_long_are_pointed_at(sqlite_site):
    administrator = employ(sqlite_site, "administrator")
    told(sqlite_site, ago=4 * MINUTE, stamped=False)
    soon = administrator.get(PAGE).text
    sqlite_site.clock.forward(minutes=2)

    assert "wait too long" not in soon
    assert "wait too long" in administrator.get(PAGE).text


def test_events_are_counted_by_the_day_in_belgium(site):
    told(site, 2, ago=timedelta(0))
    told(site, 4, ago=29 * DAY)
    told(site, 8, ago=31 * DAY)
    midnight = site.clock().replace(hour=23, minute=30) - 2 * DAY
    told(site, 1, ago=site.clock() - midnight)

    days = dict(feed_of(site).days)

    today = site.clock().date()
    assert len(days) == 30
    assert {day: number for day, number in days.items() if number} == {
        today: 2,
        today - 29 * DAY: 4,
        today - DAY: 1,
    }


def test_the_newest_receipt_of_an_event_counts(site):
    told(site, 4)
    answered(site, 1)
    answered(site, 2, "rejected")
    answered(site, 3, "rejected")
    answered(site, 3)

    answers = feed_of(site).answers

    assert (answers.accepted, answers.rejected, answers.none) == (2, 1, 1)


def test_the_oldest_event_without_receipt_is_told(site):
    told(site, 1, ago=3 * DAY)
    told(site, 1, ago=2 * DAY)
    told(site, 1, ago=DAY)
    told(site, 1, stamped=False)
    answered(site, 1)

    answers = feed_of(site).answers

    assert (answers.none, answers.none_since) == (2, site.clock() - 2 * DAY)


def test_refusals_nobody_dealt_with_are_counted_however_old(site):
    told(site, 4, ago=90 * DAY)
    answered(site, 1, "rejected")
    answered(site, 4, "rejected")
    answered(site, 4)
    answered(site, 2, "rejected", handled_at=site.clock(), handled_by=1)
    answered(site, 3)

    assert feed_of(site).unhandled == 1


def test_feeds_of_recipients_that_are_told_nothing_any_more_stay_in_sight(site):
    told(site, 2, recipient="former")

    assert feed_of(site, "former").last_place == 2
    with site.ground.database.reading() as session:
        feeds = feeds_of(session, ["wewis"], at=site.clock())
    assert [(one.recipient, sum(number for _, number in one.days)) for one in feeds] == [
        ("former", 2),
        ("wewis", 0),
    ]


def test_a_client_s_last_token_and_how_far_it_is_behind_are_told(site):
    let_in(site, pulled_at=site.clock() - DAY, pulled_seq=4)
    given_token(site, ago=DAY)
    given_token(site, ago=2 * DAY)

    found = client_of(site, head=10)

    assert found.last_token_at == site.clock() - DAY
    assert found.behind == 6


def test_a_client_that_reads_no_feed_is_not_behind(site):
    let_in(site, scopes="enrolments:write")

    assert client_of(site, head=10).behind is None


def test_a_client_that_was_shut_out_is_not_behind(site):
    let_in(site, revoked_at=site.clock())

    assert client_of(site, head=10).behind is None


def test_a_client_that_never_pulled_lacks_everything(site):
    let_in(site)

    assert client_of(site, head=10).behind == 10


def test_keys_are_told_with_their_days(sqlite_site):
    let_in(sqlite_site, kids=("first", "second"))
    with sqlite_site.ground.database.writing() as session:
        session.scalars(
            select(ClientKey).where(ClientKey.kid == "first")
        ).one().revoked_at = sqlite_site.clock()
        session.commit()

    page = employ(sqlite_site, "administrator").get(PAGE).text

    cell = next(cell for cell in CELLS.findall(page) if "first" in cell)
    assert re.search(r"first</bdi>:\s*revoked on", cell)
    assert re.search(r"second</bdi>:\s*added on", cell)


def test_the_plot_says_in_words_what_it_shows_and_has_its_figures_as_a_table(sqlite_site):
    told(sqlite_site, 2)
    told(sqlite_site, 5, ago=DAY)

    page = employ(sqlite_site, "administrator").get(PAGE).text

    assert re.search(r'<svg[^>]*role="img"[^>]*aria-label="[^"]*7 in all, at most 5 a day', page)
    assert page.count("<rect") == 2
    figures = page[page.index('<details class="fold">') :]
    assert [int(cell) for cell in CELLS.findall(figures)[3:7:2]] == [2, 5]


def test_it_is_asked_as_little_whatever_the_number_of_events_and_clients(site):
    administrator = employ(site, "administrator")
    told(site)
    let_in(site)
    with statements(site) as few:
        administrator.get(PAGE)
    for days in range(1, 20):
        told(site, 5, ago=days * DAY)
        let_in(site, f"client-{days}", kids=("a", "b"))
    with statements(site) as many:
        administrator.get(PAGE)

    assert len(many) == len(few)


def test_no_question_reads_every_event(sqlite_site):
    told(sqlite_site)
    with statements(sqlite_site) as asked:
        feed_of(sqlite_site)

    with sqlite_site.ground.database.reading() as session:
        connection = session.connection().connection
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN {one}", ["2026-01-01"] * one.count("?")).fetchall()
            for one in asked
        ]

    steps = [step[-1] for plan in plans for step in plan]
    assert any("ix_feed_event_created" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN feed_event")]
