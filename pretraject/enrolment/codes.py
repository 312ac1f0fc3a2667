"""Access codes in the database: found, held, tried, ended."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pretraject.accounts.actions import Name, drop_name
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import draw_code
from pretraject.accounts.outcomes import Refused
from pretraject.accounts.tries import Try, count_failure, is_spent
from pretraject.core.crypto import Vault
from pretraject.enrolment import queries
from pretraject.enrolment.models import AccessCode, Person


def held_code(session: Session, vault: Vault, code: str, own: Person | None = None) -> AccessCode | None:
    """Return a code with its person's row held, and that of `own`, always in the same order."""
    indexes = Name("code", code).indexes(vault)
    found = session.scalars(select(AccessCode).where(AccessCode.code_index.in_(indexes))).one_or_none()
    held: set[int] = set()
    while found is not None and found.person_id not in held:
        wanted = {found.person_id} | ({own.id} if own else set())
        for person_id in sorted(wanted - held):
            queries.lock_person(session, session.get_one(Person, person_id))
        held |= wanted
        session.refresh(found)
    return found


def opens(session: Session, vault: Vault, code: AccessCode, *, typed: BirthDate) -> bool:
    """Say whether a birth date is that of the code's person."""
    known = queries.birth_date_of_person(vault, session.get_one(Person, code.person_id))
    return known is not None and known.accepts(typed)


def count_wrong(
    session: Session, vault: Vault, attempt: Try, *, code: str, found: AccessCode | None
) -> Refused:
    """Count a failure; the tenth ends the code and the name that was made from it."""
    refusal = count_failure(session, attempt)
    if is_spent(attempt):
        drop_name(session, vault, Name("code", code))
        if found is not None and found.ended_at is None:
            found.ended_at = attempt.at
            session.flush()
    return refusal


def end_codes(session: Session, *, person: Person, at: datetime) -> None:
    """End every code of a person."""
    session.execute(
        update(AccessCode)
        .where(AccessCode.person_id == person.id, AccessCode.ended_at.is_(None))
        .values(ended_at=at)
    )


def replace_codes(session: Session, vault: Vault, *, person: Person, at: datetime) -> str:
    """End the person's codes and return a new one, which is stored nowhere in clear."""
    end_codes(session, person=person, at=at)
    code = draw_code()
    index = Name("code", code).index(vault)
    session.add(AccessCode(person_id=person.id, code_index=index, issued_at=at))
    session.flush()
    return code


def newest_code(session: Session, person: Person) -> AccessCode | None:
    """Return the code that was made last; None before there was any."""
    return session.scalars(
        select(AccessCode).where(AccessCode.person_id == person.id).order_by(AccessCode.id.desc()).limit(1)
    ).one_or_none()
