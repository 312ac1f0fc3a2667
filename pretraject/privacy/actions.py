"""What changes when a person is erased."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pretraject.accounts.models import Account, SignIn, SignInName, StaffMember
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.models import FeedEvent, ModuleCompletion, TrackCompletion
from pretraject.completion.rules import COMPLETED, ERASED, erased_payload
from pretraject.completion.telling import tell
from pretraject.core.clock import legal_date
from pretraject.core.once import insert_once
from pretraject.enrolment.models import AccessCode, Enrolment, Identifier, Person
from pretraject.enrolment.queries import lock_person
from pretraject.learning.models import LessonRead, Place
from pretraject.privacy.models import Erasure
from pretraject.privacy.walk import persons_of


@dataclass(frozen=True)
class Erased:
    """Whose rows went, and how many completions stay without a name."""

    keys: tuple[str, ...]
    completions: int
    recipients: tuple[str, ...]


def erase(session: Session, *, person: Person, at: datetime) -> Erased:
    """Erase a person: everything but what a completion that was told rests on, which names nobody.

    Where a track was completed, the completion, the modules and the results of the tests stay
    on their legal ground, with the row they belong to: that holds no name, number or date of
    birth any more. Each recipient told of it is told that the person was erased. Without one,
    nothing stays. The session must be a declared write; the last step before the commit.
    """
    rows = [session.get_one(Person, id_) for id_ in sorted(persons_of(session, person))]
    for row in rows:
        lock_person(session, row)
    persons = [row.id for row in rows]
    keys = tuple(row.key for row in rows)
    completions = _completions(session, persons)
    _drop_what_names(session, rows)
    _drop_what_was_done(session, persons, kept={one.person_id for one in completions})
    recipients = _tell(session, completions, at=at)
    _drop_people(session, rows, kept={one.person_id for one in completions})
    for key in keys:
        insert_once(session, Erasure, {"person_key": key, "erased_at": at}, key=("person_key",))
    note(session, actor=OPERATOR, action="person.erased", at=at, person_id=person.id)
    return Erased(keys, len(completions), recipients)


def _completions(session: Session, persons: Collection[int]) -> Sequence[TrackCompletion]:
    return session.scalars(
        select(TrackCompletion).where(TrackCompletion.person_id.in_(persons)).order_by(TrackCompletion.id)
    ).all()


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
    for named in (AccessCode, Enrolment, Identifier):
        session.execute(delete(named).where(named.person_id.in_(persons)))


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


def _tell(session: Session, completions: Sequence[TrackCompletion], *, at: datetime) -> tuple[str, ...]:
    """Tell everybody who was told of a completion that its person was erased; return whom."""
    told: set[str] = set()
    for completion in completions:
        events = select(FeedEvent.recipient).where(FeedEvent.key == f"{COMPLETED}:{completion.reference}")
        recipients = session.scalars(events.order_by(FeedEvent.recipient)).all()
        tell(
            session,
            recipients,
            kind=ERASED,
            reference=completion.reference,
            person_id=completion.person_id,
            track_completion_id=completion.id,
            payload=erased_payload(completion, erased_on=legal_date(at)),
            at=at,
        )
        told.update(recipients)
    return tuple(sorted(told))


def _drop_people(session: Session, rows: Sequence[Person], *, kept: Collection[int]) -> None:
    """Drop the rows of the person that nothing hangs on any more."""
    gone = [row.id for row in rows if row.id not in kept]
    session.execute(update(Person).where(Person.joined_id.in_(gone)).values(joined_id=None))
    session.flush()
    for row in rows:
        if row.id in gone:
            session.delete(row)
    session.flush()
