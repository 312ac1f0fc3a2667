"""Whether a recipient's feed is whole: no place missing, changed or added."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import FeedEvent, FeedHead
from pretraject.core.chain import START_HASH

BATCH = 1000


def recipients(session: Session) -> Sequence[str]:
    """Return everybody who has a feed."""
    return session.scalars(
        union(select(FeedHead.recipient), select(FeedEvent.recipient)).order_by("recipient")
    ).all()


def chain_faults(session: Session, recipient: str) -> Iterator[str]:
    """Yield what is wrong with a recipient's chain, one line a fault; nothing when it is whole."""
    feed = f"feed of {recipient}"
    seq, previous = 0, START_HASH
    stamped = (
        select(FeedEvent.seq, FeedEvent.previous_hash, FeedEvent.hash, FeedEvent.payload, FeedEvent.salt)
        .where(FeedEvent.recipient == recipient, FeedEvent.seq.is_not(None))
        .order_by(FeedEvent.seq)
        .execution_options(yield_per=BATCH)
    )
    for event in session.execute(stamped):
        if event.seq != seq + 1:
            yield f"{feed}: places {seq + 1} to {event.seq - 1} are missing"
        elif event.previous_hash != previous:
            yield f"{feed}: place {event.seq} does not hold on to the one before"
        computed = rules.link_hash(
            event.previous_hash, recipient=recipient, seq=event.seq, payload=event.payload, salt=event.salt
        )
        if computed != event.hash:
            yield f"{feed}: place {event.seq} was changed"
        seq, previous = event.seq, event.hash
    head = session.scalars(select(FeedHead).where(FeedHead.recipient == recipient)).one_or_none()
    said = (head.seq, head.hash) if head else (0, START_HASH)
    if (seq, previous) != said:
        yield f"{feed}: ends at place {seq}, but its head says {said[0]}" + (
            " with another hash" if seq == said[0] else ""
        )
