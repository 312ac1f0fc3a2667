"""What is read about accounts and sign-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pretraject.accounts.hashing import token_hash
from pretraject.accounts.models import Account, SignIn, SignInName, StaffMember
from pretraject.accounts.rules import lifetime_of, name_place
from pretraject.core.crypto import Vault


@dataclass(frozen=True)
class Visitor:
    """Who a session belongs to, in plain values that outlive the database session."""

    sign_in_id: int
    account_id: int
    kind: str
    role: str | None
    shared: bool
    seen_at: datetime
    second_locale: str | None


@dataclass(frozen=True)
class NameShown:
    """A sign-in name as its owner sees it; codes cannot be shown, they are stored as hashes."""

    kind: str
    text: str | None


def lock_account(session: Session, account: Account) -> None:
    """Hold an account's row until the transaction ends and read it anew."""
    session.refresh(account, with_for_update=True)


_SIGN_IN, _ACCOUNT, _STAFF = (model.__table__.c for model in (SignIn, Account, StaffMember))
_VISITOR = (
    select(
        _SIGN_IN.id,
        _SIGN_IN.account_id,
        _SIGN_IN.shared,
        _SIGN_IN.seen_at,
        _ACCOUNT.kind,
        _ACCOUNT.second_locale,
        _STAFF.role,
    )
    .join_from(SignIn.__table__, Account.__table__, _ACCOUNT.id == _SIGN_IN.account_id)
    .outerjoin(StaffMember.__table__, _STAFF.account_id == _ACCOUNT.id)
    .where(
        _SIGN_IN.token_hash == bindparam("token_hash"),
        _SIGN_IN.ended_at.is_(None),
        _SIGN_IN.expires_at > bindparam("at"),
    )
)
"""Built once and of columns, not of rows: every page of everybody who is signed in asks it."""


def find_visitor(session: Session, token: str, *, at: datetime) -> Visitor | None:
    """Return whose session this is, while it lasts; one query."""
    row = session.execute(_VISITOR, {"token_hash": token_hash(token), "at": at}).one_or_none()
    if row is None or row.seen_at + lifetime_of(row.kind, shared=row.shared).idle <= at:
        return None
    return Visitor(row.id, row.account_id, row.kind, row.role, row.shared, row.seen_at, row.second_locale)


def sign_ins_of(session: Session, account: Account, *, at: datetime) -> Sequence[SignIn]:
    """Return the account's sessions that still open something, newest first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
    )
    return [row for row in rows if row.seen_at + lifetime_of(account.kind, shared=row.shared).idle > at]


def names_of(session: Session, vault: Vault, account: Account) -> list[NameShown]:
    """Return the names the account is signed in to with, oldest first."""
    rows = session.scalars(
        select(SignInName).where(SignInName.account_id == account.id).order_by(SignInName.id)
    )
    return [NameShown(row.kind, _readable(vault, row)) for row in rows]


def is_name_taken(session: Session, *, kind: str, value_index: str) -> bool:
    """Say whether an account has this name."""
    found = session.scalars(
        select(SignInName.id).where(SignInName.kind == kind, SignInName.value_index == value_index)
    ).one_or_none()
    return found is not None


def _readable(vault: Vault, row: SignInName) -> str | None:
    if row.value_sealed is None:
        return None
    return vault.open(row.value_sealed, place=name_place(row.kind, row.value_index))
