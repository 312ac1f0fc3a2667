"""What is read about tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.assessment.rules import Judgement
from pretraject.core.db import LARGEST_INTEGER
from pretraject.core.errors import NotFoundError
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person

TRIES_A_DAY = 10
"""Tests of one module that somebody can hand in within 24 hours."""


class AttemptNotFoundError(NotFoundError):
    """There is no such attempt of this person."""


class QuestionNotFoundError(NotFoundError):
    """The attempt has no question at this position."""


def get_attempt(session: Session, person: Person, public_id: str) -> Attempt:
    """Return the person's attempt with this public id.

    Raises AttemptNotFoundError, for somebody else's attempt too.
    """
    attempt = session.scalars(
        select(Attempt).where(Attempt.person_id == person.id, Attempt.public_id == public_id)
    ).one_or_none()
    if attempt is None:
        raise AttemptNotFoundError(public_id)
    return attempt


def find_open_attempt(session: Session, person: Person, module: str) -> Attempt | None:
    """Return the person's attempt at a module that is not handed in yet."""
    return session.scalars(
        select(Attempt).where(
            Attempt.person_id == person.id, Attempt.module == module, Attempt.submitted_at.is_(None)
        )
    ).one_or_none()


def get_open_attempt(session: Session, person: Person, module: str) -> Attempt:
    """Return the person's open attempt at a module; raises AttemptNotFoundError."""
    attempt = find_open_attempt(session, person, module)
    if attempt is None:
        raise AttemptNotFoundError(module)
    return attempt


def attempts_of(session: Session, person: Person, module: str) -> Sequence[Attempt]:
    """Return the person's attempts at a module, oldest first, an open one included.

    They are loaded anew: after waiting for a lock, what the session held may be old.
    """
    return session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.module == module)
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    ).all()


def attempts_by_module(session: Session, person: Person) -> dict[str, list[Attempt]]:
    """Return all the person's attempts, by module, oldest first, open ones included; one query."""
    found: dict[str, list[Attempt]] = {}
    for attempt in session.scalars(
        select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.module, Attempt.number)
    ):
        found.setdefault(attempt.module, []).append(attempt)
    return found


def submitted_attempts(session: Session, person: Person) -> Sequence[Attempt]:
    """Return everything the person has handed in, of all modules, oldest first; loaded anew."""
    return session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
        .execution_options(populate_existing=True)
    ).all()


def last_attempts(session: Session, person: Person) -> dict[str, Attempt]:
    """Return the attempt the person handed in last, by module."""
    return {attempt.module: attempt for attempt in submitted_attempts(session, person)}


def drawn(session: Session, attempt: Attempt) -> Sequence[DrawnQuestion]:
    """Return the questions of an attempt in the order they are asked.

    Loaded anew, like attempts: another device may have answered meanwhile.
    """
    return session.scalars(
        select(DrawnQuestion)
        .where(DrawnQuestion.attempt_id == attempt.id)
        .order_by(DrawnQuestion.position)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True)
class Held:
    """A question of an attempt whose row is held until the transaction ends.

    What the question says of an answer can be older than the hold; what was drawn never changes.
    """

    attempt: Attempt
    question: DrawnQuestion
    last: int


_LAST = (
    select(func.max(DrawnQuestion.position))
    .where(DrawnQuestion.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_HELD = (
    select(Attempt, DrawnQuestion, _LAST)
    .outerjoin(
        DrawnQuestion,
        and_(DrawnQuestion.attempt_id == Attempt.id, DrawnQuestion.position == bindparam("position")),
    )
    .where(
        Attempt.public_id == bindparam("public_id"),
        Attempt.person_id
        == select(Person.id).where(Person.account_id == bindparam("account_id")).scalar_subquery(),
    )
    .with_for_update(of=Attempt)
    .execution_options(populate_existing=True)
)
"""Built once, since every answer asks it."""


def hold_question(session: Session, *, account_id: int, public_id: str, position: int) -> Held:
    """Hold an attempt of the person behind an account and return one of its questions; one query.

    Raises AttemptNotFoundError, for somebody else's attempt too, and QuestionNotFoundError.
    """
    wanted = {
        "account_id": account_id,
        "public_id": public_id,
        "position": min(position, LARGEST_INTEGER),
    }
    row = session.execute(_HELD, wanted).one_or_none()
    if row is None:
        raise AttemptNotFoundError(public_id)
    if row[1] is None:
        raise QuestionNotFoundError(public_id, position)
    return Held(*row)


def judgement_of(attempt: Attempt) -> Judgement:
    """Return what was judged of a handed-in attempt; raises AttemptNotFoundError for an open one."""
    if attempt.judgement is None:
        raise AttemptNotFoundError(attempt.public_id)
    return Judgement.read(attempt.judgement)


def waiting_until(session: Session, person: Person, module: str, *, at: datetime) -> datetime | None:
    """Return when the person may try again; None when they may now.

    The hours are those of the rule in force.
    """
    attempts = attempts_of(session, person, module)
    if not attempts:
        return None
    rules = people.rules_for(session, person, at=at)
    return again_from(attempts, wait_hours=rules.at_submission.wait_hours, at=at)


def again_from(attempts: Sequence[Attempt], *, wait_hours: int, at: datetime) -> datetime | None:
    """Return when a next try may begin after these, oldest first; None when it may now.

    Only a failed attempt makes wait, and not one in a language that was a machine draft:
    the text may have been to blame. A day has `TRIES_A_DAY` tries in any case, so that
    nobody leafs through the whole bank.
    """
    handed_in = [one.submitted_at for one in attempts if one.submitted_at is not None]
    if not handed_in or attempts[-1].submitted_at is None:
        return None
    last, until = attempts[-1], at
    if not last.passed and not last.drafted:
        until = handed_in[-1] + timedelta(hours=wait_hours)
    if len(handed_in) >= TRIES_A_DAY:
        until = max(until, handed_in[-TRIES_A_DAY] + timedelta(days=1))
    return until if until > at else None
