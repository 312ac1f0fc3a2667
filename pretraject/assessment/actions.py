"""What changes when someone takes a test."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from pretraject.assessment import queries, rules
from pretraject.assessment.drawing import Composition, Drawn, draw
from pretraject.assessment.models import Attempt, DrawnQuestion, ItemFigure
from pretraject.assessment.queries import Held
from pretraject.assessment.rules import Judgement
from pretraject.catalogue import queries as catalogue
from pretraject.catalogue.questioning import bank
from pretraject.core.errors import ConflictError, InvalidError
from pretraject.core.once import count_up
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.enrolment.policy import Rule

PUBLIC_ID_BYTES = 16


class WaitingError(ConflictError):
    """After a failed attempt the person has to wait until a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class BankTooSmallError(ConflictError):
    """The release has fewer questions than the rule wants drawn."""


class UnknownOptionError(InvalidError):
    """The answer is not one that this question can have."""


class AttemptClosedError(ConflictError):
    """The attempt is handed in; its answers stay as they are."""


def start(
    session: Session,
    *,
    person: Person,
    module: str,
    release_id: int,
    locale: str,
    random: Random,
    drafted: bool,
    at: datetime,
) -> Attempt:
    """Draw a test for the person, or go on with the one that is open.

    An open attempt stays on the release it was drawn from, with the pilots it has, whatever
    language it goes on in. Raises WaitingError and BankTooSmallError.
    """
    people.lock_person(session, person)
    attempts = queries.attempts_of(session, person, module)
    last = attempts[-1] if attempts else None
    if last is not None and last.submitted_at is None:
        return last
    until = queries.waiting_until(session, person, module, at=at)
    if until is not None:
        raise WaitingError(until)
    rule = people.rules_for(session, person, at=at).at_submission
    avoid = {question.question_id for question in queries.drawn(session, last)} if last else set()
    questions = _draw(session, release_id, rule=rule, locale=locale, avoid=avoid, random=random)
    attempt = Attempt(
        public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
        person_id=person.id,
        module=module,
        release_id=release_id,
        number=len(attempts) + 1,
        started_at=at,
        drafted=drafted,
    )
    session.add(attempt)
    session.flush()
    _keep_questions(session, attempt, questions)
    return attempt


def _draw(
    session: Session, release_id: int, *, rule: Rule, locale: str, avoid: Collection[str], random: Random
) -> list[Drawn]:
    """Draw by the module's own composition, else by the rule's.

    In a language the module is not offered in, all of it is shown in the source language:
    then the whole bank will do.
    """
    wanted = catalogue.own_draw(session, release_id) or rule.draw
    composition = Composition(values=wanted.values, practical=wanted.practical)
    for questions_there in (bank(session, release_id, locale), bank(session, release_id)):
        questions = draw(questions_there, composition, avoid=avoid, random=random)
        if questions is not None:
            return questions
    raise BankTooSmallError(release_id)


def _keep_questions(session: Session, attempt: Attempt, questions: Sequence[Drawn]) -> None:
    """Store the drawn questions in the order they will be asked."""
    session.add_all(
        DrawnQuestion(
            attempt_id=attempt.id,
            position=position,
            question_id=drawn.question.id,
            type=drawn.question.type,
            kind=drawn.question.kind,
            pilot=drawn.question.pilot,
            option_order=drawn.option_order,
        )
        for position, drawn in enumerate(questions, start=1)
    )
    session.flush()


_ROW = cast(Table, DrawnQuestion.__table__)
_SAVE = (
    update(_ROW)
    .where(_ROW.c.id == bindparam("question"))
    .values({name: bindparam(name) for name in ("answer", "answered_at", "locale")})
)
"""Built once, since every answer runs it."""


def save_answer(
    session: Session, held: Held, *, answer: Sequence[str], locale: str, drafted: bool, at: datetime
) -> None:
    """Keep the answer to a question that is held, as given; an empty one takes it back.

    Written whatever the row seemed to hold: another device may have answered just before.
    Raises UnknownOptionError and AttemptClosedError.
    """
    attempt, question = held.attempt, held.question
    if attempt.submitted_at is not None:
        raise AttemptClosedError(attempt.public_id)
    if not rules.can_be_answer(question.type, answer, question.option_order):
        raise UnknownOptionError(attempt.public_id, question.position)
    values = {"answer": list(answer), "answered_at": at, "locale": locale}
    session.connection().execute(
        _SAVE, {"question": question.id} | (values if answer else dict.fromkeys(values))
    )
    if drafted and not attempt.drafted:
        attempt.drafted = True
        session.flush()


def hand_in(session: Session, *, person: Person, attempt: Attempt, at: datetime) -> Attempt:
    """Judge an attempt by the rule at enrolment or now, whichever is met in full.

    Questions without an answer count as wrong. Handing in again changes nothing. Where
    neither rule is met, the one that came nearest is kept, so that nobody is told to reach
    more than they have to.
    """
    people.lock_person(session, person)
    _lock(session, attempt)
    if attempt.submitted_at is not None:
        return attempt
    questions = queries.drawn(session, attempt)
    keys = catalogue.question_keys(
        session, attempt.release_id, [question.question_id for question in questions]
    )
    for question in questions:
        question.correct = rules.is_right(question.type, question.answer, keys[question.question_id])
    judging = people.rules_for(session, person, at=at)
    candidates = {"submission": judging.at_submission}
    if judging.at_enrolment is not None:
        candidates["enrolment"] = judging.at_enrolment
    judged_by, judgement = _nearest(questions, candidates)
    attempt.enrolment_rule = judging.at_enrolment.version if judging.at_enrolment else None
    attempt.submission_rule = judging.at_submission.version
    attempt.judged_by = judged_by
    attempt.judgement = judgement.stored()
    attempt.passed = judgement.passed
    attempt.submitted_at = at
    session.flush()
    _count_items(session, attempt, questions)
    return attempt


def _count_items(session: Session, attempt: Attempt, questions: Sequence[DrawnQuestion]) -> None:
    """Count the answers given, by question and language and without the person."""
    given = [one for one in questions if one.answer is not None and one.locale is not None]
    rows = [
        {
            "release_id": attempt.release_id,
            "question_id": one.question_id,
            "locale": one.locale,
            "answered_count": 1,
            "right_count": int(bool(one.correct)),
        }
        for one in sorted(given, key=lambda one: one.question_id)
    ]
    key = ("release_id", "question_id", "locale")
    count_up(session, ItemFigure, rows, key=key, counters=("answered_count", "right_count"))


def _nearest(questions: Sequence[DrawnQuestion], candidates: Mapping[str, Rule]) -> tuple[str, Judgement]:
    """Return the judgement with the fewest right answers missing; the first one in a tie."""
    judged = {name: rules.judge(questions, rule.bars) for name, rule in candidates.items()}
    return min(judged.items(), key=lambda one: one[1].missing)


def _lock(session: Session, attempt: Attempt) -> None:
    """Hold the attempt's row and load it as it is now; others who change it wait."""
    session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
