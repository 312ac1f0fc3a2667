"""What a test asks of a learner and where they are with it, for the page before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.assessment.rules import OVERALL, PRACTICAL, VALUE_BAR_MINIMUM, VALUES, Bar
from pretraject.catalogue.questioning import ModuleTest
from pretraject.enrolment.models import Person
from pretraject.enrolment.policy import Rule
from pretraject.enrolment.queries import rule_for_visitors, rules_for


@dataclass(frozen=True)
class Terms:
    """What is asked: how many questions, the marks as bars with nothing answered yet.

    `earlier` holds the marks at enrolment where they differ: who meets either passes.
    """

    values: int
    practical: int
    bars: tuple[Bar, ...]
    earlier: tuple[Bar, ...]
    wait_hours: int
    standing: "Standing"

    @property
    def total(self) -> int:
        """Return how many questions count."""
        return self.values + self.practical


@dataclass(frozen=True)
class Standing:
    """Where a learner is with the test: one that is open, the last result, how long to wait."""

    opened: Attempt | None = None
    answered: int = 0
    asked: int = 0
    next_number: int | None = None
    last: Attempt | None = None
    passed: bool = False
    waiting_until: datetime | None = None


def terms_of(session: Session, module: ModuleTest, reader: Person | None, *, at: datetime) -> Terms:
    """Return what the module's test asks of this reader, or of anybody."""
    now_rule, then_rule = _rules(session, reader, at=at)
    draw = module.own_draw or now_rule.draw
    bars = bars_of(now_rule, values=draw.values, practical=draw.practical)
    earlier = bars_of(then_rule, values=draw.values, practical=draw.practical) if then_rule else bars
    return Terms(
        values=draw.values,
        practical=draw.practical,
        bars=bars,
        earlier=() if earlier == bars else earlier,
        wait_hours=now_rule.wait_hours,
        standing=_standing(session, module.slug, reader, now_rule, at=at) if reader else Standing(),
    )


def bars_of(rule: Rule, *, values: int, practical: int) -> tuple[Bar, ...]:
    """Return the bars that apply to a test of so many questions, nothing answered."""
    bars = [Bar(OVERALL, 0, values + practical, rule.bars.overall)]
    if values >= VALUE_BAR_MINIMUM:
        bars.append(Bar(VALUES, 0, values, rule.bars.values))
    if practical:
        bars.append(Bar(PRACTICAL, 0, practical, rule.bars.practical))
    return tuple(bars)


def next_open(drawn: Sequence[DrawnQuestion]) -> int | None:
    """Return the first question without an answer; None when every one has it."""
    return next((one.position for one in drawn if one.answer is None), None)


def _rules(session: Session, reader: Person | None, *, at: datetime) -> tuple[Rule, Rule | None]:
    if reader is None:
        return rule_for_visitors(session, at=at), None
    judging = rules_for(session, reader, at=at)
    return judging.at_submission, judging.at_enrolment


def _standing(session: Session, module: str, reader: Person, rule: Rule, *, at: datetime) -> Standing:
    taken = attempts.attempts_of(session, reader, module)
    opened = next((one for one in taken if one.submitted_at is None), None)
    last = next((one for one in reversed(taken) if one.submitted_at is not None), None)
    passed = any(one.passed for one in taken)
    if opened is None:
        until = attempts.again_from(taken, wait_hours=rule.wait_hours, at=at)
        return Standing(last=last, passed=passed, waiting_until=until)
    drawn = attempts.drawn(session, opened)
    return Standing(
        opened=opened,
        answered=sum(one.answer is not None for one in drawn),
        asked=len(drawn),
        next_number=next_open(drawn),
        last=last,
        passed=passed,
    )
