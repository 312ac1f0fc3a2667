"""Writing down who looked."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pretraject.audit import rules
from pretraject.audit.models import AuditEntry, AuditHead
from pretraject.audit.queries import past_entries
from pretraject.audit.rules import Actor
from pretraject.core.chain import START_HASH
from pretraject.core.once import insert_once

HEAD = 1


class NotAnIdError(ValueError):
    """Only numbers and fixed words are written down: anything else could be about a person."""


def note(
    session: Session,
    *,
    actor: Actor,
    action: str,
    at: datetime,
    person_id: int | None = None,
    **detail: int | str,
) -> None:
    """Add an entry to the chain, such as `note(…, action="completion.looked-up", person_id=7)`.

    The session must be a declared write, and this its last step before the commit: the head
    of the chain is held until then, and others who look wait for it. A look is shown only
    after its entry is committed. Raises NotAnIdError.
    """
    note_each(session, [person_id], actor=actor, action=action, at=at, **detail)


def note_each(
    session: Session,
    person_ids: Iterable[int | None],
    *,
    actor: Actor,
    action: str,
    at: datetime,
    **detail: int | str,
) -> None:
    """Add one entry a person, as `note` does, however many there are."""
    if not all(map(rules.is_detail, [action, actor.name or action, *detail.values()])):
        raise NotAnIdError(action)
    head = _held_head(session)
    for person_id in person_ids:
        entry = AuditEntry(
            seq=head.seq + 1,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            person_id=person_id,
            detail=detail,
            previous_hash=head.hash,
        )
        entry.hash = rules.entry_hash(head.hash, entry)
        head.seq, head.hash = entry.seq, entry.hash
        session.add(entry)
    session.flush()


def drop_before(session: Session, *, moment: datetime) -> int:
    """Drop the oldest entries, up to the first that is not from before a moment; return how many.

    The chain then begins where they ended. The session must be a declared write.
    """
    head = _find_held_head(session)
    if head is None:
        return 0
    dropped = past_entries(session, moment=moment)
    if not dropped:
        return 0
    last = head.first_seq + dropped
    head.first_hash = session.scalars(select(AuditEntry.hash).where(AuditEntry.seq == last)).one()
    head.first_seq = last
    session.execute(delete(AuditEntry).where(AuditEntry.seq <= last))
    session.flush()
    return dropped


def _held_head(session: Session) -> AuditHead:
    """Return the ends of the chain, made when it is the first time, and hold the row."""
    beginning = {"id": HEAD, "seq": 0, "hash": START_HASH, "first_seq": 0, "first_hash": START_HASH}
    insert_once(session, AuditHead, beginning, key=("id",))
    head = _find_held_head(session)
    if head is None:
        raise LookupError("the head of the access log went while it was made")
    return head


def _find_held_head(session: Session) -> AuditHead | None:
    """Return the ends of the chain and hold the row; None before the first entry."""
    return session.scalars(
        select(AuditHead)
        .where(AuditHead.id == HEAD)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
