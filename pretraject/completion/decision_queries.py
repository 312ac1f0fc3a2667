"""What is read of decisions: of a person, waiting for a second person, and why they were proposed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import Decision
from pretraject.core.crypto import Vault
from pretraject.core.errors import NotFoundError
from pretraject.enrolment.models import Person


class DecisionNotFoundError(NotFoundError):
    """There is no such decision, or it is about somebody else."""


def decisions_of(session: Session, person: Person) -> Sequence[Decision]:
    """Return what was proposed about a person, settled or not, newest first."""
    return session.scalars(
        select(Decision).where(Decision.person_id == person.id).order_by(Decision.id.desc())
    ).all()


def confirmed_of(session: Session, person: Person) -> Sequence[Decision]:
    """Return what was decided about a person, oldest first."""
    return session.scalars(
        select(Decision)
        .where(Decision.person_id == person.id, Decision.outcome == "confirmed")
        .order_by(Decision.settled_at, Decision.id)
    ).all()


def find_open(session: Session, person: Person, track: str) -> Decision | None:
    """Return the proposal about a person and track that nobody settled yet."""
    query = select(Decision).where(
        Decision.person_id == person.id, Decision.track == track, Decision.outcome.is_(None)
    )
    return session.scalars(query.order_by(Decision.id).limit(1)).one_or_none()


def waiting_decisions(session: Session, *, limit: int, offset: int = 0) -> Sequence[Decision]:
    """Return the proposals that wait for a second person, oldest first."""
    return session.scalars(
        select(Decision)
        .where(Decision.settled_at.is_(None))
        .order_by(Decision.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_waiting(session: Session) -> int:
    """Return how many proposals wait for a second person."""
    query = select(func.count()).select_from(Decision).where(Decision.settled_at.is_(None))
    return session.scalar(query) or 0


def get_decision(session: Session, key: str) -> Decision:
    """Return a decision, whatever came of it. Raises DecisionNotFoundError."""
    decision = session.scalars(select(Decision).where(Decision.key == key)).one_or_none()
    if decision is None:
        raise DecisionNotFoundError
    return decision


def reason_of(vault: Vault, decision: Decision) -> str:
    """Return why it was proposed, in the words of who did; empty once the person is erased."""
    if decision.reason_sealed is None:
        return ""
    return vault.open(decision.reason_sealed, place=rules.sealed_place("decision.reason", decision.key))
