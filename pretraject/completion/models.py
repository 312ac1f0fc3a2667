"""What is stored about completions; a fact is never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import BigId, Model

ASSURANCES = "assurance IN ('unsupervised', 'supervised')"


class ModuleCompletion(Model):
    """A person followed a module, took its test, or passed it."""

    __tablename__ = "module_completion"
    __table_args__ = (
        UniqueConstraint("person_id", "module", "basis", name="uq_module_completion_person_module_basis"),
        CheckConstraint("basis IN ('followed', 'tested', 'passed')", name="basis_known"),
        CheckConstraint("basis <> 'followed' OR attempt_id IS NULL", name="reading_has_no_attempt"),
        CheckConstraint(ASSURANCES, name="assurance_known"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str] = mapped_column(String(16))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    rule_version: Mapped[str] = mapped_column(String(64))
    assurance: Mapped[str] = mapped_column(String(16))
    completed_at: Mapped[datetime]


class TrackCompletion(Model):
    """A person filled everything a track requires, by one rule.

    `completed_at` is when the required set was filled; `disputed` says that part of it was
    done under a sign-in that was disputed by then.
    """

    __tablename__ = "track_completion"
    __table_args__ = (
        UniqueConstraint("person_id", "track", name="uq_track_completion_person_track"),
        CheckConstraint("judged_by IN ('enrolment', 'submission')", name="judged_by_known"),
        CheckConstraint(ASSURANCES, name="assurance_known"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    track: Mapped[str] = mapped_column(String(32))
    rule_version: Mapped[str] = mapped_column(String(64))
    judged_by: Mapped[str] = mapped_column(String(16))
    assurance: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    completed_at: Mapped[datetime]
    disputed: Mapped[bool]


class Decision(Model):
    """A correction, revocation or exemption: proposed by one member of staff, settled by another.

    What was recorded before stays as it is; what a person's status is by now follows from
    both. `key` names the row in addresses and binds what is sealed to it. An exemption
    without a word ends the one before. `seen` is a fingerprint of what stood when it was
    proposed, `revises` the reference of the completion or correction that it changes. The
    reason is gone once the person is erased. Staff are named by account, without a foreign key.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind IN ('correction', 'revocation', 'exemption')", name="kind_known"),
        CheckConstraint("outcome IN ('confirmed', 'refused', 'withdrawn')", name="outcome_known"),
        CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)",
            name="settled_whole",
        ),
        CheckConstraint("outcome <> 'confirmed' OR settled_by <> proposed_by", name="two_pairs_of_eyes"),
        CheckConstraint("(kind = 'correction') = (completed_on IS NOT NULL)", name="correction_has_day"),
        CheckConstraint("(kind = 'correction') = (assurance IS NOT NULL)", name="correction_has_assurance"),
        CheckConstraint("kind = 'exemption' OR exemption IS NULL", name="exemption_has_word"),
        CheckConstraint("outcome IS NOT NULL OR reason_sealed IS NOT NULL", name="proposal_has_reason"),
        CheckConstraint(ASSURANCES, name="assurance_known"),
        Index("ix_decision_waiting", "settled_at", "id"),
    )

    key: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    track: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    completed_on: Mapped[date | None]
    assurance: Mapped[str | None] = mapped_column(String(16))
    exemption: Mapped[str | None] = mapped_column(String(32))
    rule_version: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    revises: Mapped[str | None] = mapped_column(String(32))
    seen: Mapped[str] = mapped_column(String(16))
    reason_sealed: Mapped[bytes | None]
    proposed_by: Mapped[int] = mapped_column(BigId)
    proposed_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(BigId)
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))


class Objection(Model):
    """What a learner says is wrong in what an authority sees of them, and what staff answered.

    `key` names the row in addresses and binds what is sealed to it.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'refused')", name="outcome_known"),
        CheckConstraint(
            "(outcome IS NULL) = (answered_at IS NULL) AND (outcome IS NULL) = (answered_by IS NULL)"
            " AND (outcome IS NULL) = (answer_sealed IS NULL)",
            name="answered_whole",
        ),
        Index("ix_objection_waiting", "answered_at", "id"),
    )

    key: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    track: Mapped[str] = mapped_column(String(32))
    locale: Mapped[str] = mapped_column(String(8))
    text_sealed: Mapped[bytes]
    made_at: Mapped[datetime]
    answer_sealed: Mapped[bytes | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    answered_by: Mapped[int | None] = mapped_column(BigId)
    answered_at: Mapped[datetime | None]


class FeedEvent(Model):
    """Something one recipient is told; its place in the feed is given at the first pull.

    The hash covers `payload`, which names nobody: who it is about is joined at reading, so
    the chain stays whole when a person is erased.
    """

    __tablename__ = "feed_event"
    __table_args__ = (
        UniqueConstraint("recipient", "key", name="uq_feed_event_recipient_key"),
        UniqueConstraint("recipient", "seq", name="uq_feed_event_recipient_seq"),
        Index(
            "ix_feed_event_waiting",
            "recipient",
            "id",
            sqlite_where=text("seq IS NULL"),
            postgresql_where=text("seq IS NULL"),
        ),
        Index("ix_feed_event_created", "created_at", "recipient"),
        CheckConstraint(
            "(seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (previous_hash IS NULL)"
            " AND (seq IS NULL) = (stamped_at IS NULL)",
            name="stamped_whole",
        ),
    )

    recipient: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    track_completion_id: Mapped[int | None] = mapped_column(
        ForeignKey("track_completion.id", ondelete="SET NULL"), index=True
    )
    payload: Mapped[dict[str, Any]]
    salt: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))
    stamped_at: Mapped[datetime | None]


class Receipt(Model):
    """What a recipient said of an event: taken in, or refused with a code of its own.

    Only ever added: the newest of an event counts. A refusal is work for staff until
    `handled_at`.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("status IN ('accepted', 'rejected')", name="status_known"),
        CheckConstraint("(status = 'rejected') = (code IS NOT NULL)", name="refusal_has_code"),
        CheckConstraint("(handled_at IS NULL) = (handled_by IS NULL)", name="handled_whole"),
        Index("ix_receipt_status_handled", "status", "handled_at"),
    )

    feed_event_id: Mapped[int] = mapped_column(ForeignKey("feed_event.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    handled_by: Mapped[int | None] = mapped_column(BigId)
    handled_at: Mapped[datetime | None]


class FeedHead(Model):
    """The last place given out in a recipient's feed; who holds this row may stamp."""

    __tablename__ = "feed_head"

    recipient: Mapped[str] = mapped_column(String(32), unique=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class RestorePoint(Model):
    """How much of a recipient's feed stayed when the database was restored from a back-up.

    What came after this place then was lost, and other events took the places. So whoever
    holds a cursor of a lost event can be told up to where the two agree.
    """

    __tablename__ = "restore_point"
    __table_args__ = (
        UniqueConstraint("recipient", "restored_at", name="uq_restore_point_recipient_restored_at"),
    )

    recipient: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    restored_at: Mapped[datetime]


class PolicyTakenUp(Model):
    """Everybody was evaluated under this state of the rules.

    `state` names the policy, since when it is current, and which of its dated rules were
    in force: a rule may come into force without a new policy.
    """

    __tablename__ = "policy_taken_up"

    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), unique=True)
    taken_up_at: Mapped[datetime]
