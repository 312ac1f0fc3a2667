"""What is stored about looks at people: entries are added, and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from pretraject.core.db import BigId, Model


class AuditEntry(Model):
    """One look at a person, or one change, by somebody who is not that person.

    Holds ids and fixed words only, and no foreign keys: it outlives what it names. A look at
    many people at once has no `person_id`; its `detail` says which, such as the places of a
    feed. `seq` and the hashes chain it to the entry before.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('staff', 'client', 'operator')", name="actor_kind_known"),
        CheckConstraint("(actor_kind = 'staff') = (actor_id IS NOT NULL)", name="staff_has_id"),
        CheckConstraint("(actor_kind = 'client') = (actor_name IS NOT NULL)", name="client_has_name"),
        Index("ix_audit_entry_person_seq", "person_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigId, unique=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_name: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    person_id: Mapped[int | None] = mapped_column(BigId)
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Model):
    """The two ends of the chain, in one row; who holds it may add.

    `first_seq` and `first_hash` are what the oldest entry kept holds on to: they move when
    entries past their time are dropped.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    seq: Mapped[int] = mapped_column(BigId)
    hash: Mapped[str] = mapped_column(String(64))
    first_seq: Mapped[int] = mapped_column(BigId)
    first_hash: Mapped[str] = mapped_column(String(64))


class EntryIsFinalError(RuntimeError):
    """Something tried to change an entry that is written down."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: object, entry: AuditEntry) -> None:
    raise EntryIsFinalError(entry.seq)
