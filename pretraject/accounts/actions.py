"""What changes when a learner registers, signs in, signs out or chooses another secret."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import read_code
from pretraject.accounts.hashing import draw_token, hash_secret, is_dated, secret_fits, token_hash
from pretraject.accounts.models import Account, SignIn, SignInName
from pretraject.accounts.outcomes import Refused, SecretChanged, SignedIn
from pretraject.accounts.queries import lock_account
from pretraject.accounts.rules import (
    Weakness,
    kind_of_secret,
    lifetime_of,
    name_place,
    read_email,
    weakness_of,
)
from pretraject.accounts.tries import begin_try, count_failure, count_success, is_spent
from pretraject.core.crypto import Vault
from pretraject.core.errors import InvalidError

CODE_PURPOSE = "access-code"
EMAIL_PURPOSE = "email"


class WeakSecretError(InvalidError):
    """The secret is too easy to guess; `weakness` says why."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(weakness)
        self.weakness = weakness


@dataclass(frozen=True)
class Name:
    """A sign-in name as it is looked up and as its failures are counted."""

    kind: str
    text: str

    def index(self, vault: Vault) -> str:
        """Return the blind index it is stored under."""
        return vault.index(self.text, purpose=self._purpose)

    def indexes(self, vault: Vault) -> list[str]:
        """Return every blind index it may be stored under, the one in use first."""
        return vault.indexes(self.text, purpose=self._purpose)

    @property
    def _purpose(self) -> str:
        return CODE_PURPOSE if self.kind == "code" else EMAIL_PURPOSE

    def place(self, vault: Vault) -> str:
        """Return the place its readable form is sealed for."""
        return name_place(self.kind, self.index(vault))


def read_name(text: str) -> Name | None:
    """Return the code or e-mail address someone typed to sign in with."""
    if "@" in text or "＠" in text:  # or the full-width sign of some keyboards
        address = read_email(text)
        return Name("email", address) if address else None
    code = read_code(text)
    return Name("code", code) if code else None


def register_learner(
    session: Session, vault: Vault, *, names: list[Name], secret: str, locale: str, at: datetime
) -> Account:
    """Make a learner's account.

    The caller knows that the names are free and the secret strong.
    """
    account = Account(kind="learner", locale=locale, created_at=at)
    session.add(account)
    session.flush()
    set_secret(session, vault, account=account, secret=secret)
    for name in names:
        add_name(session, vault, account=account, name=name)
    return account


def give_back(
    session: Session, vault: Vault, *, account: Account, name: Name, secret: str, locale: str
) -> Account:
    """Give an account that nobody can sign in to a name and a secret again."""
    lock_account(session, account)
    account.locale = locale
    set_secret(session, vault, account=account, secret=secret)
    add_name(session, vault, account=account, name=name)
    return account


def add_name(session: Session, vault: Vault, *, account: Account, name: Name) -> SignInName:
    """Let an account be found by one more name."""
    readable = None if name.kind == "code" else vault.seal(name.text, place=name.place(vault))
    row = SignInName(
        account_id=account.id, kind=name.kind, value_index=name.index(vault), value_sealed=readable
    )
    session.add(row)
    session.flush()
    return row


def set_secret(session: Session, vault: Vault, *, account: Account, secret: str) -> None:
    """Give an account a secret that was found strong enough."""
    account.secret_hash = hash_secret(vault, secret)
    account.secret_kind = kind_of_secret(secret) if account.kind == "learner" else "password"
    session.flush()


def require_strong(
    secret: str, *, birth_date: BirthDate | None = None, name: str = "", pin_allowed: bool = True
) -> None:
    """Raise WeakSecretError when a secret is too easy to guess."""
    weakness = weakness_of(secret, birth_date=birth_date, name=name, pin_allowed=pin_allowed)
    if weakness is not None:
        raise WeakSecretError(weakness)


def sign_in(
    session: Session,
    vault: Vault,
    *,
    name: str,
    secret: str,
    shared: bool,
    address: str,
    at: datetime,
    replaces: str | None = None,
) -> SignedIn | Refused:
    """Let a learner in by code or e-mail address; the caller commits either way.

    Unknown names get the same answer, the same counting and as long a computation as
    wrong secrets. `replaces` is the token of the browser's session so far.
    """
    read = read_name(name)
    if read is None:
        return Refused("unreadable")
    kind = "code" if read.kind == "code" else "name"
    attempt = begin_try(session, vault, kind=kind, name=read.text, address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    account = find_account(session, vault, read)
    if not secret_fits(vault, secret, account.secret_hash if account else None) or account is None:
        refusal = count_failure(session, attempt)
        if is_spent(attempt):
            drop_name(session, vault, read)
        return refusal
    count_success(session, attempt)
    if account.secret_hash and is_dated(vault, secret, account.secret_hash):
        account.secret_hash = hash_secret(vault, secret)
    if read.kind == "code":
        _index_anew(session, vault, read)
    token = open_sign_in(session, account, shared=shared, at=at, replaces=replaces)
    return SignedIn(account, token)


def open_sign_in(
    session: Session, account: Account, *, shared: bool, at: datetime, replaces: str | None = None
) -> str:
    """Open a session for a browser and return its token, which is stored nowhere else."""
    if replaces is not None:
        sign_out(session, token=replaces, at=at)
    token = draw_token()
    lifetime = lifetime_of(account.kind, shared=shared)
    session.add(
        SignIn(
            account_id=account.id,
            token_hash=token_hash(token),
            shared=shared,
            created_at=at,
            seen_at=at,
            expires_at=at + lifetime.absolute,
        )
    )
    session.flush()
    return token


def sign_out(session: Session, *, token: str, at: datetime) -> None:
    """End one session; a token nobody knows is no error."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def sign_out_everywhere(session: Session, *, account: Account, at: datetime) -> None:
    """End every session of an account."""
    session.execute(
        update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def note_seen(session: Session, *, sign_in_id: int, at: datetime) -> None:
    """Note that a session was used."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))


def change_secret(
    session: Session,
    vault: Vault,
    *,
    account: Account,
    current: str,
    new: str,
    shared: bool,
    address: str,
    at: datetime,
) -> SecretChanged | Refused:
    """Choose another secret; every session ends but a new one for this browser.

    The caller commits either way. Raises WeakSecretError before anything is counted.
    """
    require_strong(new, pin_allowed=account.kind == "learner")
    name = f"account:{account.id}"
    attempt = begin_try(session, vault, kind="name", name=name, address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    lock_account(session, account)
    if not secret_fits(vault, current, account.secret_hash):
        return count_failure(session, attempt)
    count_success(session, attempt)
    set_secret(session, vault, account=account, secret=new)
    sign_out_everywhere(session, account=account, at=at)
    return SecretChanged(open_sign_in(session, account, shared=shared, at=at))


def choose_second_language(session: Session, *, account: Account, locale: str | None) -> None:
    """Keep the language to show beside the first; None for no other than Dutch."""
    account.second_locale = locale
    session.flush()


def disable(session: Session, *, account: Account, at: datetime) -> None:
    """Take away every name, the secret and the sessions; what the person did stays."""
    lock_account(session, account)
    session.execute(delete(SignInName).where(SignInName.account_id == account.id))
    account.secret_hash = account.secret_kind = None
    sign_out_everywhere(session, account=account, at=at)
    session.flush()


def find_account(session: Session, vault: Vault, name: Name) -> Account | None:
    """Return the account of a name and hold its row: who takes the name away waits, or we for them."""
    found = session.scalars(
        select(SignInName).where(
            SignInName.kind == name.kind, SignInName.value_index.in_(name.indexes(vault))
        )
    ).one_or_none()
    if found is None:
        return None
    account = session.get_one(Account, found.account_id)
    lock_account(session, account)
    still = session.scalars(select(SignInName.id).where(SignInName.id == found.id)).one_or_none()
    return account if still is not None else None


def _index_anew(session: Session, vault: Vault, code: Name) -> None:
    """Store a code under the key in use: after a rotation nobody but who types it knows it."""
    current, *earlier = code.indexes(vault)
    if earlier:
        session.execute(
            update(SignInName)
            .where(SignInName.kind == code.kind, SignInName.value_index.in_(earlier))
            .values(value_index=current)
        )


def drop_name(session: Session, vault: Vault, name: Name) -> None:
    """Let a finished code open nothing any more."""
    session.execute(
        delete(SignInName).where(
            SignInName.kind == name.kind, SignInName.value_index.in_(name.indexes(vault))
        )
    )
