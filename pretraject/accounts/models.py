"""What is stored about accounts and sign-ins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class Account(Model):
    """Somebody who can sign in: a learner, or a member of staff.

    Without `secret_hash` nobody can: the account waits for a new code or set-up link.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('learner', 'staff')", name="kind_known"),
        CheckConstraint("secret_kind IN ('pin', 'password')", name="secret_kind_known"),
        CheckConstraint("(secret_hash IS NULL) = (secret_kind IS NULL)", name="secret_whole"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    secret_hash: Mapped[str | None] = mapped_column(String(255))
    secret_kind: Mapped[str | None] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    second_locale: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime]


class SignInName(Model):
    """A name an account is found by; only its keyed hash can be searched.

    Staff have a kind of their own, so a learner's name never opens a staff account.
    """

    __tablename__ = "sign_in_name"
    __table_args__ = (
        UniqueConstraint("kind", "value_index", name="uq_sign_in_name_kind_value"),
        CheckConstraint("kind IN ('code', 'email', 'staff')", name="kind_known"),
        CheckConstraint("(kind = 'code') = (value_sealed IS NULL)", name="code_not_readable"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    value_index: Mapped[str] = mapped_column(String(64))
    value_sealed: Mapped[bytes | None]


class SignIn(Model):
    """One session of one browser; the cookie holds its token, this row only the hash.

    `shared` is a telephone of several people: the session is short and nothing is kept.
    """

    __tablename__ = "sign_in"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    shared: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StaffMember(Model):
    """An account that may see staff pages, and how it proves itself.

    The set-up link is good once; `last_totp_step` is the last one-time code used, so that
    a code seen over a shoulder opens nothing.
    """

    __tablename__ = "staff_member"
    __table_args__ = (
        CheckConstraint(
            "role IN ('editor', 'translator', 'reviewer', 'publisher', 'counsellor', 'case-worker',"
            " 'administrator')",
            name="role_known",
        ),
        CheckConstraint("(setup_hash IS NULL) = (setup_expires_at IS NULL)", name="setup_whole"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    totp_sealed: Mapped[bytes]
    last_totp_step: Mapped[int | None]
    setup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    setup_expires_at: Mapped[datetime | None]


class Throttle(Model):
    """Failed tries under one key since the last success: a code, a name or an address.

    The key is a keyed hash and is counted whether or not such a code or name exists, so
    that the answer never tells.
    """

    __tablename__ = "throttle"
    __table_args__ = (CheckConstraint("kind IN ('code', 'name', 'address')", name="kind_known"),)

    kind: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int]
    last_at: Mapped[datetime]


class KeyInUse(Model):
    """What the key that codes and identifiers are protected with is known by, in one row.

    A strong but wrong key would go unnoticed otherwise: codes would be made that nobody can
    use. `since` is when it came into use.
    """

    __tablename__ = "key_in_use"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    fingerprint: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
