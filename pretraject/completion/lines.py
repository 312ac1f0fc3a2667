"""What a recipient gets of an event: its payload, with the person's file numbers joined."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.completion import feed, rules
from pretraject.completion.models import FeedEvent, TrackCompletion
from pretraject.core.crypto import Vault
from pretraject.core.db import LARGEST_INTEGER, Database
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person

PAGE = 1000
"""Lines of a page when all of them are taken out."""

HEADING = ("id", "seq", "type", "fileNumbers")
PAYLOAD = (
    "status",
    "track",
    "completedOn",
    "completedAt",
    "exemption",
    "answeredOn",
    "outcome",
    "decidedOn",
    "erasedOn",
    "ruleVersion",
    "assurance",
    "reference",
)
PROOF = ("disputed", "salt", "previousHash", "hash", "cursor")
FIELDS = (*HEADING, *PAYLOAD, *PROOF)
"""The keys of a line in their order; which of them are there depends on the type.

What an event's hash covers is whatever stands between `fileNumbers` and the proof: its
payload, also where that has keys nobody foresaw here. `disputed` is only there when it is
true; a line about somebody erased says nothing of the completion but its track and reference.
"""
_JOINED = frozenset((*HEADING, *PROOF))


def pages_after(
    database: Database, vault: Vault, *, recipient: str, cursor: str, end: int = LARGEST_INTEGER
) -> Iterator[list[dict[str, Any]]]:
    """Yield all lines after a cursor, page by page, up to a place if one is given.

    Each page is a short read of its own: one long read would keep learners from committing
    on SQLite. Nothing can slip in between, since places are gapless and never change; so
    only the first page has to see whether the cursor fits. Raises like `feed.place_of`.
    """
    with database.reading() as session:
        seq = feed.place_of(session, recipient, cursor)
    while True:
        with database.reading() as session:
            page = _page(session, vault, recipient=recipient, seq=seq, limit=min(PAGE, end - seq))
        if not page:
            return
        seq = page[-1]["seq"]
        yield page


def lines_after(
    session: Session, vault: Vault, *, recipient: str, cursor: str, limit: int = feed.BATCH
) -> list[dict[str, Any]]:
    """Return the next lines after a cursor; raises like `feed.place_of`."""
    seq = feed.place_of(session, recipient, cursor)
    return _page(session, vault, recipient=recipient, seq=seq, limit=limit)


def _page(session: Session, vault: Vault, *, recipient: str, seq: int, limit: int) -> list[dict[str, Any]]:
    """Return the lines after a place; two queries, of columns and not of rows: there may be a million."""
    event, done = FeedEvent.__table__.c, TrackCompletion.__table__.c
    person = Person.__table__.c
    rows = session.execute(
        select(
            event.seq,
            event.key,
            event.kind,
            event.person_id,
            event.payload,
            event.salt,
            event.previous_hash,
            event.hash,
            done.disputed,
            done.completed_at,
            person.last_disputed_at,
        )
        .select_from(FeedEvent.__table__)
        .outerjoin(TrackCompletion.__table__, done.id == event.track_completion_id)
        .outerjoin(Person.__table__, person.id == done.person_id)
        .where(event.recipient == recipient, event.seq > seq)
        .order_by(event.seq)
        .limit(limit)
    ).all()
    persons = {row.person_id for row in rows if row.person_id is not None}
    numbers = people.identifiers_of_many(session, vault, persons, reader=recipient)
    return [_line(row, numbers.get(row.person_id, [])) for row in rows]


def _line(row: Any, file_numbers: Sequence[str]) -> dict[str, Any]:
    """Put a line together."""
    line = {"id": row.key, "seq": row.seq, "type": row.kind, "fileNumbers": list(file_numbers)}
    line |= {name: row.payload[name] for name in PAYLOAD if name in row.payload}
    line |= {name: value for name, value in row.payload.items() if name not in _JOINED}
    if row.kind == rules.COMPLETED and _is_disputed(row):
        line["disputed"] = True
    return line | {
        "salt": row.salt,
        "previousHash": row.previous_hash,
        "hash": row.hash,
        "cursor": rules.cursor_of(row.seq, row.hash),
    }


def _is_disputed(row: Any) -> bool:
    """Say whether a completion was made under a sign-in that is disputed by now."""
    return bool(row.disputed) or (
        row.completed_at is not None and rules.is_disputed(row.completed_at, row.last_disputed_at)
    )
