"""The feed of one recipient: places are stamped at the pull, gaplessly, and chained.

Writers insert events without a place and wait for nobody. Whoever pulls first takes the
recipient's head row, and only then, in a second statement, looks at which events are
committed; a writer that commits later gets a later place. So no reader can be past an
event that turns up afterwards, as happens with cursors over ids or times.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import FeedEvent, FeedHead
from pretraject.completion.restore_points import last_common
from pretraject.core.chain import START_HASH
from pretraject.core.db import LARGEST_INTEGER, Database
from pretraject.core.errors import ConflictError, InvalidError
from pretraject.core.once import insert_once

BATCH = 500


class InvalidCursorError(InvalidError):
    """The text is not a cursor."""


class CursorMismatchError(ConflictError):
    """The cursor names a place that this feed does not have, or has otherwise.

    That happens when the database was restored from a backup, or the cursor is another
    recipient's. `last_common` is the last place up to which this feed agrees with that
    cursor: where a restore parted them, else the feed's end when the cursor lies beyond it.
    It is None when the feed has something else at the cursor's place and was never restored;
    then earlier cursors, one on every line, show where the two parted.
    """

    def __init__(self, cursor: str, last_common: str | None) -> None:
        super().__init__(f"cursor {cursor} is not of this feed: {_advice(last_common)}")
        self.last_common = last_common


def _advice(last_common: str | None) -> str:
    """Say where to go on; a recipient can check it, since every line holds its own cursor."""
    if last_common is None:
        return "something else is at that place; an earlier cursor, one stands on every line, may fit"
    if not last_common:
        return "the last place in common is the beginning; go on without a cursor"
    return (
        f"the last place in common is {last_common}; go on from there if the recipient's line at that"
        " place has this cursor, else ask again with the cursor it has"
    )


def stamp(session: Session, recipient: str, *, at: datetime, limit: int = BATCH) -> int:
    """Give the next places to events that wait, and return to how many.

    The session must be a declared write. Stamping the same events twice is impossible: the
    head row is held until the commit.
    """
    beginning = {"recipient": recipient, "seq": 0, "hash": START_HASH}
    insert_once(session, FeedHead, beginning, key=("recipient",))
    head = session.scalars(
        select(FeedHead)
        .where(FeedHead.recipient == recipient)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    waiting = session.scalars(
        select(FeedEvent)
        .where(FeedEvent.recipient == recipient, FeedEvent.seq.is_(None))
        .order_by(FeedEvent.id)
        .limit(limit)
    ).all()
    for event in waiting:
        event.previous_hash, event.seq = head.hash, head.seq + 1
        event.hash = rules.link_hash(
            head.hash, recipient=recipient, seq=event.seq, payload=event.payload, salt=event.salt
        )
        event.stamped_at = at
        head.seq, head.hash = event.seq, event.hash
    session.flush()
    return len(waiting)


def stamp_all(database: Database, *, at: datetime, recipient: str | None = None) -> int:
    """Stamp whatever waits, for one recipient or all, a batch per transaction."""
    with database.reading() as session:
        waiting = _waiting_recipients(session)
    stamped = 0
    for name in waiting:
        if recipient not in (None, name):
            continue
        batch = BATCH
        while batch == BATCH:
            with database.writing() as session:
                batch = stamp(session, name, at=at)
                session.commit()
            stamped += batch
    return stamped


def _waiting_recipients(session: Session) -> Sequence[str]:
    """Return who has events without a place, so that nobody takes the write lock for nothing."""
    return session.scalars(
        select(FeedEvent.recipient).where(FeedEvent.seq.is_(None)).distinct().order_by(FeedEvent.recipient)
    ).all()


def end_of(session: Session, recipient: str) -> tuple[int, str]:
    """Return the last place given out and its cursor."""
    seq, hash_ = head_of(session, recipient)
    return seq, rules.cursor_of(seq, hash_)


def head_of(session: Session, recipient: str) -> tuple[int, str]:
    """Return the last place given out and its hash; that of the beginning while there is none."""
    head = session.scalars(select(FeedHead).where(FeedHead.recipient == recipient)).one_or_none()
    return (head.seq, head.hash) if head else (0, START_HASH)


def place_of(session: Session, recipient: str, cursor: str) -> int:
    """Return the place a cursor names, after making sure that it is this feed's.

    Raises InvalidCursorError and CursorMismatchError.
    """
    parsed = rules.parse_cursor(cursor)
    if parsed is None:
        raise InvalidCursorError("this is not a cursor")
    seq, beginning = parsed
    if seq == 0:
        return 0
    place = select(FeedEvent.hash).where(FeedEvent.recipient == recipient, FeedEvent.seq == seq)
    found = session.scalars(place).one_or_none() if seq <= LARGEST_INTEGER else None
    if found is not None and found.startswith(beginning):
        return seq
    parted = last_common(session, recipient, seq)
    if parted is None and found is None:
        parted = end_of(session, recipient)[1]
    raise CursorMismatchError(cursor, parted)
