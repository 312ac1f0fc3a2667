"""The result of a test: how it came out, rule by rule, and every question explained."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import learner_required
from pretraject.assessment import queries as attempts
from pretraject.assessment.models import DrawnQuestion
from pretraject.catalogue.questioning import QuestionTexts, texts_of_test
from pretraject.catalogue.reading import Passage, QuestionView
from pretraject.completion import queries as completions
from pretraject.enrolment.models import Person
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.web.context import now, page_language
from pretraject.web.headers import unstored
from pretraject.web.sessions import session


@dataclass(frozen=True)
class Reviewed:
    """A question of a handed-in test with what was answered and what is right."""

    number: int
    question: QuestionView
    given: list[str]
    key: tuple[str, ...]
    correct: bool
    lesson_title: Passage


@bp.get("/results/<public_id>/")
@learner_required
@unstored
def result(public_id: str) -> ResponseReturnValue:
    """Show how a test came out; one that is still open goes on."""
    reader = current_reader()
    attempt = attempts.get_attempt(session, reader, public_id)
    if attempt.submitted_at is None:
        return redirect(url_for("study.hand_in", module=attempt.module))
    locale = page_language().locale
    drawn = attempts.drawn(session, attempt)
    ids = [one.question_id for one in drawn]
    texts = texts_of_test(session, attempt.module, attempt.release_id, ids, [locale])
    return render_template(
        "study/result.html",
        attempt=attempt,
        title_of_module=texts.title(locale),
        judgement=attempts.judgement_of(attempt),
        reviewed=[review(one, texts, locale) for one in drawn],
        waiting_until=None if attempt.passed else again_from(reader, attempt.module),
        completed=completions.completions_of(session, reader) if attempt.passed else (),
    )


def review(drawn: DrawnQuestion, texts: QuestionTexts, locale: str) -> Reviewed:
    """Return a question with its answers, in the page's language."""
    question = texts.question(drawn.question_id, locale)
    return Reviewed(
        number=drawn.position,
        question=question,
        given=drawn.answer or [],
        key=texts.key(drawn.question_id),
        correct=bool(drawn.correct),
        lesson_title=texts.lesson_title(question.lesson, locale),
    )


def again_from(reader: Person, module: str) -> datetime | None:
    """Return when the learner may try again; None when at once."""
    return attempts.waiting_until(session, reader, module, at=now())
