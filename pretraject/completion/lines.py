"""What a recipient gets of an event: its payload, with the person's file numbers joined."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.completion import feed, rules
from pretraject.completion.models import FeedEvent, TrackCompletion
from pretraject.core.chain import START_HASH
from pretraject.core.crypto import Vault
from pretraject.core.db import Database
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person

FIELDS = (
    "id",
    "seq",
    "fileNumbers",
    "status",
    "track",
    "completedOn",
    "completedAt",
    "erasedOn",
    "ruleVersion",
    "assurance",
    "reference",
    "disputed",
    "hash",
    "cursor",
)
"""The keys of a line in their order.

`disputed` is only there when it is true; a line about somebody erased has `erasedOn` and
says nothing of the completion but its track and reference.
"""


def pages_after(
    database: Database, vault: Vault, *, recipient: str, cursor: str
) -> Iterator[list[dict[str, Any]]]:
    """Yield all lines after a cursor, page by page.

    Each page is a short read of its own: one long read would keep learners from committing
    on SQLite. Nothing can slip in between, since places are gapless and never change.
    Raises like `feed.place_of`.
    """
    while True:
        with database.reading() as session:
            page = lines_after(session, vault, recipient=recipient, cursor=cursor)
        if not page:
            return
        cursor = page[-1]["cursor"]
        yield page


def lines_after(
    session: Session, vault: Vault, *, recipient: str, cursor: str, limit: int = feed.BATCH
) -> list[dict[str, Any]]:
    """Return the next lines after a cursor; raises like `feed.place_of`."""
    events = feed.events_after(session, recipient, cursor, limit=limit)
    persons = {event.person_id for event in events if event.person_id is not None}
    numbers = people.identifiers_of_many(session, vault, persons, reader=recipient)
    disputed = _disputed(session, events)
    return [_line(event, numbers.get(event.person_id or 0, []), event.id in disputed) for event in events]


def _line(event: FeedEvent, file_numbers: Sequence[str], disputed: bool) -> dict[str, Any]:
    """Put a line together."""
    hash_ = event.hash or START_HASH
    seq = event.seq or 0
    values = {
        "id": event.key,
        "seq": seq,
        "fileNumbers": list(file_numbers),
        **event.payload,
        "hash": hash_,
        "cursor": rules.cursor_of(seq, hash_),
    }
    if disputed:
        values["disputed"] = True
    return {name: values[name] for name in FIELDS if name in values}


def _disputed(session: Session, events: Sequence[FeedEvent]) -> set[int]:
    """Return the events whose completion was made under a sign-in that is disputed by now."""
    found = session.execute(
        select(
            FeedEvent.id,
            TrackCompletion.disputed,
            TrackCompletion.completed_at,
            Person.last_disputed_at,
        )
        .join(TrackCompletion, TrackCompletion.id == FeedEvent.track_completion_id)
        .join(Person, Person.id == TrackCompletion.person_id)
        .where(FeedEvent.id.in_([event.id for event in events]), FeedEvent.kind == rules.COMPLETED)
        .order_by(FeedEvent.id)
    )
    return {
        event_id
        for event_id, then, completed_at, disputed_at in found
        if then or rules.is_disputed(completed_at, disputed_at)
    }
