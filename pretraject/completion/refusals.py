"""What recipients said of what they were told, and what they refused: work for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from pretraject.completion.models import FeedEvent, Receipt
from pretraject.core.db import LARGEST_INTEGER
from pretraject.core.errors import NotFoundError
from pretraject.enrolment.models import Person


class RefusalNotFoundError(NotFoundError):
    """There is no such receipt, it is no refusal, or another came after it."""


@dataclass(frozen=True)
class Told:
    """An event about a person, and every receipt of it, oldest first."""

    event: FeedEvent
    receipts: Sequence[Receipt]

    @property
    def newest(self) -> Receipt | None:
        """Return the receipt that counts; None while there is none."""
        return self.receipts[-1] if self.receipts else None


def told_about(session: Session, person: Person) -> list[Told]:
    """Return what recipients are told of a person, newest first."""
    found: dict[int, Told] = {}
    rows = session.execute(
        select(FeedEvent, Receipt)
        .outerjoin(Receipt, Receipt.feed_event_id == FeedEvent.id)
        .where(FeedEvent.person_id == person.id)
        .order_by(FeedEvent.id.desc(), Receipt.id)
    )
    for event, receipt in rows:
        told = found.setdefault(event.id, Told(event, []))
        if receipt is not None:
            found[event.id] = Told(event, [*told.receipts, receipt])
    return list(found.values())


def refusals(
    session: Session, *, handled: bool, limit: int, offset: int = 0
) -> Sequence[tuple[Receipt, FeedEvent]]:
    """Return the refusals that are handled or not, with their events, newest first."""
    query = _that_count(select(Receipt, FeedEvent), handled=handled)
    rows = session.execute(query.order_by(Receipt.id.desc()).limit(limit).offset(offset))
    return [(receipt, event) for receipt, event in rows]


def count_refusals(session: Session, *, handled: bool) -> int:
    """Return how many refusals are handled or not."""
    found = session.scalar(_that_count(select(func.count(Receipt.id)), handled=handled))
    return int(found or 0)


def unhandled_by_recipient(session: Session) -> dict[str, int]:
    """Return how many refusals nobody handled yet, by who refused."""
    query = _that_count(select(FeedEvent.recipient, func.count(Receipt.id)), handled=False)
    rows = session.execute(query.group_by(FeedEvent.recipient).order_by(FeedEvent.recipient))
    return {recipient: int(refused) for recipient, refused in rows}


def get_refusal(session: Session, id_: int) -> tuple[Receipt, FeedEvent]:
    """Return a refusal and its event. Raises RefusalNotFoundError."""
    query = _that_count(select(Receipt, FeedEvent), handled=None).where(Receipt.id == id_)
    row = session.execute(query).one_or_none() if id_ <= LARGEST_INTEGER else None
    if row is None:
        raise RefusalNotFoundError
    return row[0], row[1]


def mark(session: Session, receipt: Receipt, *, handled: bool, account_id: int, at: datetime) -> None:
    """Note that a refusal is handled and by whom, or that it is not; what is noted already stays."""
    session.refresh(receipt, with_for_update=True)
    if handled == (receipt.handled_at is not None):
        return
    receipt.handled_by, receipt.handled_at = (account_id, at) if handled else (None, None)
    session.flush()


def _that_count(query: Any, *, handled: bool | None) -> Any:
    """Select refusals that no later receipt of the same event has replaced."""
    later = aliased(Receipt)
    replaced = exists().where(later.feed_event_id == Receipt.feed_event_id, later.id > Receipt.id)
    query = (
        query.select_from(Receipt)
        .join(FeedEvent, FeedEvent.id == Receipt.feed_event_id)
        .where(Receipt.status == "rejected", ~replaced)
    )
    if handled is None:
        return query
    return query.where(Receipt.handled_at.is_not(None) if handled else Receipt.handled_at.is_(None))
