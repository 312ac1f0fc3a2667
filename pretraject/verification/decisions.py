"""Whether decisions were made by two people on what was there, and receipts are from who was told."""

from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from pretraject.completion import rules
from pretraject.completion.chain import BATCH
from pretraject.completion.models import Decision, FeedEvent, Receipt, TrackCompletion
from pretraject.core.clock import legal_date
from pretraject.enrolment.models import Person
from pretraject.exchange.models import ApiClient
from pretraject.verification.rulebook import Rulebook, is_nameless


def decision_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which decisions no two members of staff can have made so."""
    earlier = aliased(Decision)
    completed = exists().where(
        TrackCompletion.reference == Decision.revises, TrackCompletion.person_id == Decision.person_id
    )
    corrected = exists().where(
        earlier.reference == Decision.revises,
        earlier.person_id == Decision.person_id,
        earlier.kind == rules.CORRECTION,
        earlier.outcome == "confirmed",
    )
    query = (
        select(Decision, Person, completed | corrected)
        .join(Person, Person.id == Decision.person_id)
        .order_by(Decision.id)
        .execution_options(yield_per=BATCH)
    )
    for decision, person, is_there in session.execute(query):
        for problem in _problems(decision, person, book, revises=is_there):
            yield f"decision {decision.id}: {problem}"


def _problems(decision: Decision, person: Person, book: Rulebook, *, revises: bool) -> Iterator[str]:
    rule = book.rules.get(decision.rule_version)
    if rule is None or rule.track != decision.track:
        yield "it was made under a rule that no policy has for this track"
    if decision.exemption is not None and decision.exemption not in book.exemptions:
        yield "no policy knows its exemption"
    if decision.revises is not None and not revises:
        yield "what it revises is not on record for this person"
    if decision.kind == rules.REVOCATION and decision.revises is None:
        yield "it revokes nothing"
    if decision.completed_on is not None and decision.completed_on > legal_date(decision.proposed_at):
        yield "its day was still to come"
    if decision.reason_sealed is None and not is_nameless(person):
        yield "nobody says why"
    if decision.settled_at is not None and decision.settled_at < decision.proposed_at:
        yield "it was settled before it was proposed"
    is_own = decision.settled_by == decision.proposed_by
    if decision.outcome in ("confirmed", "refused") and is_own:
        yield f"it was {decision.outcome} by who proposed it"
    if decision.outcome == "withdrawn" and not is_own:
        yield "it was withdrawn by somebody else than who proposed it"


def receipt_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which receipts are of events that nobody pulled yet, or from somebody else's program."""
    known = exists().where(ApiClient.name == Receipt.client, ApiClient.party == FeedEvent.recipient)
    query = (
        select(Receipt.id, FeedEvent.seq, FeedEvent.recipient, known)
        .join(FeedEvent, FeedEvent.id == Receipt.feed_event_id)
        .order_by(Receipt.id)
        .execution_options(yield_per=BATCH)
    )
    for receipt_id, seq, recipient, is_known in session.execute(query):
        if seq is None:
            yield f"receipt {receipt_id}: its event has no place yet"
        if not is_known:
            yield f"receipt {receipt_id}: no program of {recipient} has the name it is from"
