"""What is read of the entries."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.audit import rules
from pretraject.audit.models import AuditEntry, AuditHead
from pretraject.core.chain import START_HASH

BATCH = 1000


def entries_about(session: Session, person_id: int) -> Sequence[AuditEntry]:
    """Return who looked at a person or changed something, oldest first."""
    return session.scalars(
        select(AuditEntry).where(AuditEntry.person_id == person_id).order_by(AuditEntry.seq)
    ).all()


def end_of_chain(session: Session) -> tuple[int, str]:
    """Return the last place of the chain and its hash."""
    head = session.scalars(select(AuditHead)).one_or_none()
    return (head.seq, head.hash) if head else (0, START_HASH)


def past_entries(session: Session, *, moment: datetime) -> int:
    """Return how many of the oldest entries are from before a moment, up to the first that is not."""
    head = session.scalars(select(AuditHead)).one_or_none()
    if head is None:
        return 0
    kept = session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.at >= moment))
    return (head.seq if kept is None else kept - 1) - head.first_seq


def chain_faults(session: Session) -> Iterator[str]:
    """Yield what is wrong with the chain, one line a fault; nothing when it is whole."""
    head = session.scalars(select(AuditHead)).one_or_none()
    seq, previous = (head.first_seq, head.first_hash) if head else (0, START_HASH)
    for entry in _all(session, after=seq):
        if entry.seq != seq + 1:
            yield f"audit: entries {seq + 1} to {entry.seq - 1} are missing"
        elif entry.previous_hash != previous:
            yield f"audit: entry {entry.seq} does not hold on to the one before"
        if rules.entry_hash(entry.previous_hash, entry) != entry.hash:
            yield f"audit: entry {entry.seq} was changed"
        seq, previous = entry.seq, entry.hash
    if (seq, previous) != end_of_chain(session):
        yield f"audit: the chain ends at {seq}, but its head says {end_of_chain(session)[0]}"


def _all(session: Session, *, after: int) -> Iterator[AuditEntry]:
    """Yield the entries after a place, a batch at a time."""
    while True:
        batch = session.scalars(
            select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(BATCH)
        ).all()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].seq
        session.expunge_all()
