"""Receipts: what a recipient says it did with each event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.completion.models import FeedEvent, Receipt
from pretraject.core.parts import parts

CHUNK = 400

Outcome = Literal["stored", "unchanged", "unknownEvent"]


@dataclass(frozen=True)
class Said:
    """What a recipient says of an event; `code` is why it was refused, in a word of its own."""

    event_id: str
    status: str
    code: str | None


def take_receipts(
    session: Session, said: Sequence[Said], *, recipient: str, client: str, at: datetime
) -> list[Outcome]:
    """Keep receipts and return what became of each, in their order.

    Only of events that were handed over. One that says what the newest says already changes
    nothing, so that a batch can be sent again. The events are held: two batches at once queue up.
    """
    events = _held_events(session, {one.event_id for one in said}, recipient=recipient)
    newest = _newest(session, list(events.values()))
    outcomes: list[Outcome] = []
    for one in said:
        event_id = events.get(one.event_id)
        if event_id is None:
            outcomes.append("unknownEvent")
        elif newest.get(event_id) == (one.status, one.code):
            outcomes.append("unchanged")
        else:
            newest[event_id] = (one.status, one.code)
            session.add(
                Receipt(
                    feed_event_id=event_id,
                    status=one.status,
                    code=one.code,
                    client=client,
                    received_at=at,
                )
            )
            outcomes.append("stored")
    session.flush()
    return outcomes


def _held_events(session: Session, keys: set[str], *, recipient: str) -> dict[str, int]:
    """Return the events of these keys that have a place, and hold them, always in the same order."""
    found: dict[str, int] = {}
    for chunk in parts(sorted(keys), CHUNK):
        rows = session.execute(
            select(FeedEvent.key, FeedEvent.id)
            .where(FeedEvent.recipient == recipient, FeedEvent.key.in_(chunk), FeedEvent.seq.is_not(None))
            .order_by(FeedEvent.id)
            .with_for_update()
        )
        found |= {row.key: row.id for row in rows}
    return found


def _newest(session: Session, event_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Return what was said last of each event."""
    found: dict[int, tuple[str, str | None]] = {}
    for chunk in parts(event_ids, CHUNK):
        last = (
            select(func.max(Receipt.id))
            .where(Receipt.feed_event_id.in_(chunk))
            .group_by(Receipt.feed_event_id)
        )
        for receipt in session.scalars(select(Receipt).where(Receipt.id.in_(last)).order_by(Receipt.id)):
            found[receipt.feed_event_id] = (receipt.status, receipt.code)
    return found
