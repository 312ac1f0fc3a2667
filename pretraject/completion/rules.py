"""What is true of completions, references and the chain of events."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Protocol, TypeVar

from pretraject.accounts.codes import ALPHABET
from pretraject.core.chain import chained
from pretraject.core.clock import LEGAL_ZONE, legal_date

FOLLOWED, TESTED, PASSED = "followed", "tested", "passed"
UNSUPERVISED = "unsupervised"
COMPLETED, ERASED = "completed", "subjectErased"
CORRECTED, REVOKED, EXEMPTED, EXEMPTION_ENDED = "corrected", "revoked", "exempted", "exemptionEnded"
OBJECTION_CLOSED = "objectionClosed"
"""The kinds of events."""
CORRECTION, REVOCATION, EXEMPTION = "correction", "revocation", "exemption"
"""The kinds of decisions."""
STATUS_BY_EVENT = {
    CORRECTED: "completed",
    REVOKED: "revoked",
    EXEMPTED: "exempt",
    EXEMPTION_ENDED: "notCompleted",
}

FULFILLED_BY: dict[str, frozenset[str]] = {
    FOLLOWED: frozenset({FOLLOWED, PASSED}),
    TESTED: frozenset({TESTED, PASSED}),
    PASSED: frozenset({PASSED}),
}
"""What fulfils each demand. A test handed in empty is a test taken, but nothing followed."""

REFERENCE_GROUPS = 3
GROUP_LENGTH = 4

CURSOR_HASH_LENGTH = 16
_CURSOR = re.compile(r"([1-9][0-9]{0,17})\.([0-9a-f]{16})", re.ASCII)


class Fact(Protocol):
    """A module completed, as far as a track is concerned."""

    @property
    def module(self) -> str:
        """Return the module's slug."""

    @property
    def basis(self) -> str:
        """Return on what ground it counts."""

    @property
    def rule_version(self) -> str:
        """Return the rule it was judged by."""

    @property
    def completed_at(self) -> datetime:
        """Return since when it counts."""


class Completed(Protocol):
    """A track completed, as far as a recipient is told."""

    track: Any
    completed_at: Any
    rule_version: Any
    assurance: Any
    reference: Any


class Decided(Protocol):
    """A decision confirmed, as far as a recipient is told."""

    kind: Any
    track: Any
    settled_at: Any
    completed_on: Any
    rule_version: Any
    assurance: Any
    exemption: Any
    reference: Any
    revises: Any


class Objected(Protocol):
    """An objection answered, as far as a recipient is told."""

    key: Any
    track: Any
    outcome: Any
    answered_at: Any


class Demand(Protocol):
    """A rule, as far as a track is concerned."""

    @property
    def completion(self) -> str:
        """Return what each module needs."""

    @property
    def modules(self) -> Sequence[str]:
        """Return the modules required."""

    @property
    def version(self) -> str:
        """Return the rule's version."""

    @property
    def from_(self) -> date:
        """Return the first day it is in force."""


AnyFact = TypeVar("AnyFact", bound=Fact)


def fulfilling(demand: Demand, facts: Iterable[AnyFact]) -> dict[str, AnyFact]:
    """Return, for each required module that is completed as demanded, the fact that says so."""
    accepted = FULFILLED_BY[demand.completion]
    found: dict[str, AnyFact] = {}
    for fact in sorted(facts, key=lambda one: one.completed_at):
        if fact.module in demand.modules and fact.basis in accepted:
            found.setdefault(fact.module, fact)
    return found


def is_filled(demand: Demand, facts: Iterable[Fact]) -> bool:
    """Say whether every required module is completed; requiring none is not a track."""
    return bool(demand.modules) and len(fulfilling(demand, facts)) == len(set(demand.modules))


def judged_elsewhere(demand: Demand, facts: Iterable[Fact]) -> int:
    """Return how many of the modules that fill a demand were judged by another rule."""
    return sum(fact.rule_version != demand.version for fact in fulfilling(demand, facts).values())


def filled_at(demand: Demand, facts: Iterable[Fact]) -> datetime:
    """Return the moment a filled demand was filled: never before its rule was in force."""
    begin = datetime.combine(demand.from_, time.min, LEGAL_ZONE)
    return max([begin, *(fact.completed_at for fact in fulfilling(demand, facts).values())])


def is_disputed(completed_at: datetime, disputed_at: datetime | None) -> bool:
    """Say whether something was completed before the person's sign-in was last disputed."""
    return disputed_at is not None and completed_at <= disputed_at


def reference(choose: Callable[[str], str]) -> str:
    """Make a reference of 12 characters without look-alikes, about 59 bits: `K7MP-2QXW-9RTA`."""
    return "-".join("".join(choose(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(REFERENCE_GROUPS))


def completed_payload(completion: Completed) -> dict[str, Any]:
    """Return what a recipient is told of a completion; it names nobody."""
    return {
        "status": COMPLETED,
        "track": completion.track,
        "completedOn": legal_date(completion.completed_at).isoformat(),
        "completedAt": completion.completed_at.isoformat(timespec="seconds"),
        "ruleVersion": completion.rule_version,
        "assurance": completion.assurance,
        "reference": completion.reference,
    }


def erased_payload(track: str, reference: str, *, erased_on: date) -> dict[str, Any]:
    """Return what a recipient is told when the person behind something told was erased."""
    return {"status": ERASED, "track": track, "erasedOn": erased_on.isoformat(), "reference": reference}


def kind_of_event(decision: Decided) -> str:
    """Return what kind of event a confirmed decision is."""
    if decision.kind == EXEMPTION:
        return EXEMPTED if decision.exemption else EXEMPTION_ENDED
    return CORRECTED if decision.kind == CORRECTION else REVOKED


def decision_payload(decision: Decided) -> dict[str, Any]:
    """Return what a recipient is told of a confirmed decision; it names nobody.

    `status` is what the decision itself says; what stands by then is for the query to say.
    """
    said = {
        "status": STATUS_BY_EVENT[kind_of_event(decision)],
        "track": decision.track,
        "decidedOn": legal_date(decision.settled_at).isoformat(),
        "completedOn": decision.completed_on.isoformat() if decision.completed_on else None,
        "ruleVersion": decision.rule_version,
        "assurance": decision.assurance,
        "exemption": decision.exemption,
        "reference": decision.reference,
        "revises": decision.revises,
    }
    return {name: value for name, value in said.items() if value is not None}


def objection_payload(objection: Objected, *, status: str) -> dict[str, Any]:
    """Return what a recipient is told of an objection that is answered; nothing of what was written."""
    return {
        "status": status,
        "track": objection.track,
        "outcome": objection.outcome,
        "answeredOn": legal_date(objection.answered_at).isoformat(),
        "reference": objection.key,
    }


def sealed_place(column: str, key: str) -> str:
    """Return the place a text about a person is sealed for, such as `decision.reason:…`."""
    return f"{column}:{key}"


def link_hash(previous: str, *, recipient: str, seq: int, payload: dict[str, Any], salt: str) -> str:
    """Return the hash of an event, which holds on to the one before it."""
    return chained(previous, recipient, seq, payload, salt)


def last_common(stayed: Iterable[int], seq: int) -> int | None:
    """Return the last place that a feed surely shares with a cursor of a lost event at `seq`.

    `stayed` says for each restore how many events stayed. The cursor is from a time that
    one of these restores ended, nobody knows which: the earliest is right for all of them.
    None when nothing was ever restored.
    """
    places = list(stayed)
    return min((place for place in places if place < seq), default=0) if places else None


def cursor_of(seq: int, hash_: str) -> str:
    """Return the cursor that names a place in a feed; empty for the beginning."""
    return f"{seq}.{hash_[:CURSOR_HASH_LENGTH]}" if seq else ""


def parse_cursor(cursor: str) -> tuple[int, str] | None:
    """Return place and beginning of the hash; None when this is not a cursor.

    The empty cursor is the beginning.
    """
    if not cursor:
        return 0, ""
    match = _CURSOR.fullmatch(cursor)
    return (int(match[1]), match[2]) if match else None
