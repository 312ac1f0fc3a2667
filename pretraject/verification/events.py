"""Whether each recipient is told what was completed and decided, all of it and nothing else."""

from collections.abc import Iterator
from typing import Any, get_args

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pretraject.completion import rules
from pretraject.completion.chain import BATCH
from pretraject.completion.models import Decision, FeedEvent, Objection, TrackCompletion
from pretraject.completion.status import Word
from pretraject.enrolment.models import Enrolment, Identifier, Person
from pretraject.enrolment.rules import FILE_NUMBER
from pretraject.verification.rulebook import Rulebook, is_nameless

Source = TrackCompletion | Decision | Objection
"""What an event tells of."""

DECIDED = (rules.CORRECTED, rules.REVOKED, rules.EXEMPTED, rules.EXEMPTION_ENDED)
TOLD: dict[str, str] = {
    rules.COMPLETED: "completion",
    **dict.fromkeys(DECIDED, "decision"),
    rules.OBJECTION_CLOSED: "objection",
}
"""The kinds of events, but for the erasure of a person, and what each is about."""
SOURCES: dict[type[Source], tuple[str, InstrumentedAttribute[str]]] = {
    TrackCompletion: ("completion", TrackCompletion.reference),
    Decision: ("decision", Decision.reference),
    Objection: ("objection", Objection.key),
}
"""What an event is about: its name, and what the event's key ends with."""


def event_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which events say something else than what they are about, or are about nothing."""
    reference = func.substr(FeedEvent.key, func.length(FeedEvent.kind) + 2)
    about = func.coalesce(
        TrackCompletion.person_id, Decision.person_id, Objection.person_id, FeedEvent.person_id
    )
    query: Any = (
        select(FeedEvent, TrackCompletion, Decision, Objection, Person)
        .outerjoin(TrackCompletion, TrackCompletion.reference == reference)
        .outerjoin(Decision, Decision.reference == reference)
        .outerjoin(Objection, Objection.key == reference)
        .outerjoin(Person, Person.id == about)
        .order_by(FeedEvent.id)
        .execution_options(yield_per=BATCH)
    )
    for event, *sources, person in session.execute(query):
        source = next((one for one in sources if one is not None), None)
        problem = _problem(session, event, source, person) or _not_due(session, book, event, source)
        if problem:
            place = f"at place {event.seq}" if event.seq else "without a place"
            yield f"feed_event {event.id} ({event.recipient}, {place}): {problem}"


def _problem(session: Session, event: FeedEvent, source: Source | None, person: Person | None) -> str | None:
    """Return in what an event differs from what it is about."""
    if event.kind == rules.ERASED:
        return _erased_otherwise(session, event, source, person)
    if event.kind not in TOLD:
        return "no rule makes such an event"
    if source is None and event.kind == rules.OBJECTION_CLOSED and person and is_nameless(person):
        return None
    if source is None or TOLD[event.kind] != SOURCES[type(source)][0]:
        return f"it is about no {TOLD[event.kind]}"
    name = _name(source)
    if event.person_id not in (None, source.person_id):
        return f"it is about another person than {name}"
    if isinstance(source, TrackCompletion) and event.track_completion_id not in (None, source.id):
        return f"it points at another completion than {name}"
    said: dict[str, Any] = event.payload
    made = _payload(event, source)
    if made is None:
        return f"{name} says nothing of the kind"
    differing = sorted(one for one in {*said, *made} if said.get(one) != made.get(one))
    return f"it says something else than {name}: {', '.join(differing)}" if differing else None


def _name(source: Source) -> str:
    return f"{source.__tablename__} {source.id}"


def _payload(event: FeedEvent, source: Source) -> dict[str, Any] | None:
    """Return what is told of something; None when nothing is, or another kind of event.

    What stood when an objection was closed cannot be told by now, so any such word will do.
    """
    if isinstance(source, TrackCompletion):
        return rules.completed_payload(source)
    if isinstance(source, Decision):
        is_told = source.outcome == "confirmed" and rules.kind_of_event(source) == event.kind
        return rules.decision_payload(source) if is_told else None
    status = str(event.payload.get("status"))
    if source.answered_at is None or status not in get_args(Word):
        return None
    return rules.objection_payload(source, status=status)


def _erased_otherwise(
    session: Session, event: FeedEvent, source: Source | None, person: Person | None
) -> str | None:
    """Return what is wrong with an event that tells of an erasure: it follows one about a person."""
    reference = event.key.partition(":")[2]
    before = select(FeedEvent.payload).where(
        FeedEvent.recipient == event.recipient, FeedEvent.key.in_([f"{kind}:{reference}" for kind in TOLD])
    )
    told = session.scalars(before.order_by(FeedEvent.id)).first()
    if told is None:
        return "it is about nothing that was told before"
    known = (event.payload.get("track"), event.payload.get("reference")) == (told.get("track"), reference)
    if not known or person is None or not is_nameless(person):
        return f"{_name(source) if source else 'what it is about'} is not of somebody erased"
    return None


def _not_due(session: Session, book: Rulebook, event: FeedEvent, source: Source | None) -> str | None:
    """Return why no rule makes an event that has no place yet."""
    if event.seq is not None or event.kind == rules.ERASED or source is None:
        return None
    if event.recipient not in book.recipients_of(source.track):
        return f"no policy tells {event.recipient} of this track"
    enrolled = _enrolled(book.groups_of(source.track))
    if event.kind == rules.COMPLETED and not session.scalar(
        select(exists().where(Person.id == source.person_id, enrolled))
    ):
        return "nobody enrolled the person in this track"
    return None


def _enrolled(groups: set[str]) -> ColumnElement[bool]:
    """Return whether the query's person is known by a file number and enrolled in one of the groups."""
    return and_(
        exists().where(Identifier.person_id == Person.id, Identifier.kind == FILE_NUMBER),
        exists().where(Enrolment.person_id == Person.id, Enrolment.group.in_(groups)),
    )


def untold_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield what a recipient should be told of and is not.

    Completions and decisions of whoever is enrolled, whatever the policy was when they were
    made; decisions and answers of others too, if made under the policy in force.
    """
    policy = book.current
    if policy is None:
        return
    since = book.current_since
    held = exists().where(Enrolment.person_id == Person.id, Enrolment.withdrawn_at.is_(None))
    for name, recipient in sorted(policy.recipients.items()):
        for track in recipient.tracks:
            groups = {group for group, one in policy.groups.items() if one.track == track}
            enrolled = and_(_enrolled(groups), held)
            decided = and_(Decision.outcome == "confirmed", or_(enrolled, Decision.settled_at >= since))
            for source, due in (
                (TrackCompletion, enrolled),
                (Decision, decided),
                (Objection, Objection.answered_at >= since),
            ):
                yield from _untold(session, name, source, and_(source.track == track, due))


def _untold(
    session: Session, recipient: str, source: type[Source], due: ColumnElement[bool]
) -> Iterator[str]:
    """Yield what is due to be told to a recipient without an event that tells it."""
    name, reference = SOURCES[source]
    keys = [literal(f"{kind}:") + reference for kind, word in TOLD.items() if word == name]
    told = exists().where(FeedEvent.recipient == recipient, FeedEvent.key.in_(keys))
    query = select(source.id).join(Person, Person.id == source.person_id).where(due, ~told)
    for source_id in session.scalars(query.order_by(source.id)):
        yield f"{source.__tablename__} {source_id}: {recipient} is not told"
