"""What is stored about people, their files and codes, and the policy they are judged by."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import BigId, Model


class Person(Model):
    """Somebody who learns, or may: what is completed belongs to the person, not the account.

    `key` binds what is sealed to this row. A file whose code was linked to an account that
    had a person already leaves an empty person behind, which `joined_id` leads on from.
    """

    __tablename__ = "person"

    key: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    birth_date_sealed: Mapped[bytes | None]
    declared_group: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]
    last_disputed_at: Mapped[datetime | None]
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Identifier(Model):
    """A number an authority knows a person by; permits renewed bring further ones."""

    __tablename__ = "identifier"
    __table_args__ = (
        UniqueConstraint("issuer", "kind", "value_index", name="uq_identifier_issuer_kind_value"),
        CheckConstraint("kind IN ('fileNumber', 'insz')", name="kind_known"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    value_sealed: Mapped[bytes]
    value_index: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(String(64))


class PolicyVersion(Model):
    """A policy file as it was published; the one current longest ago can be current again."""

    __tablename__ = "policy_version"

    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    current_since: Mapped[datetime] = mapped_column(index=True)


class Enrolment(Model):
    """What an authority says of a person under one file number.

    A later import may correct it; when it was made, and under which policy, stays.
    """

    __tablename__ = "enrolment"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    identifier_id: Mapped[int] = mapped_column(ForeignKey("identifier.id"), unique=True)
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(32))
    group: Mapped[str] = mapped_column(String(16))
    competent_region: Mapped[str] = mapped_column(String(32))
    permit_expiry: Mapped[date | None]
    arrival_date: Mapped[date | None]
    exemption: Mapped[str | None] = mapped_column(String(32))
    locale: Mapped[str | None] = mapped_column(String(8))
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AccessCode(Model):
    """A code sent on paper; only its keyed hash is stored.

    `used_at`: an account was opened or linked with it. `ended_at`: ten failures, or another
    code took its place.
    """

    __tablename__ = "access_code"
    __table_args__ = (Index("ix_access_code_person_ended", "person_id", "ended_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Look(Model):
    """A member of staff found a person by a number and said why; the page about them hangs on it.

    `key` stands in the address, so that no number and nothing else of the person does. It
    opens the page for that member of staff only, until it ends. `checked_at`: they saw a
    document with the birth date on record.
    """

    __tablename__ = "look"

    key: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]


class Handover(Model):
    """Where a person lives by now and which agency goes on with them; the newest counts."""

    __tablename__ = "handover"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    postcode: Mapped[str] = mapped_column(String(4))
    agency: Mapped[str] = mapped_column(String(32))
    noted_by: Mapped[int] = mapped_column(BigId)
    noted_at: Mapped[datetime]
