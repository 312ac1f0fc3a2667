"""Events that wait for their place in the feed, written by many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from threading import Event

from sqlalchemy import insert

from pretraject.completion.models import FeedEvent
from pretraject.core.db import Database

RECIPIENT = "wewis"
WRITERS = 16
DELAY_SECONDS = 0.02
TAKEN_BACK = 0.25


def event_values(key):
    """Return an event without a place."""
    return {
        "recipient": RECIPIENT,
        "kind": "completed",
        "payload": {"key": key},
        "salt": "0" * 32,
        "created_at": datetime.now(UTC),
        "key": key,
    }


def add_events(url, number, *, name="event"):
    """Add so many events at once."""
    database = Database(url)
    with database.writing() as session:
        session.execute(insert(FeedEvent), [event_values(f"{name}-{one}") for one in range(number)])
        session.commit()
    database.dispose()


def write_at_once(url, each):
    """Have 16 writers add events, slowly and not all of them to the end; return what they committed."""
    database = Database(url, pool_size=WRITERS)

    def write(writer):
        random, committed = Random(writer), set()
        for turn in range(each):
            key = f"{writer}-{turn}"
            with database.writing() as session:
                session.add(FeedEvent(**event_values(key)))
                session.flush()
                Event().wait(random.uniform(0, DELAY_SECONDS))
                if random.random() < TAKEN_BACK:
                    session.rollback()
                else:
                    session.commit()
                    committed.add(key)
        return committed

    with ThreadPoolExecutor(WRITERS) as pool:
        kept = set().union(*pool.map(write, range(WRITERS)))
    database.dispose()
    return kept
