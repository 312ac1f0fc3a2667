"""Dropping what is kept no longer, class by class, in small transactions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from pretraject.accounts.models import SignIn, Throttle
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.audit.actions import drop_before, note
from pretraject.audit.models import AuditEntry
from pretraject.audit.queries import past_entries
from pretraject.audit.rules import OPERATOR
from pretraject.completion.models import Decision, Objection, TrackCompletion
from pretraject.core.clock import legal_date
from pretraject.core.db import Database, Model
from pretraject.enrolment.models import (
    AccessCode,
    Enrolment,
    Handover,
    Identifier,
    Look,
    Person,
    PolicyVersion,
)
from pretraject.exchange.models import AccessToken, ClientRequest, UsedAssertion
from pretraject.learning.models import LessonRead, Place
from pretraject.privacy.actions import erase
from pretraject.privacy.classes import data_classes
from pretraject.privacy.models import Erasure

BATCH = 200
"""Rows, or tests with all their answers, per transaction: on SQLite learners wait meanwhile."""

CLOCK_LEAP = timedelta(days=7)
"""After so long without a sign of life a clock is not believed without somebody saying so."""

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Rows:
    """Rows that are dropped together by one column, and which of them are due."""

    model: type[Model]
    together_by: Column
    due: Callable[[datetime], ColumnElement[bool]]


def _ended_before(moment: datetime) -> ColumnElement[bool]:
    """Return that a sign-in ended before a moment and is not the newest of its account."""
    newer = aliased(SignIn)
    return and_(
        or_(SignIn.ended_at < moment, SignIn.expires_at < moment),
        exists().where(newer.account_id == SignIn.account_id, newer.id > SignIn.id),
    )


def _handed_in_before(moment: datetime) -> ColumnElement[bool]:
    return DrawnQuestion.attempt_id.in_(select(Attempt.id).where(Attempt.submitted_at < moment))


ROWS: dict[str, tuple[Rows, ...]] = {
    "codes": (
        Rows(
            AccessCode,
            AccessCode.id,
            lambda moment: or_(
                AccessCode.ended_at < moment, and_(AccessCode.ended_at.is_(None), AccessCode.used_at < moment)
            ),
        ),
    ),
    "sign-ins": (Rows(SignIn, SignIn.id, _ended_before),),
    "tries": (Rows(Throttle, Throttle.id, lambda moment: Throttle.last_at < moment),),
    "answers": (Rows(DrawnQuestion, DrawnQuestion.attempt_id, _handed_in_before),),
    "reading": (
        Rows(LessonRead, LessonRead.id, lambda moment: LessonRead.read_at < moment),
        Rows(Place, Place.id, lambda moment: Place.at < moment),
    ),
    "opened-files": (Rows(Look, Look.id, lambda moment: Look.ends_at < moment),),
    "exchange": (
        Rows(UsedAssertion, UsedAssertion.id, lambda moment: UsedAssertion.expires_at < moment),
        Rows(AccessToken, AccessToken.id, lambda moment: AccessToken.expires_at < moment),
        Rows(ClientRequest, ClientRequest.id, lambda moment: ClientRequest.received_at < moment),
    ),
    "erasures": (Rows(Erasure, Erasure.id, lambda moment: Erasure.erased_at < moment),),
}
"""What is dropped row by row. People are erased, and looks are dropped from the chain's beginning."""

PEOPLE = {"people": True, "visitors": False}
"""The classes of people, and whether an authority enrolled them."""

LOOKS = "looks"


def due(session: Session, *, at: datetime) -> dict[str, int]:
    """Return how many rows of each class with a term are past it, people counted as one each."""
    counts = {}
    for name, moment in _moments(at):
        if name in PEOPLE:
            query = select(func.count()).select_from(_people_due(name, moment).subquery())
            counts[name] = session.scalar(query) or 0
        elif name == LOOKS:
            counts[name] = past_entries(session, moment=moment)
        else:
            counts[name] = sum(
                session.scalar(select(func.count()).select_from(one.model).where(one.due(moment))) or 0
                for one in ROWS[name]
            )
    return counts


def apply(database: Database, *, at: datetime) -> Iterator[tuple[str, int]]:
    """Drop what is past its term, yielding the class and how many went after each transaction.

    Interrupted, it goes on the next time. What went is written down in the access log.
    """
    totals: dict[str, int] = {}
    for name, moment in _moments(at):
        step = _step(name, moment, at=at)
        while True:
            with database.writing() as session:
                count = step(session)
                session.commit()
            if not count:
                break
            totals[name] = totals.get(name, 0) + count
            yield name, count
    if totals:
        with database.writing() as session:
            note(session, actor=OPERATOR, action="retention.applied", at=at, **totals)
            session.commit()


def _moments(at: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the classes with a term, each with the moment before which it is past."""
    for one in data_classes().values():
        if one.term is not None:
            yield one.name, at - one.term


def _step(name: str, moment: datetime, *, at: datetime) -> Callable[[Session], int]:
    """Return what drops the next rows of a class and says how many."""
    if name in PEOPLE:
        return lambda session: _erase_next(session, name, moment, at=at)
    if name == LOOKS:
        return lambda session: drop_before(session, moment=moment)
    return lambda session: sum(_drop_next(session, one, moment) for one in ROWS[name])


def _drop_next(session: Session, rows: Rows, moment: datetime) -> int:
    """Drop a batch of rows that are due, those of one test together."""
    keys = session.scalars(
        select(rows.together_by).where(rows.due(moment)).distinct().order_by(rows.together_by).limit(BATCH)
    ).all()
    if not keys:
        return 0
    statement = delete(rows.model).where(rows.together_by.in_(keys))
    return len(session.scalars(statement.returning(rows.model.id)).all())


def _erase_next(session: Session, name: str, moment: datetime, *, at: datetime) -> int:
    """Erase one person who is due."""
    person = session.scalars(_people_due(name, moment).order_by(Person.id).limit(1)).one_or_none()
    if person is None:
        return 0
    erase(session, person=person, at=at)
    return 1


def _people_due(name: str, moment: datetime) -> Select[Person]:
    """Return the people of whom nothing is known since a moment."""
    enrolled = exists().where(Enrolment.person_id == Person.id)
    has_number = exists().where(Identifier.person_id == Person.id)
    day = legal_date(moment)
    since = [
        exists().where(
            Enrolment.person_id == Person.id,
            or_(
                Enrolment.enrolled_at >= moment, Enrolment.permit_expiry >= day, Enrolment.arrival_date >= day
            ),
        ),
        exists().where(TrackCompletion.person_id == Person.id, TrackCompletion.completed_at >= moment),
        exists().where(SignIn.account_id == Person.account_id, SignIn.seen_at >= moment),
        exists().where(
            Attempt.person_id == Person.id,
            or_(Attempt.started_at >= moment, Attempt.submitted_at >= moment),
        ),
        exists().where(LessonRead.person_id == Person.id, LessonRead.read_at >= moment),
        exists().where(Handover.person_id == Person.id, Handover.noted_at >= moment),
        exists().where(
            Decision.person_id == Person.id,
            or_(Decision.proposed_at >= moment, Decision.settled_at >= moment),
        ),
        exists().where(Objection.person_id == Person.id, Objection.answered_at >= moment),
    ]
    return select(Person).where(
        enrolled if PEOPLE[name] else ~enrolled,
        or_(Person.account_id.is_not(None), has_number),
        Person.joined_id.is_(None),
        Person.created_at < moment,
        ~or_(*since),
    )


def is_clock_plausible(session: Session, *, at: datetime) -> bool:
    """Say whether something happened here lately, so that the clock did not leap.

    A clock that is years ahead would make everything look past its term.
    """
    moments = [
        session.scalar(select(func.max(column)))
        for column in (SignIn.seen_at, AuditEntry.at, PolicyVersion.current_since)
    ]
    return max((one for one in moments if one is not None), default=at) >= at - CLOCK_LEAP
