"""Whether the chains are whole, and end where somebody outside says they do."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from pretraject.audit import queries as audit
from pretraject.audit.models import AuditEntry
from pretraject.completion.chain import chain_faults, recipients
from pretraject.completion.models import FeedEvent, RestorePoint
from pretraject.core.chain import START_HASH
from pretraject.verification.rulebook import Rulebook


def feed_chain_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield what is wrong with the chains of the feeds and their heads."""
    yield from chain(*(chain_faults(session, recipient) for recipient in recipients(session)))


def audit_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield what is wrong with the chain of looks at people and its head."""
    yield from audit.chain_faults(session)


def restore_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which restores are said to have left something else than the feed has."""
    found = session.execute(
        select(RestorePoint, FeedEvent.hash)
        .outerjoin(
            FeedEvent,
            and_(FeedEvent.recipient == RestorePoint.recipient, FeedEvent.seq == RestorePoint.seq),
        )
        .order_by(RestorePoint.id)
    )
    for point, hash_ in found:
        if point.hash != (hash_ if point.seq else START_HASH):
            yield f"restore_point {point.id}: the feed has something else at place {point.seq}"


def expected_fault(session: Session, chain_: str, seq: int, beginning: str) -> str | None:
    """Return what is wrong when a chain does not have a place that somebody outside holds."""
    if chain_ == "audit":
        found = session.scalars(select(AuditEntry.hash).where(AuditEntry.seq == seq)).one_or_none()
        end = audit.end_of_chain(session)[0]
    else:
        place = select(FeedEvent.hash).where(FeedEvent.recipient == chain_, FeedEvent.seq == seq)
        found = session.scalars(place).one_or_none()
        end = session.scalar(select(func.max(FeedEvent.seq)).where(FeedEvent.recipient == chain_)) or 0
    if found is None and seq:
        return f"{chain_}: place {seq} is expected, but there is nothing; the last place is {end}"
    if found is not None and not found.startswith(beginning):
        return f"{chain_}: place {seq} is not the one expected"
    return None
