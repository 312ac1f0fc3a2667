"""What changes when people register, activate or link a code."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from pretraject.accounts import actions as accounts
from pretraject.accounts.actions import Name
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import read_code
from pretraject.accounts.hashing import secret_fits
from pretraject.accounts.models import Account
from pretraject.accounts.outcomes import Refused
from pretraject.accounts.queries import is_name_taken
from pretraject.accounts.rules import read_email
from pretraject.accounts.tries import (
    Try,
    begin_try,
    count_failure,
    count_registration,
    count_success,
)
from pretraject.core.crypto import Vault
from pretraject.core.errors import InvalidError
from pretraject.enrolment import queries
from pretraject.enrolment.codes import count_wrong, held_code, opens, replace_codes
from pretraject.enrolment.models import AccessCode, Enrolment, Handover, Identifier, Look, Person

KEY_BYTES = 16


class UnknownGroupError(InvalidError):
    """The policy has no such group."""


@dataclass(frozen=True)
class Registered:
    """A learner without a file has an account."""

    account: Account
    person: Person


@dataclass(frozen=True)
class Activated:
    """The code opened an account, new or given back."""

    account: Account
    person: Person


@dataclass(frozen=True)
class AlreadyActivated:
    """Code and birth date are right and were used before: sign in instead."""


@dataclass(frozen=True)
class Linked:
    """The file of the code belongs to the account's person."""

    person: Person


def register(
    session: Session,
    vault: Vault,
    *,
    email: str,
    secret: str,
    locale: str,
    declared_group: str,
    address: str,
    at: datetime,
) -> Registered | Refused:
    """Open an account for a learner without a file; the caller commits either way.

    The address is a name to sign in with: nothing is sent to it, nobody proves to own it.
    Sending the form twice gives one account. Raises WeakSecretError, UnknownGroupError.
    """
    text = read_email(email)
    if text is None:
        return Refused("unreadable")
    accounts.require_strong(secret, name=text)
    if declared_group not in queries.current_policy(session)[1].groups:
        raise UnknownGroupError(declared_group)
    attempt = begin_try(session, vault, kind="name", name=text, address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    name = Name("email", text)
    if is_name_taken(session, kind="email", value_index=name.index(vault)):
        return _registered_before(session, vault, name, secret, attempt)
    refused = count_registration(session, vault, address=address, at=at)
    if refused is not None:
        return refused
    account = accounts.register_learner(session, vault, names=[name], secret=secret, locale=locale, at=at)
    person = Person(key=draw_key(), account_id=account.id, declared_group=declared_group, created_at=at)
    session.add(person)
    session.flush()
    return Registered(account, person)


def activate(
    session: Session,
    vault: Vault,
    *,
    code: str,
    birth_date: BirthDate,
    secret: str,
    locale: str,
    address: str,
    at: datetime,
) -> Activated | AlreadyActivated | Refused:
    """Open the account of a file by its code; the caller commits either way.

    An unknown code and a wrong birth date get the same answer. After a re-issue the account
    is given back with another secret. Raises WeakSecretError.
    """
    text = read_code(code)
    if text is None:
        return Refused("unreadable")
    accounts.require_strong(secret, birth_date=birth_date, name=text)
    attempt = begin_try(session, vault, kind="code", name=text, address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    found = held_code(session, vault, text)
    if found is None or not opens(session, vault, found, typed=birth_date):
        return count_wrong(session, vault, attempt, code=text, found=found)
    if found.ended_at is not None or found.used_at is not None:
        return AlreadyActivated() if found.ended_at is None else Refused("spent")
    person = session.get_one(Person, found.person_id)
    name = Name("code", text)
    account = session.get(Account, person.account_id or 0)
    if account is None:
        account = accounts.register_learner(session, vault, names=[name], secret=secret, locale=locale, at=at)
        person.account_id = account.id
    else:
        accounts.give_back(session, vault, account=account, name=name, secret=secret, locale=locale)
    found.used_at, found.code_index = at, name.index(vault)
    count_success(session, attempt)
    return Activated(account, person)


def link_code(
    session: Session,
    vault: Vault,
    *,
    account: Account,
    code: str,
    birth_date: BirthDate,
    address: str,
    at: datetime,
) -> Linked | Refused:
    """Give the file of a code to the account's person; the caller commits either way.

    What the person completed then counts for the file. Refused when the file has another
    account, or the person a file with another birth date.
    """
    text = read_code(code)
    if text is None:
        return Refused("unreadable")
    attempt = begin_try(session, vault, kind="code", name=text, address=address, at=at)
    if isinstance(attempt, Refused):
        return attempt
    own = queries.person_of_account(session, account.id)
    found = held_code(session, vault, text, own)
    if found is None or not opens(session, vault, found, typed=birth_date):
        return count_wrong(session, vault, attempt, code=text, found=found)
    if found.ended_at is not None:
        return Refused("spent")
    if found.person_id != own.id:
        empty = session.get_one(Person, found.person_id)
        refusal = why_not_joined(vault, empty, own)
        if refusal is not None:
            return refusal
        join(session, vault, empty, own)
        name = Name("code", text)
        found.used_at, found.code_index = at, name.index(vault)
        accounts.add_name(session, vault, account=account, name=name)
    count_success(session, attempt)
    return Linked(own)


def reissue(session: Session, vault: Vault, *, person: Person, disputed: bool, at: datetime) -> str:
    """Return a new code; the ones before and the sign-in opened with them end.

    What was done stays with the person. `disputed` says that somebody else may have used
    the sign-in: what was completed until now is then flagged, not moved.
    """
    queries.lock_person(session, person)
    if person.account_id is not None:
        accounts.disable(session, account=session.get_one(Account, person.account_id), at=at)
        if disputed:
            person.last_disputed_at = at
    return replace_codes(session, vault, person=person, at=at)


def draw_key() -> str:
    """Draw what a person's sealed values are bound to."""
    return secrets.token_hex(KEY_BYTES)


def _registered_before(
    session: Session, vault: Vault, name: Name, secret: str, attempt: Try
) -> Registered | Refused:
    """Answer a form sent twice as the first time; to anybody else the address is taken."""
    account = accounts.find_account(session, vault, name)
    if account is None or not secret_fits(vault, secret, account.secret_hash):
        count_failure(session, attempt)
        return Refused("taken")
    count_success(session, attempt)
    return Registered(account, queries.person_of_account(session, account.id))


def why_not_joined(vault: Vault, empty: Person, into: Person) -> Refused | None:
    """Return why two people cannot be one: both have an account, or their birth dates differ."""
    if empty.account_id is not None:
        return Refused("in-use")
    born, known = (queries.birth_date_of_person(vault, person) for person in (empty, into))
    if born is not None and known is not None and not known.may_be(born):
        return Refused("other-person")
    return None


def join(session: Session, vault: Vault, empty: Person, into: Person) -> None:
    """Move a person's numbers, enrolments, codes and what staff noted to another; both rows are held.

    Whoever calls it has what was decided and told follow: `completion.decisions.take_over`.
    """
    born, known = (queries.birth_date_of_person(vault, person) for person in (empty, into))
    for model in (Identifier, Enrolment, AccessCode, Handover, Look):
        session.execute(update(model).where(model.person_id == empty.id).values(person_id=into.id))
    if known is None and born is not None:
        into.birth_date_sealed = vault.seal(str(born), place=queries.birth_date_place(into.key))
    empty.birth_date_sealed = None
    empty.joined_id = into.id
    session.flush()
