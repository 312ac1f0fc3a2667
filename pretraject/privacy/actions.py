"""What changes when a person is erased."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from pretraject.accounts.models import Account, SignIn, SignInName, StaffMember
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.models import (
    Decision,
    FeedEvent,
    ModuleCompletion,
    Objection,
    TrackCompletion,
)
from pretraject.completion.rules import ERASED, erased_payload
from pretraject.completion.telling import tell
from pretraject.core.clock import legal_date
from pretraject.core.once import insert_once
from pretraject.enrolment.models import AccessCode, Enrolment, Handover, Identifier, Look, Person
from pretraject.enrolment.queries import lock_person
from pretraject.learning.models import LessonRead, Place
from pretraject.privacy.models import Erasure
from pretraject.privacy.walk import persons_of


@dataclass(frozen=True)
class Erased:
    """Whose rows went, and how many completions and decisions stay without a name."""

    keys: tuple[str, ...]
    kept: int
    recipients: tuple[str, ...]


def erase(session: Session, *, person: Person, at: datetime) -> Erased:
    """Erase a person: everything but what was told and what that rests on, which names nobody.

    A track completed, with the modules and the results of the tests, and a decision that was
    confirmed stay on their legal ground, with the row they belong to: that holds no name,
    number or date of birth any more. What people wrote goes: a reason or an objection may
    name somebody. Each recipient is told, for each thing it was told, that the person was
    erased. Where there is nothing of that, nothing stays. The session must be a declared
    write; the last step before the commit.
    """
    rows = [session.get_one(Person, id_) for id_ in sorted(persons_of(session, person))]
    for row in rows:
        lock_person(session, row)
    persons = [row.id for row in rows]
    keys = tuple(row.key for row in rows)
    evidence = evidence_about(session, persons)
    completers = {one.person_id for one in evidence if isinstance(one, TrackCompletion)}
    _drop_what_names(session, rows)
    _drop_what_was_done(session, persons, kept=completers)
    recipients = _tell(session, persons, at=at)
    _drop_people(session, rows)
    for key in keys:
        insert_once(session, Erasure, {"person_key": key, "erased_at": at}, key=("person_key",))
    note(session, actor=OPERATOR, action="person.erased", at=at, person_id=person.id)
    return Erased(keys, len(evidence), recipients)


def evidence_about(session: Session, persons: Collection[int]) -> list[TrackCompletion | Decision]:
    """Return what stays of people who are erased: tracks completed, decisions confirmed."""
    completions = select(TrackCompletion).where(TrackCompletion.person_id.in_(persons))
    decisions = select(Decision).where(Decision.person_id.in_(persons), Decision.outcome == "confirmed")
    return [
        *session.scalars(completions.order_by(TrackCompletion.id)),
        *session.scalars(decisions.order_by(Decision.id)),
    ]


def _drop_what_names(session: Session, rows: Sequence[Person]) -> None:
    """Drop everything by which the person can be known or found."""
    accounts = [row.account_id for row in rows if row.account_id is not None]
    persons = [row.id for row in rows]
    for row in rows:
        row.account_id = row.birth_date_sealed = row.declared_group = row.joined_id = None
    session.flush()
    for belonging in (SignIn, SignInName, StaffMember):
        session.execute(delete(belonging).where(belonging.account_id.in_(accounts)))
    session.execute(delete(Account).where(Account.id.in_(accounts)))
    for named in (AccessCode, Enrolment, Identifier, Handover, Look, Objection):
        session.execute(delete(named).where(named.person_id.in_(persons)))
    decided = Decision.person_id.in_(persons)
    confirmed = Decision.outcome.is_not_distinct_from("confirmed")
    session.execute(delete(Decision).where(decided, ~confirmed))
    session.execute(update(Decision).where(decided).values(reason_sealed=None))


def _drop_what_was_done(session: Session, persons: Collection[int], *, kept: Collection[int]) -> None:
    """Drop reading and answers, and all results that no completion rests on."""
    for done in (LessonRead, Place):
        session.execute(delete(done).where(done.person_id.in_(persons)))
    attempts = select(Attempt.id).where(Attempt.person_id.in_(persons))
    session.execute(delete(DrawnQuestion).where(DrawnQuestion.attempt_id.in_(attempts)))
    others = [id_ for id_ in persons if id_ not in kept]
    session.execute(delete(ModuleCompletion).where(ModuleCompletion.person_id.in_(others)))
    needed = select(ModuleCompletion.attempt_id).where(
        ModuleCompletion.person_id.in_(persons), ModuleCompletion.attempt_id.is_not(None)
    )
    session.execute(delete(Attempt).where(Attempt.person_id.in_(persons), Attempt.id.not_in(needed)))


def _tell(session: Session, persons: Collection[int], *, at: datetime) -> tuple[str, ...]:
    """Tell everybody, for each thing they were told of the people, of the erasure; return whom."""
    events = session.scalars(
        select(FeedEvent)
        .where(FeedEvent.person_id.in_(persons), FeedEvent.kind != ERASED)
        .order_by(FeedEvent.id)
    ).all()
    for event in events:
        reference = event.key.partition(":")[2]
        tell(
            session,
            [event.recipient],
            kind=ERASED,
            reference=reference,
            person_id=event.person_id,
            track_completion_id=event.track_completion_id,
            payload=erased_payload(str(event.payload.get("track")), reference, erased_on=legal_date(at)),
            at=at,
        )
    return tuple(sorted({event.recipient for event in events}))


def _drop_people(session: Session, rows: Sequence[Person]) -> None:
    """Drop the rows of the person that nothing hangs on any more."""
    hanging = select(Person.id).where(Person.id.in_([row.id for row in rows]), _has_evidence())
    kept = set(session.scalars(hanging.order_by(Person.id)))
    gone = [row.id for row in rows if row.id not in kept]
    session.execute(update(Person).where(Person.joined_id.in_(gone)).values(joined_id=None))
    session.flush()
    for row in rows:
        if row.id in gone:
            session.delete(row)
    session.flush()


def _has_evidence() -> ColumnElement[bool]:
    """Return whether something is left of the query's person, or was told of them."""
    return or_(
        *(exists().where(one.person_id == Person.id) for one in (TrackCompletion, Decision, FeedEvent))
    )
