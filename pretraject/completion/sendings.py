"""What was sent about a person, and what came of it: for the person, who has a right to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.completion.models import FeedEvent, Receipt
from pretraject.enrolment.models import Person


@dataclass(frozen=True)
class Sending:
    """One thing a recipient is told: when it was handed over, taken in, or refused; None for not yet."""

    recipient: str
    kind: str
    noted_at: datetime
    sent_at: datetime | None
    taken_in_at: datetime | None
    refused_at: datetime | None


def sendings_about(session: Session, person: Person) -> Sequence[Sending]:
    """Return what recipients are told of a person, newest first; the newest receipt of each counts."""
    newest = (
        select(func.max(Receipt.id))
        .where(Receipt.feed_event_id == FeedEvent.id)
        .correlate(FeedEvent)
        .scalar_subquery()
    )
    rows = session.execute(
        select(FeedEvent, Receipt)
        .select_from(FeedEvent)
        .outerjoin(Receipt, Receipt.id == newest)
        .where(FeedEvent.person_id == person.id)
        .order_by(FeedEvent.id.desc())
    )
    return [_sending(event, receipt) for event, receipt in rows]


def _sending(event: FeedEvent, receipt: Receipt | None) -> Sending:
    heard = receipt.received_at if receipt else None
    accepted = receipt is not None and receipt.status == "accepted"
    return Sending(
        recipient=event.recipient,
        kind=event.kind,
        noted_at=event.created_at,
        sent_at=event.stamped_at,
        taken_in_at=heard if accepted else None,
        refused_at=None if accepted else heard,
    )
