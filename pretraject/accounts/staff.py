"""Staff: invited by a link that is good once, let in by password and one-time code."""

import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.accounts.actions import (
    Name,
    add_name,
    disable,
    open_sign_in,
    require_strong,
    set_secret,
    sign_out_everywhere,
)
from pretraject.accounts.hashing import draw_token, secret_fits, token_hash
from pretraject.accounts.models import Account, SignInName, StaffMember
from pretraject.accounts.outcomes import Refused, SignedIn
from pretraject.accounts.queries import lock_account
from pretraject.accounts.rules import SET_UP_LIFE, name_place, read_email
from pretraject.accounts.tries import begin_try, count_failure, count_success
from pretraject.core.crypto import Vault
from pretraject.core.digits import ascii_digits
from pretraject.core.errors import ConflictError, InvalidError, NotFoundError
from pretraject.core.locales import SOURCE

ROLES = (
    "editor",
    "translator",
    "reviewer",
    "publisher",
    "counsellor",
    "case-worker",
    "administrator",
)
ISSUER = "Pretraject"
STEP_SECONDS = 30
STEPS_OFF = (0, -1, 1)


class StaffExistsError(ConflictError):
    """This address has a staff account."""


class StaffNotFoundError(NotFoundError):
    """No member of staff has this address."""


class SetUpNotFoundError(NotFoundError):
    """The set-up link was used, is too old, or never existed."""


class UnreadableEmailError(InvalidError):
    """This is no e-mail address."""


class UnknownRoleError(InvalidError):
    """There is no such role."""


@dataclass(frozen=True)
class SetUp:
    """What the set-up page shows: whose account, and the secret for the authenticator app."""

    email: str
    role: str
    totp_secret: str
    totp_uri: str


def add_staff(session: Session, vault: Vault, *, email: str, role: str, at: datetime) -> str:
    """Make a staff account and return the token of its set-up link.

    Raises UnreadableEmailError, UnknownRoleError, StaffExistsError.
    """
    name = _staff_name(email)
    if role not in ROLES:
        raise UnknownRoleError(role)
    if _find_member(session, vault, name) is not None:
        raise StaffExistsError(f"{name.text} has a staff account; use `staff renew` for a new link")
    account = Account(kind="staff", locale=SOURCE, created_at=at)
    session.add(account)
    session.flush()
    add_name(session, vault, account=account, name=name)
    token = draw_token()
    session.add(
        StaffMember(
            account_id=account.id,
            role=role,
            totp_sealed=_sealed_totp(vault, account),
            setup_hash=token_hash(token),
            setup_expires_at=at + SET_UP_LIFE,
        )
    )
    session.flush()
    return token


def renew_set_up(session: Session, vault: Vault, *, email: str, at: datetime) -> str:
    """Take away password, one-time secret and sessions and return a new set-up token.

    For who lost the link, the telephone or the password. Raises StaffNotFoundError.
    """
    name = _staff_name(email)
    member = _find_member(session, vault, name)
    if member is None:
        raise StaffNotFoundError(f"{name.text} has no staff account")
    account = session.get_one(Account, member.account_id)
    disable(session, account=account, at=at)
    add_name(session, vault, account=account, name=name)
    token = draw_token()
    member.totp_sealed = _sealed_totp(vault, account)
    member.last_totp_step = None
    member.setup_hash = token_hash(token)
    member.setup_expires_at = at + SET_UP_LIFE
    session.flush()
    return token


def get_set_up(session: Session, vault: Vault, token: str, *, at: datetime) -> SetUp:
    """Return what a set-up link is for. Raises SetUpNotFoundError."""
    member = _get_invited(session, token, at)
    account = session.get_one(Account, member.account_id)
    row = session.scalars(
        select(SignInName).where(SignInName.account_id == account.id, SignInName.kind == "staff")
    ).one()
    sealed = row.value_sealed or b""
    email = vault.open(sealed, place=name_place("staff", row.value_index))
    secret = vault.open(member.totp_sealed, place=totp_place(account.id))
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    return SetUp(email, member.role, secret, uri)


def set_up_staff(
    session: Session, vault: Vault, *, token: str, password: str, totp: str, at: datetime
) -> StaffMember | Refused:
    """Take the password of a new member of staff and proof that the app is set up.

    A wrong one-time code is refused and the link stays good. Raises WeakSecretError and
    SetUpNotFoundError.
    """
    require_strong(password, pin_allowed=False)
    member = _get_invited(session, token, at)
    account = session.get_one(Account, member.account_id)
    lock_account(session, account)
    session.refresh(member, with_for_update=True)
    if member.setup_hash != token_hash(token):
        raise SetUpNotFoundError
    step = _step_of(vault, account, member, totp, at)
    if step is None:
        return Refused("unknown")
    set_secret(session, vault, account=account, secret=password)
    sign_out_everywhere(session, account=account, at=at)
    member.setup_hash = member.setup_expires_at = None
    member.last_totp_step = step
    session.flush()
    return member


def sign_in_staff(
    session: Session,
    vault: Vault,
    *,
    email: str,
    password: str,
    totp: str,
    address: str,
    at: datetime,
    replaces: str | None = None,
) -> SignedIn | Refused:
    """Let a member of staff in; the caller commits either way.

    One answer for an unknown address, a wrong password and a wrong or used code.
    """
    text = read_email(email)
    if text is None:
        return Refused("unreadable")
    name = Name("staff", text)
    attempt = begin_try(session, vault, kind="name", name=_counted_under(text), address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    member = _find_member(session, vault, name)
    account = session.get_one(Account, member.account_id) if member else None
    if account is not None and member is not None:
        lock_account(session, account)
        session.refresh(member, with_for_update=True)
    fits = secret_fits(vault, password, account.secret_hash if account else None)
    step = _step_of(vault, account, member, totp, at) if account and member else None
    if not fits or step is None or account is None or member is None:
        return count_failure(session, attempt)
    count_success(session, attempt)
    member.last_totp_step = step
    return SignedIn(account, open_sign_in(session, account, shared=False, at=at, replaces=replaces))


def _counted_under(email: str) -> str:
    """Return the name a member's failures are counted under.

    The space keeps it apart from every learner's name: an address has none, so that nobody
    can register one whose success wipes out the failures at a member's account.
    """
    return f"staff {email}"


def _staff_name(email: str) -> Name:
    text = read_email(email)
    if text is None:
        raise UnreadableEmailError(f"{email!r} is no e-mail address")
    return Name("staff", text)


def _find_member(session: Session, vault: Vault, name: Name) -> StaffMember | None:
    return session.scalars(
        select(StaffMember)
        .join(SignInName, SignInName.account_id == StaffMember.account_id)
        .where(SignInName.kind == "staff", SignInName.value_index == name.index(vault))
    ).one_or_none()


def _get_invited(session: Session, token: str, at: datetime) -> StaffMember:
    member = session.scalars(
        select(StaffMember).where(
            StaffMember.setup_hash == token_hash(token), StaffMember.setup_expires_at > at
        )
    ).one_or_none()
    if member is None:
        raise SetUpNotFoundError
    return member


def _sealed_totp(vault: Vault, account: Account) -> bytes:
    return vault.seal(pyotp.random_base32(), place=totp_place(account.id))


def totp_place(account_id: int) -> str:
    """Return the place the secret of a member's authenticator app is sealed for."""
    return f"staff_member.totp:{account_id}"


def _step_of(vault: Vault, account: Account, member: StaffMember, typed: str, at: datetime) -> int | None:
    """Return the step of a one-time code that is right now and not used yet."""
    code = "".join(ascii_digits(typed).split())
    totp = pyotp.TOTP(vault.open(member.totp_sealed, place=totp_place(account.id)))
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now + off for off in STEPS_OFF):
        right = totp.at(step * STEP_SECONDS)
        used = member.last_totp_step is not None and step <= member.last_totp_step
        if hmac.compare_digest(right.encode(), code.encode()) and not used:
            return step
    return None
