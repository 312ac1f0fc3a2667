"""Corrections, revocations and exemptions: one member of staff proposes, another settles.

What was recorded before stays. A decision that is confirmed is one more fact, and everybody
who is told of the track is told of it. Nothing is decided on what stands no longer: a
proposal made on another status than today's is refused, when it is made and when it is
confirmed.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pretraject.completion import decision_queries as queries
from pretraject.completion import rules
from pretraject.completion.models import Decision, FeedEvent, Objection
from pretraject.completion.status import Status, status_of
from pretraject.completion.telling import tell_decision
from pretraject.core.clock import legal_date
from pretraject.core.crypto import Vault
from pretraject.core.errors import ConflictError, InvalidError
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person

KEY_BYTES = 16
REASON_LIMIT = 2000

Kind = Literal["correction", "revocation", "exemption"]
Outcome = Literal["confirmed", "refused", "withdrawn"]


class StaleDecisionError(ConflictError):
    """What stands is no longer what stood when this was proposed."""


class OpenDecisionError(ConflictError):
    """Another proposal about the same person and track waits to be settled."""


class NothingCompletedError(ConflictError):
    """There is nothing completed to revoke."""


class ChangesNothingError(ConflictError):
    """All of it stands already, or what it would change does not count."""


class ImpossibleDayError(InvalidError):
    """The day is to come, or no rule was in force on it."""


class UnknownExemptionError(InvalidError):
    """The policy does not know this exemption."""


class OwnProposalError(ConflictError):
    """Who proposed something cannot confirm or refuse it: that takes a second person."""


class OthersProposalError(ConflictError):
    """Only who proposed something can withdraw it."""


class SettledError(ConflictError):
    """It was settled already."""


@dataclass(frozen=True)
class Wanted:
    """What is to be decided: an exemption without a word ends the one there is."""

    kind: Kind
    completed_on: date | None = None
    assurance: str | None = None
    exemption: str | None = None


@dataclass(frozen=True)
class Outlook:
    """What a decision would rest on and change."""

    before: Status
    rule_version: str
    revises: str | None


def foresee(session: Session, person: Person, wanted: Wanted, *, seen: str, at: datetime) -> Outlook:
    """Return what a proposal would change; nothing is stored.

    Raises StaleDecisionError when something else stands than was seen, OpenDecisionError,
    NothingCompletedError, ChangesNothingError, ImpossibleDayError, UnknownExemptionError.
    """
    status = status_of(session, person, at=at)
    if queries.find_open(session, person, status.track) is not None:
        raise OpenDecisionError
    if status.seen != seen or person.joined_id is not None:
        raise StaleDecisionError
    rule_version = _rule_of(status, wanted, at=at)
    if wanted.kind == rules.EXEMPTION:
        _check_exemption(status, wanted.exemption)
        return Outlook(status, rule_version, None)
    if wanted.kind == rules.REVOCATION and status.fact.word != "completed":
        raise NothingCompletedError
    stands = (status.word, status.fact.completed_on, status.fact.assurance)
    if stands == ("completed", wanted.completed_on, wanted.assurance):
        raise ChangesNothingError
    return Outlook(status, rule_version, status.fact.reference)


def propose(
    session: Session,
    vault: Vault,
    *,
    person: Person,
    wanted: Wanted,
    reason: str,
    seen: str,
    account_id: int,
    at: datetime,
) -> Decision:
    """Keep a proposal for a second person to settle. Raises like `foresee`."""
    people.lock_person(session, person)
    outlook = foresee(session, person, wanted, seen=seen, at=at)
    key = secrets.token_hex(KEY_BYTES)
    decision = Decision(
        key=key,
        person_id=person.id,
        track=outlook.before.track,
        kind=wanted.kind,
        completed_on=wanted.completed_on,
        assurance=wanted.assurance,
        exemption=wanted.exemption,
        rule_version=outlook.rule_version,
        reference=rules.reference(secrets.choice),
        revises=outlook.revises,
        seen=seen,
        reason_sealed=vault.seal(reason, place=rules.sealed_place("decision.reason", key)),
        proposed_by=account_id,
        proposed_at=at,
    )
    session.add(decision)
    session.flush()
    return decision


def settle(
    session: Session,
    *,
    decision: Decision,
    person: Person,
    outcome: Outcome,
    account_id: int,
    at: datetime,
) -> None:
    """Confirm, refuse or withdraw a proposal, once; tell of one that is confirmed.

    Raises DecisionNotFoundError when it is not about the person, SettledError,
    OwnProposalError, OthersProposalError, and StaleDecisionError for a confirmation.
    """
    people.lock_person(session, person)
    session.refresh(decision)
    if decision.person_id != person.id:
        raise queries.DecisionNotFoundError
    if decision.outcome is not None:
        raise SettledError
    own = decision.proposed_by == account_id
    if own and outcome != "withdrawn":
        raise OwnProposalError
    if not own and outcome == "withdrawn":
        raise OthersProposalError
    status = status_of(session, person, at=at)
    if outcome == "confirmed" and status.seen != decision.seen:
        raise StaleDecisionError
    decision.outcome, decision.settled_by, decision.settled_at = outcome, account_id, at
    session.flush()
    if outcome == "confirmed":
        tell_decision(session, status.judging.policy.recipients_of(decision.track), decision, at=at)


def take_over(session: Session, *, into: Person) -> None:
    """Give a person what was decided and told about those who turned out to be the same."""
    same = select(Person.id).where(Person.joined_id == into.id)
    for model in (Decision, Objection, FeedEvent):
        session.execute(update(model).where(model.person_id.in_(same)).values(person_id=into.id))


def _rule_of(status: Status, wanted: Wanted, *, at: datetime) -> str:
    """Return the rule a decision is made under: that of the day, of what is revoked, or today's."""
    if wanted.completed_on is not None:
        rule = status.judging.policy.rule_for(status.track, wanted.completed_on)
        if rule is None or wanted.completed_on > legal_date(at):
            raise ImpossibleDayError
        return rule.version
    if wanted.kind == rules.REVOCATION and status.fact.rule_version:
        return status.fact.rule_version
    return status.judging.at_submission.version


def _check_exemption(status: Status, exemption: str | None) -> None:
    """Refuse an exemption that is not known or would change nothing."""
    if exemption is not None and exemption not in status.judging.policy.exemptions:
        raise UnknownExemptionError(exemption)
    if status.exemption == exemption or status.fact.word == "completed":
        raise ChangesNothingError
