"""Whether each recipient is told what was completed, all of it and nothing else."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, select
from sqlalchemy.orm import Session

from pretraject.audit import queries as audit
from pretraject.audit.models import AuditEntry
from pretraject.completion import rules
from pretraject.completion.chain import BATCH, chain_faults, recipients
from pretraject.completion.models import FeedEvent, RestorePoint, TrackCompletion
from pretraject.completion.rules import COMPLETED, ERASED
from pretraject.core.chain import START_HASH
from pretraject.enrolment.models import Enrolment, Identifier, Person
from pretraject.enrolment.rules import FILE_NUMBER
from pretraject.verification.rulebook import Rulebook, is_nameless


def feed_chain_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield what is wrong with the chains of the feeds and their heads."""
    yield from chain(*(chain_faults(session, recipient) for recipient in recipients(session)))


def audit_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield what is wrong with the chain of looks at people and its head."""
    yield from audit.chain_faults(session)


def restore_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which restores are said to have left something else than the feed has."""
    found = session.execute(
        select(RestorePoint, FeedEvent.hash)
        .outerjoin(
            FeedEvent,
            and_(FeedEvent.recipient == RestorePoint.recipient, FeedEvent.seq == RestorePoint.seq),
        )
        .order_by(RestorePoint.id)
    )
    for point, hash_ in found:
        if point.hash != (hash_ if point.seq else START_HASH):
            yield f"restore_point {point.id}: the feed has something else at place {point.seq}"


def event_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which events say something else than the completions they are about."""
    about = and_(
        FeedEvent.kind.in_([COMPLETED, ERASED]),
        TrackCompletion.reference == func.substr(FeedEvent.key, func.length(FeedEvent.kind) + 2),
    )
    query = (
        select(FeedEvent, TrackCompletion, Person)
        .outerjoin(TrackCompletion, about)
        .outerjoin(Person, Person.id == TrackCompletion.person_id)
        .order_by(FeedEvent.id)
        .execution_options(yield_per=BATCH)
    )
    for event, completion, person in session.execute(query):
        problem = (
            "it is about no completion"
            if completion is None
            else _problem(event, completion, person)
            or (_not_due(session, book, event, completion) if event.seq is None else None)
        )
        if problem:
            place = f"at place {event.seq}" if event.seq else "without a place"
            yield f"feed_event {event.id} ({event.recipient}, {place}): {problem}"


def _problem(event: FeedEvent, completion: TrackCompletion, person: Person) -> str | None:
    """Return in what an event differs from its completion."""
    if event.person_id not in (None, completion.person_id):
        return f"it is about another person than track_completion {completion.id}"
    if event.track_completion_id not in (None, completion.id):
        return f"it points at another completion than track_completion {completion.id}"
    said: dict[str, Any] = event.payload
    if event.kind == ERASED:
        known = (said.get("track"), said.get("reference")) == (completion.track, completion.reference)
        if not known or not is_nameless(person):
            return f"track_completion {completion.id} is not of somebody erased"
        return None
    made = rules.completed_payload(completion)
    differing = sorted(name for name in {*said, *made} if said.get(name) != made.get(name))
    if differing:
        return f"it says something else than track_completion {completion.id}: {', '.join(differing)}"
    return None


def _not_due(session: Session, book: Rulebook, event: FeedEvent, completion: TrackCompletion) -> str | None:
    """Return why no rule makes an event that has no place yet."""
    if event.kind == ERASED:
        return None
    if event.recipient not in book.recipients_of(completion.track):
        return f"no policy tells {event.recipient} of this track"
    enrolled = _enrolled(book.groups_of(completion.track))
    if not session.scalar(select(exists().where(Person.id == completion.person_id, enrolled))):
        return "nobody enrolled the person in this track"
    return None


def _enrolled(groups: set[str]) -> ColumnElement[bool]:
    """Return whether the query's person is known by a file number and enrolled in one of the groups."""
    return and_(
        exists().where(Identifier.person_id == Person.id, Identifier.kind == FILE_NUMBER),
        exists().where(Enrolment.person_id == Person.id, Enrolment.group.in_(groups)),
    )


def untold_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which completions a recipient should be told of and is not."""
    policy = book.current
    if policy is None:
        return
    for name, recipient in sorted(policy.recipients.items()):
        for track in recipient.tracks:
            groups = {group for group, one in policy.groups.items() if one.track == track}
            told = exists().where(
                FeedEvent.recipient == name,
                FeedEvent.key == literal(f"{COMPLETED}:") + TrackCompletion.reference,
            )
            held = exists().where(Enrolment.person_id == Person.id, Enrolment.withdrawn_at.is_(None))
            query = (
                select(TrackCompletion.id)
                .join(Person, Person.id == TrackCompletion.person_id)
                .where(TrackCompletion.track == track, _enrolled(groups), held, ~told)
                .order_by(TrackCompletion.id)
            )
            for completion_id in session.scalars(query):
                yield f"track_completion {completion_id}: {name} is not told"


def expected_fault(session: Session, chain_: str, seq: int, beginning: str) -> str | None:
    """Return what is wrong when a chain does not have a place that somebody outside holds."""
    if chain_ == "audit":
        found = session.scalars(select(AuditEntry.hash).where(AuditEntry.seq == seq)).one_or_none()
        end = audit.end_of_chain(session)[0]
    else:
        place = select(FeedEvent.hash).where(FeedEvent.recipient == chain_, FeedEvent.seq == seq)
        found = session.scalars(place).one_or_none()
        end = session.scalar(select(func.max(FeedEvent.seq)).where(FeedEvent.recipient == chain_)) or 0
    if found is None and seq:
        return f"{chain_}: place {seq} is expected, but there is nothing; the last place is {end}"
    if found is not None and not found.startswith(beginning):
        return f"{chain_}: place {seq} is not the one expected"
    return None
