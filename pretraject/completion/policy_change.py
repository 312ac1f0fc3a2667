"""Taking up a change of the rules: everybody is evaluated again, nobody's test is."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pretraject.assessment.models import Attempt
from pretraject.completion.actions import record
from pretraject.completion.models import PolicyTakenUp
from pretraject.core.chain import canonical
from pretraject.core.clock import legal_date
from pretraject.core.crypto import fingerprint
from pretraject.core.db import Database
from pretraject.core.once import insert_once
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Identifier, Person
from pretraject.learning.models import LessonRead

BATCH = 25
"""People per transaction: on SQLite learners wait meanwhile."""


def reevaluate_all(database: Database, *, at: datetime) -> int:
    """Evaluate everybody under the rules in force, unless that was done; return how many.

    Due after a new or re-published policy, and on the day a dated rule comes into force.
    Interrupted, it begins anew the next time: evaluating twice changes nothing.
    """
    with database.reading() as session:
        if is_taken_up(session, at=at):
            return 0
        version_id, state = _state(session, at=at)
    evaluated, last = 0, 0
    while True:
        with database.writing() as session:
            batch = _people_after(session, last)
            for person in batch:
                _evaluate(session, person, at=at)
            if not batch:
                insert_once(
                    session,
                    PolicyTakenUp,
                    {"policy_version_id": version_id, "state": state, "taken_up_at": at},
                    key=("state",),
                )
            last = batch[-1].id if batch else last
            session.commit()
        if not batch:
            return evaluated
        evaluated += len(batch)


def _evaluate(session: Session, person: Person, *, at: datetime) -> None:
    """Add what follows for one person; nothing where no rule holds for their group."""
    with suppress(people.NoRuleError):
        record(session, person=person, at=at)


def _state(session: Session, *, at: datetime) -> tuple[int, str]:
    """Return the current policy and a name for the rules in force under it."""
    version, policy = people.current_policy(session)
    today = legal_date(at)
    in_force = [policy.rule_for(track, today) for track in {rule.track for rule in policy.rules}]
    named = [version.fingerprint, version.current_since.isoformat()]
    named += sorted(rule.version for rule in in_force if rule is not None)
    return version.id, fingerprint(canonical(named))


def is_taken_up(session: Session, *, at: datetime) -> bool:
    """Say whether everybody was evaluated under the rules in force; so too without a policy."""
    try:
        _, state = _state(session, at=at)
    except people.NoPolicyError:
        return True
    found = select(PolicyTakenUp.id).where(PolicyTakenUp.state == state)
    return session.scalars(found).first() is not None


def _people_after(session: Session, last: int) -> list[Person]:
    """Return the next people who have read or begun a test; not what is left of somebody erased."""
    known = or_(
        Person.account_id.is_not(None),
        select(Identifier.id).where(Identifier.person_id == Person.id).exists(),
    )
    active = or_(
        select(LessonRead.id).where(LessonRead.person_id == Person.id).exists(),
        select(Attempt.id).where(Attempt.person_id == Person.id).exists(),
    )
    return list(
        session.scalars(
            select(Person).where(Person.id > last, known, active).order_by(Person.id).limit(BATCH)
        )
    )
