"""What an authority is told of a person: one word, the duty, and what it rests on; nothing else.

The fields are all that leaves the house about somebody: no scores, attempts, answers, time
spent or language. An authority that knows nothing linked gets no status at all, which never
means that somebody did not complete.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from pretraject.completion import rules
from pretraject.completion.models import Decision, TrackCompletion
from pretraject.core.clock import legal_date
from pretraject.core.crypto import fingerprint
from pretraject.enrolment.models import Enrolment, Identifier, Person, PolicyVersion
from pretraject.enrolment.queries import JudgingRules, judge_by

Word = Literal["completed", "exempt", "notCompleted", "revoked", "undetermined"]
Obligation = Literal["required", "voluntary"]
Place = tuple[str, str, str]
"""Issuer, kind and blind index of a number."""


@dataclass(frozen=True)
class Fact:
    """What is on record by now, after the facts so far; without a word nothing is."""

    word: Word | None = None
    completed_on: date | None = None
    rule_version: str | None = None
    assurance: str | None = None
    reference: str | None = None
    disputed: bool = False


@dataclass(frozen=True)
class Status:
    """How a person stands with their track at a moment, as an authority is told.

    `undetermined`: what was completed is disputed, or no enrolment holds. `fact`, `exemption`
    and `judging` are what it rests on, for staff and the learner; authorities get the other
    fields.
    """

    word: Word
    obligation: Obligation
    due_on: date | None
    as_of: datetime
    track: str
    rule_version: str
    completed_on: date | None
    assurance: str | None
    reference: str | None
    fact: Fact
    exemption: str | None
    judging: JudgingRules

    @property
    def disputed(self) -> bool:
        """Say whether what was completed was completed under a sign-in that was disputed later."""
        return self.fact.disputed

    @property
    def seen(self) -> str:
        """Return a name for what stands: it changes whenever a decision would rest on something else."""
        stands = (self.track, self.word, self.fact.reference, self.exemption)
        return fingerprint("\0".join(str(one) for one in stands))


def status_of(session: Session, person: Person, *, at: datetime) -> Status:
    """Return a person's status; one query. Raises NoPolicyError, NoRuleError."""
    return _statuses(session, _about(Person.id == person.id), at=at)[person.id]


def statuses_by_number(
    session: Session, places: Collection[Place], *, at: datetime
) -> dict[int, tuple[Status, set[Place]]]:
    """Return the status of everybody with one of these numbers, by person, and which they are.

    One indexed query, however many people there are. Raises NoRuleError.
    """
    if not places:
        return {}
    number = Identifier.__table__.c
    by_owner: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for issuer, kind, index in places:
        by_owner[issuer, kind].append(index)
    asked = or_(
        *(
            and_(number.issuer == issuer, number.kind == kind, number.value_index.in_(indexes))
            for (issuer, kind), indexes in by_owner.items()
        )
    )
    query = (
        _about(asked)
        .join(Identifier, Identifier.person_id == Person.id)
        .add_columns(number.issuer, number.kind, number.value_index)
    )
    found: defaultdict[int, set[Place]] = defaultdict(set)
    statuses = _statuses(session, query, at=at, places=found)
    return {person_id: (status, found[person_id]) for person_id, status in statuses.items()}


def _about(which: ColumnElement[bool]) -> Any:
    """Select people with the policy in force, enrolments, completions and confirmed decisions."""
    in_force, of_enrolment = aliased(PolicyVersion), aliased(PolicyVersion)
    newest = (
        select(PolicyVersion.id)
        .order_by(PolicyVersion.current_since.desc(), PolicyVersion.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Person, in_force, Enrolment, of_enrolment, TrackCompletion, Decision)
        .select_from(Person)
        .join(in_force, in_force.id == newest)
        .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.withdrawn_at.is_(None)))
        .outerjoin(of_enrolment, of_enrolment.id == Enrolment.policy_version_id)
        .outerjoin(TrackCompletion, TrackCompletion.person_id == Person.id)
        .outerjoin(Decision, and_(Decision.person_id == Person.id, Decision.outcome == "confirmed"))
        .where(which)
        .order_by(
            Person.id, Enrolment.enrolled_at.desc(), Enrolment.id.desc(), Decision.settled_at, Decision.id
        )
    )


def _statuses(
    session: Session,
    query: Any,
    *,
    at: datetime,
    places: defaultdict[int, set[Place]] | None = None,
) -> dict[int, Status]:
    """Put the rows of each person together; an enrolment's rows come with the newest first."""
    first: dict[int, Any] = {}
    completions: defaultdict[int, dict[int, TrackCompletion]] = defaultdict(dict)
    decisions: defaultdict[int, dict[int, Decision]] = defaultdict(dict)
    for row in session.execute(query):
        person, _in_force, _enrolment, _of_enrolment, completion, decision, *number = row
        first.setdefault(person.id, row)
        if completion is not None:
            completions[person.id][completion.id] = completion
        if decision is not None:
            decisions[person.id][decision.id] = decision
        if places is not None:
            places[person.id].add((number[0], number[1], number[2]))
    found = {}
    for person_id, (person, in_force, enrolment, of_enrolment, *_more) in first.items():
        judging = judge_by(in_force, enrolment, of_enrolment, declared_group=person.declared_group, at=at)
        found[person_id] = _status(
            person,
            judging,
            [one for one in completions[person_id].values() if one.track == judging.track],
            [one for one in decisions[person_id].values() if one.track == judging.track],
            at=at,
        )
    return found


def _status(
    person: Person,
    judging: JudgingRules,
    completions: Iterable[TrackCompletion],
    decisions: Sequence[Decision],
    *,
    at: datetime,
) -> Status:
    exemption = judging.enrolment.exemption if judging.enrolment else None
    for decision in decisions:
        if decision.kind == rules.EXEMPTION:
            exemption = decision.exemption
    exemption = exemption if judging.grants(exemption) else None
    fact = _on_record(person, completions, decisions)
    word = _word(fact, exempt=exemption is not None, enrolled=judging.enrolled)
    shown = fact if word in ("completed", "revoked") or fact.disputed else Fact()
    return Status(
        word=word,
        obligation="required" if judging.obliges(exemption) else "voluntary",
        due_on=judging.due_unless(exemption),
        as_of=at,
        track=judging.track,
        rule_version=shown.rule_version or judging.at_submission.version,
        completed_on=shown.completed_on,
        assurance=shown.assurance,
        reference=shown.reference,
        fact=fact,
        exemption=exemption,
        judging=judging,
    )


def _on_record(person: Person, completions: Iterable[TrackCompletion], decisions: Iterable[Decision]) -> Fact:
    """Return what is on record, in the order in which it came.

    A completion does not undo an earlier correction, but comes after an earlier revocation.
    """
    facts: list[tuple[datetime, TrackCompletion | Decision]] = [
        *((one.completed_at, one) for one in completions),
        *((one.settled_at, one) for one in decisions if one.settled_at and one.kind != rules.EXEMPTION),
    ]
    fact = Fact()
    for _moment, one in sorted(facts, key=lambda pair: pair[0]):
        if isinstance(one, Decision):
            fact = _after(fact, one)
        elif fact.word != "completed":
            fact = _completed(person, one)
    return fact


def _completed(person: Person, completion: TrackCompletion) -> Fact:
    return Fact(
        "completed",
        legal_date(completion.completed_at),
        completion.rule_version,
        completion.assurance,
        completion.reference,
        completion.disputed or rules.is_disputed(completion.completed_at, person.last_disputed_at),
    )


def _after(fact: Fact, decision: Decision) -> Fact:
    """Return what is on record after a correction or a revocation."""
    if decision.kind == rules.REVOCATION:
        return replace(fact, word="revoked", disputed=False)
    return Fact(
        "completed",
        decision.completed_on,
        decision.rule_version,
        decision.assurance,
        decision.reference,
    )


def _word(fact: Fact, *, exempt: bool, enrolled: bool) -> Word:
    if fact.word == "completed":
        return "undetermined" if fact.disputed else "completed"
    if exempt:
        return "exempt"
    return fact.word or ("notCompleted" if enrolled else "undetermined")
