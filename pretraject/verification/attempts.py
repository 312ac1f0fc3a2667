"""Whether each test was judged as its answers, the released keys and the rule's bars say."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.assessment.drawing import PILOTS_PER_TEST
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.assessment.rules import PRACTICAL, VALUES, Judgement, can_be_answer, is_right, judge
from pretraject.catalogue.models import Release, ReleaseQuestion
from pretraject.enrolment.policy import Bars
from pretraject.verification.rulebook import Rulebook

BATCH = 200
RELEASES_KEPT = 8


@dataclass(frozen=True)
class Marked:
    """A question with the mark its answer deserves."""

    kind: str
    pilot: bool
    correct: bool


def attempt_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which tests handed in are not judged as they must be.

    Answers are dropped when their time is over, all of a test together; then the judgement
    is only held against the rule.
    """
    keys = lru_cache(RELEASES_KEPT)(lambda release_id: _questions(session, release_id))
    draws = lru_cache(RELEASES_KEPT)(lambda release_id: _compositions(session, release_id, book))
    last = 0
    while True:
        batch = session.scalars(
            select(Attempt)
            .where(Attempt.id > last, Attempt.submitted_at.is_not(None))
            .order_by(Attempt.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        drawn = _drawn(session, batch)
        for attempt in batch:
            questions, released = drawn[attempt.id], keys(attempt.release_id)
            for problem in (
                *_problems(attempt, questions, released, book),
                *_drawn_otherwise(questions, draws(attempt.release_id)),
            ):
                yield f"attempt {attempt.id}: {problem}"
        last = batch[-1].id
        session.expunge_all()


def _problems(
    attempt: Attempt, drawn: Sequence[DrawnQuestion], keys: dict[str, ReleaseQuestion], book: Rulebook
) -> Iterator[str]:
    rule = book.rules.get(attempt.rule_version or "")
    if rule is None:
        yield "it was judged by a rule that no policy has"
        return
    try:
        judgement = Judgement.read(attempt.judgement or {})
    except (KeyError, TypeError):
        yield "its judgement cannot be read"
        return
    if attempt.passed != judgement.passed:
        yield "it is marked otherwise than its judgement says"
    marked = []
    for question in drawn:
        released = keys.get(question.question_id)
        if released is None or not _is_as_released(question, released):
            yield f"question {question.position} is not as it was released"
            continue
        right = is_right(question.type, question.answer, released.key)
        if not can_be_answer(question.type, question.answer or [], released.options):
            yield f"question {question.position} has an answer it cannot have"
        elif right != question.correct:
            yield f"question {question.position} is marked otherwise than its answer is"
        marked.append(Marked(question.kind, question.pilot, right))
    judged = judge(marked, rule.bars) if drawn else _with_bars(judgement, rule.bars)
    if judged.stored() != attempt.judgement:
        yield "its judgement does not follow from its answers and its rule"


def _is_as_released(question: DrawnQuestion, released: ReleaseQuestion) -> bool:
    """Say whether a question is drawn as it was released; more may be pilots in some language."""
    return (question.pilot or not released.pilot) and (
        question.type,
        question.kind,
        sorted(question.option_order),
    ) == (released.type, released.kind, sorted(released.options))


def _drawn_otherwise(drawn: Sequence[DrawnQuestion], compositions: set[tuple[int, int]]) -> Iterator[str]:
    """Yield that no rule draws so: else a wrong answer could be made a pilot, which does not count."""
    kinds = Counter(question.kind for question in drawn if not question.pilot)
    if drawn and (kinds[VALUES], kinds[PRACTICAL]) not in compositions:
        yield f"no rule has {kinds[VALUES]} value and {kinds[PRACTICAL]} practical questions counted"
    if sum(question.pilot for question in drawn) > PILOTS_PER_TEST:
        yield "it has more pilots than are ever drawn"


def _compositions(session: Session, release_id: int, book: Rulebook) -> set[tuple[int, int]]:
    """Return how many questions of each kind a test of a release may count."""
    values, practical = session.execute(
        select(Release.values_drawn, Release.practical_drawn).where(Release.id == release_id)
    ).one()
    if values is not None and practical is not None:
        return {(values, practical)}
    return {(rule.draw.values, rule.draw.practical) for rule in book.rules.values()}


def _with_bars(judgement: Judgement, bars: Bars) -> Judgement:
    """Return a judgement with the marks that a rule asks for."""
    marks = bars.model_dump()
    return Judgement.read(
        {"bars": [bar | {"required_percent": marks.get(bar["name"])} for bar in judgement.stored()["bars"]]}
    )


def _questions(session: Session, release_id: int) -> dict[str, ReleaseQuestion]:
    rows = session.scalars(
        select(ReleaseQuestion)
        .where(ReleaseQuestion.release_id == release_id)
        .order_by(ReleaseQuestion.position)
    )
    return {row.question_id: row for row in rows}


def _drawn(session: Session, attempts: Sequence[Attempt]) -> defaultdict[int, list[DrawnQuestion]]:
    found: defaultdict[int, list[DrawnQuestion]] = defaultdict(list)
    for question in session.scalars(
        select(DrawnQuestion)
        .where(DrawnQuestion.attempt_id.in_([attempt.id for attempt in attempts]))
        .order_by(DrawnQuestion.attempt_id, DrawnQuestion.position)
    ):
        found[question.attempt_id].append(question)
    return found
