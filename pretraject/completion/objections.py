"""A learner says that what an authority sees of them is wrong; one member of staff answers.

The answer is told to whoever is told of the track. It changes nothing by itself: where the
learner is right, a decision does, and that takes two.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import Objection
from pretraject.completion.status import status_of
from pretraject.completion.telling import tell
from pretraject.core.crypto import Vault
from pretraject.core.errors import ConflictError, NotFoundError
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Identifier, Person

TEXT_LIMIT = 2000
"""Characters of an objection or an answer; forms say so before it is too late."""
KEY_BYTES = 16


class ObjectionNotFoundError(NotFoundError):
    """There is no such objection, or it is somebody else's."""


class ObjectionOpenError(ConflictError):
    """The person has an objection that is not answered yet."""


class NothingToObjectToError(ConflictError):
    """No authority knows the person: nothing is told of them."""


class ObjectionAnsweredError(ConflictError):
    """Somebody answered the objection already."""


def objections_of(session: Session, person: Person) -> Sequence[Objection]:
    """Return the person's objections, newest first."""
    return session.scalars(
        select(Objection).where(Objection.person_id == person.id).order_by(Objection.id.desc())
    ).all()


def waiting_objections(session: Session, *, limit: int, offset: int = 0) -> Sequence[Objection]:
    """Return the objections nobody answered yet, oldest first."""
    return session.scalars(
        select(Objection)
        .where(Objection.answered_at.is_(None))
        .order_by(Objection.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_waiting(session: Session) -> int:
    """Return how many objections nobody answered yet."""
    query = select(func.count()).select_from(Objection).where(Objection.answered_at.is_(None))
    return session.scalar(query) or 0


def get_objection(session: Session, key: str) -> Objection:
    """Return an objection. Raises ObjectionNotFoundError."""
    objection = session.scalars(select(Objection).where(Objection.key == key)).one_or_none()
    if objection is None:
        raise ObjectionNotFoundError
    return objection


def text_of(vault: Vault, objection: Objection) -> str:
    """Return what the learner wrote."""
    return vault.open(objection.text_sealed, place=rules.sealed_place("objection.text", objection.key))


def answer_of(vault: Vault, objection: Objection) -> str | None:
    """Return what staff answered; None while nobody has."""
    if objection.answer_sealed is None:
        return None
    return vault.open(objection.answer_sealed, place=rules.sealed_place("objection.answer", objection.key))


@dataclass(frozen=True)
class Readable:
    """An objection in words, with its answer when there is one."""

    objection: Objection
    text: str
    answer: str | None


def readable(vault: Vault, objection: Objection) -> Readable:
    """Return an objection in words."""
    return Readable(objection, text_of(vault, objection), answer_of(vault, objection))


def object_to(
    session: Session, vault: Vault, *, person: Person, text: str, locale: str, at: datetime
) -> Objection:
    """Keep a person's objection to what is told of them.

    Raises ObjectionOpenError while an earlier one waits, NothingToObjectToError when no
    authority knows the person, NoPolicyError and NoRuleError.
    """
    people.lock_person(session, person)
    if any(one.outcome is None for one in objections_of(session, person)):
        raise ObjectionOpenError
    known = select(Identifier.id).where(Identifier.person_id == person.id).order_by(Identifier.id).limit(1)
    if session.scalar(known) is None:
        raise NothingToObjectToError
    key = secrets.token_hex(KEY_BYTES)
    objection = Objection(
        key=key,
        person_id=person.id,
        track=people.rules_for(session, person, at=at).track,
        locale=locale,
        text_sealed=vault.seal(text, place=rules.sealed_place("objection.text", key)),
        made_at=at,
    )
    session.add(objection)
    session.flush()
    return objection


def answer(
    session: Session,
    vault: Vault,
    *,
    objection: Objection,
    person: Person,
    outcome: str,
    text: str,
    account_id: int,
    at: datetime,
) -> None:
    """Answer an objection, once, and tell who is told of the track.

    Raises ObjectionAnsweredError, and ObjectionNotFoundError when it is not the person's.
    """
    people.lock_person(session, person)
    session.refresh(objection)
    if objection.person_id != person.id:
        raise ObjectionNotFoundError
    if objection.outcome is not None:
        raise ObjectionAnsweredError
    objection.answer_sealed = vault.seal(text, place=rules.sealed_place("objection.answer", objection.key))
    objection.outcome, objection.answered_by, objection.answered_at = outcome, account_id, at
    session.flush()
    status = status_of(session, person, at=at)
    word = status.word if status.track == objection.track else "undetermined"
    tell(
        session,
        status.judging.policy.recipients_of(objection.track),
        kind=rules.OBJECTION_CLOSED,
        reference=objection.key,
        person_id=person.id,
        payload=rules.objection_payload(objection, status=word),
        at=at,
    )
