"""What a case worker sees of one person: what the law lets an authority know, and how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pretraject.completion.decision_queries import decisions_of, reason_of
from pretraject.completion.models import Decision, TrackCompletion
from pretraject.completion.objections import Readable, objections_of, readable
from pretraject.completion.queries import completions_of
from pretraject.completion.refusals import Told, told_about
from pretraject.completion.status import Status, status_of
from pretraject.core.crypto import Vault
from pretraject.enrolment.models import Person
from pretraject.enrolment.policy import Rule
from pretraject.enrolment.queries import IdentifierShown, identifiers_of
from pretraject.enrolment.rules import FILE_NUMBER, INSZ


@dataclass(frozen=True)
class Argued:
    """A decision with its reason, unless the person was erased."""

    decision: Decision
    reason: str | None


@dataclass(frozen=True)
class CaseFile:
    """How somebody stands, what that rests on, and who was told; no scores, answers or language."""

    status: Status
    rule: Rule
    numbers: Sequence[IdentifierShown]
    completions: Sequence[TrackCompletion]
    decisions: Sequence[Argued]
    objections: Sequence[Readable]
    told: Sequence[Told]


def case_file(session: Session, vault: Vault, person: Person, *, at: datetime) -> CaseFile:
    """Return what there is about a person. Raises NoPolicyError, NoRuleError."""
    status = status_of(session, person, at=at)
    judging = status.judging
    known = [judging.at_enrolment, judging.at_submission, *judging.policy.rules]
    rule = next((one for one in known if one and one.version == status.rule_version), judging.at_submission)
    return CaseFile(
        status=status,
        rule=rule,
        numbers=[
            *identifiers_of(session, vault, person, kind=FILE_NUMBER),
            *identifiers_of(session, vault, person, kind=INSZ),
        ],
        completions=completions_of(session, person),
        decisions=[Argued(one, reason_of(vault, one)) for one in decisions_of(session, person)],
        objections=[readable(vault, one) for one in objections_of(session, person)],
        told=told_about(session, person),
    )
