"""A lesson: reading it, marking it as read, and its practice questions."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import learner_required
from pretraject.assessment.rules import can_be_answer, is_right
from pretraject.catalogue import queries as catalogue
from pretraject.catalogue.reading import LessonView, QuestionView
from pretraject.completion import actions as completion
from pretraject.core.errors import NotFoundError
from pretraject.core.locales import SOURCE
from pretraject.learning import actions as learning
from pretraject.learning import queries as reading
from pretraject.learning.queries import Progress
from pretraject.study.answers import Posted, posted_answer
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader, find_learner, find_reader, second_locale
from pretraject.web.access import public
from pretraject.web.context import now, page_language
from pretraject.web.forms import csrf
from pretraject.web.i18n import _
from pretraject.web.page_cache import same_for_all
from pretraject.web.resending import resendable
from pretraject.web.sessions import only_reading, session, short_write
from pretraject.web.variants import variant


class PracticeNotFoundError(NotFoundError):
    """The lesson has no such practice question."""


@dataclass(frozen=True)
class Practised:
    """A practice question somebody answered just now: nothing of it is kept."""

    question: str
    posted: Posted
    key: tuple[str, ...] = ()
    right: bool = False
    errors: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Say whether there was an answer to judge."""
        return not self.errors


@bp.get("/modules/<module>/lessons/<lesson>/")
@public
@same_for_all
def lesson(module: str, lesson: str) -> ResponseReturnValue:
    """Show a lesson; for a learner it becomes the place where they go on.

    With `?beside=nl` the Dutch stands after each paragraph.
    """
    account_id = find_learner()
    progress = reading.progress_of_account(session, account_id) if account_id else None
    second = second_locale()
    key = (frozenset(progress.read[module]), second) if progress else None
    page = variant(key, lambda: lesson_page(lesson_here(module, lesson), progress))
    if progress and progress.person_id and progress.place != (module, lesson):
        note_visit(progress.person_id, module, lesson)
    return page


@bp.route("/modules/<module>/lessons/<lesson>/practice/<question>/", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@public
@resendable
def practise(module: str, lesson: str, question: str) -> ResponseReturnValue:
    """Judge a practice answer at once and show the lesson again, explained there.

    Who comes back to this address without an answer, by another language or a bookmark,
    is led to the question.
    """
    if request.method != "POST":
        return redirect(url_for("study.lesson", module=module, lesson=lesson, _anchor=f"practice-{question}"))
    only_reading()
    view = lesson_here(module, lesson)
    reader = find_reader()
    progress = reading.progress_of(session, reader) if reader else None
    practised = judge(view, question)
    return lesson_page(view, progress, practised), 200 if practised.judged else 422


@bp.route("/modules/<module>/lessons/<lesson>/read/", methods=["GET", "POST"])
@learner_required
@resendable
def read_lesson(module: str, lesson: str) -> ResponseReturnValue:
    """Keep that a lesson was read and go on to the next one, or to the test."""
    if request.method != "POST":
        return redirect(url_for("study.lesson", module=module, lesson=lesson))
    view = catalogue.get_lesson(session, module, lesson, page_language().locale)
    reader = current_reader()
    learning.mark_read(
        session,
        person=reader,
        module=module,
        lesson=lesson,
        release_id=view.module.release_id,
        at=now(),
    )
    completion.record(session, person=reader, at=now())
    session.commit()
    return redirect(after(view), code=303)


def lesson_here(module: str, lesson: str) -> LessonView:
    """Return a lesson as it is asked for: in the page's language, perhaps with the Dutch beside it."""
    return catalogue.get_lesson(
        session,
        module,
        lesson,
        page_language().locale,
        second=second_locale(),
        beside=request.args.get("beside") == SOURCE,
    )


def lesson_page(view: LessonView, progress: Progress | None, practised: Practised | None = None) -> str:
    """Render a lesson; `progress` is absent for who has not signed in."""
    return render_template(
        "study/lesson.html",
        view=view,
        keeps=progress is not None,
        read=progress.read[view.module.slug] if progress else set(),
        practised=practised,
        after=after(view),
    )


def after(view: LessonView) -> str:
    """Return where a lesson leads: the next one, or the test after the last."""
    if view.next is None:
        return url_for("study.test", module=view.module.slug)
    return url_for("study.lesson", module=view.module.slug, lesson=view.next.slug)


def note_visit(person_id: int, module: str, lesson: str) -> None:
    """Remember this lesson as somebody's place."""
    with short_write() as writer:
        learning.note_place(writer, person_id=person_id, module=module, lesson=lesson, at=now())
        writer.commit()


def judge(view: LessonView, question_id: str) -> Practised:
    """Judge what was posted for one of the lesson's practice questions.

    Raises PracticeNotFoundError when it is not one of them.
    """
    question = next((one for one in view.practice if one.id == question_id), None)
    if question is None:
        raise PracticeNotFoundError(question_id)
    options = [option.id for option in question.options]
    posted = posted_answer(request.form, type_=question.type, options=options)
    if not posted.whole or not can_be_answer(question.type, posted.ids, options):
        return Practised(question_id, posted, errors=(complaint(question),))
    key = catalogue.question_keys(session, view.module.release_id, [question_id])[question_id]
    return Practised(question_id, posted, key, right=is_right(question.type, posted.ids, key))


def complaint(question: QuestionView) -> str:
    """Say what an answer to this question needs."""
    if question.type == "order":
        return str(_("Give each line a place of its own, from 1 to the last."))
    return str(_("Choose an answer."))
