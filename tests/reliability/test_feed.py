"""The feed beside writers, with several pullers and stampers, some of them killed."""

from random import Random
from threading import Event

import pytest
from sqlalchemy import func, select, text

from pretraject.completion import feed, rules
from pretraject.completion.models import FeedEvent, FeedHead
from pretraject.core.chain import START_HASH
from pretraject.core.db import Database
from tests.reliability.comparing import compare
from tests.reliability.prepared import Prepared
from tests.reliability.pulling import Puller, PullerById, Stamper, pulling
from tests.reliability.running import COMMAND, Process, settings, until
from tests.reliability.waiting_events import RECIPIENT, add_events, write_at_once
from tests.world import publish_rules

pytestmark = pytest.mark.server

EACH = 12
PULLERS, STAMPERS = 3, 2
WAITING = 1500
STAMPING_SECONDS = 60
MOMENT_SECONDS = 0.2
WINDOW_SECONDS = 0.02


def pulled_beside_writers(url, each, *, kind=Puller):
    """Have writers, pullers and stampers at work at once, and compare."""
    with (
        pulling(url, [RECIPIENT] * PULLERS, kind=kind) as pullers,
        pulling(url, [RECIPIENT] * STAMPERS, kind=Stamper) as stampers,
    ):
        committed = write_at_once(url, each)
    verdict = compare(url, pullers=pullers)
    verdict.feed += [failure for stamper in stampers for failure in stamper.failures]
    stored = keys_of(url)
    verdict.lost += sorted(committed - stored)
    verdict.doubled += sorted(stored - committed)
    return verdict


def keys_of(url):
    """Return which events are stored."""
    database = Database(url)
    with database.reading() as session:
        keys = set(session.scalars(select(FeedEvent.key)))
    database.dispose()
    return keys


def test_three_pullers_beside_sixteen_writers_miss_nothing(database_url, rounds, figures):
    verdict = pulled_beside_writers(database_url, rounds(1) * EACH)

    figures(**verdict.counts)
    assert verdict.faults == []
    assert verdict.counts[f"stamped for {RECIPIENT}"] > 0


def test_the_harness_sees_what_a_cursor_by_id_misses(postgresql_url):
    verdict = pulled_beside_writers(postgresql_url, EACH, kind=PullerById)

    assert any("were never pulled" in fault for fault in verdict.feed)


def stamp_without_lock(session, recipient, *, at, limit=feed.BATCH):
    """A mutant of `feed.stamp` that looks at the head without holding it."""
    session.rollback()
    head_row = select(FeedHead).where(FeedHead.recipient == recipient)
    with session.no_autoflush:
        head = session.scalars(head_row).one_or_none() or FeedHead(
            recipient=recipient, seq=0, hash=START_HASH
        )
    seq, hash_ = head.seq, head.hash
    session.rollback()
    Event().wait(WINDOW_SECONDS)
    waiting = session.scalars(
        select(FeedEvent)
        .where(FeedEvent.recipient == recipient, FeedEvent.seq.is_(None))
        .order_by(FeedEvent.id)
        .limit(limit)
    ).all()
    for event in waiting:
        event.previous_hash, event.seq = hash_, seq + 1
        event.hash = rules.link_hash(
            hash_, recipient=recipient, seq=event.seq, payload=event.payload, salt=event.salt
        )
        event.stamped_at = at
        seq, hash_ = event.seq, event.hash
    head = session.scalars(head_row).one_or_none() or head
    head.seq, head.hash = seq, hash_
    session.add(head)
    session.flush()
    return len(waiting)


def test_the_harness_sees_stampers_that_do_not_hold_the_head(database_url, monkeypatch):
    monkeypatch.setattr(feed, "stamp", stamp_without_lock)

    assert pulled_beside_writers(database_url, EACH).feed != []


def test_the_harness_sees_it_even_where_places_need_not_be_unique(postgresql_url, monkeypatch):
    database = Database(postgresql_url)
    with database.writing() as session:
        session.execute(text("ALTER TABLE feed_event DROP CONSTRAINT uq_feed_event_recipient_seq"))
        session.commit()
    database.dispose()
    monkeypatch.setattr(feed, "stamp", stamp_without_lock)

    verdict = pulled_beside_writers(postgresql_url, EACH)

    assert any("where" in fault or "chain" in fault or "head" in fault for fault in verdict.feed)


def test_a_worker_killed_while_stamping_leaves_a_whole_feed(database_url, tmp_path, rounds, figures):
    prepared, random, kills = with_rules(database_url), Random(4), rounds(2)
    environment, log = settings(prepared), tmp_path / "work.log"
    for number in range(kills):
        add_events(database_url, WAITING, name=f"round-{number}")
        begun = stamped(database_url)
        with (
            Process((*COMMAND, "work"), environment=environment, log=log) as killed,
            Process((*COMMAND, "work"), environment=environment, log=log),
        ):
            until(lambda old=begun: stamped(database_url) > old, seconds=STAMPING_SECONDS, what="stamping")
            Event().wait(random.uniform(0, MOMENT_SECONDS))
            killed.kill()
            whole = (number + 1) * WAITING
            until(lambda end=whole: stamped(database_url) == end, seconds=STAMPING_SECONDS, what="the rest")
        assert compare(database_url).faults == []
    with pulling(database_url, [RECIPIENT]) as pullers:
        pass
    verdict = compare(database_url, pullers=pullers)

    figures(kills=kills, **verdict.counts)
    assert verdict.faults == []
    assert verdict.counts[f"stamped for {RECIPIENT}"] == kills * WAITING
    assert "Traceback" not in log.read_text()


def with_rules(url):
    """Publish rules, which a worker looks at first."""
    database = Database(url)
    with database.writing() as session:
        publish_rules(session)
        session.commit()
    database.dispose()
    return Prepared(url, [])


def stamped(url):
    """Return how many events have a place."""
    database = Database(url)
    with database.reading() as session:
        number = session.scalar(select(func.count()).where(FeedEvent.seq.is_not(None)))
    database.dispose()
    return number
