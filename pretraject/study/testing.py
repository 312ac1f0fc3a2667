"""The test of a module: what it asks, its questions one by one, handing it in."""

from random import SystemRandom

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import learner_required
from pretraject.assessment import actions as assessment
from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt
from pretraject.assessment.queries import AttemptNotFoundError
from pretraject.catalogue.questioning import get_test, texts_of_test
from pretraject.completion import actions as completion
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import lock_person
from pretraject.study.asking import Asked, ask, asked_in, is_unchanged, read_answer
from pretraject.study.pages import bp
from pretraject.study.reader import current_learner, current_reader, find_reader, second_locale
from pretraject.study.terms import next_open, terms_of
from pretraject.web.access import public
from pretraject.web.context import now, page_language
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.resending import resendable
from pretraject.web.sessions import session


@bp.get("/modules/<module>/test/")
@public
@unstored
def test(module: str) -> ResponseReturnValue:
    """Say what the test asks, and let the learner begin or go on."""
    view = get_test(session, module, page_language().locale)
    reader = find_reader()
    terms = terms_of(session, view, reader, at=now())
    return render_template("study/test.html", module=view, reader=reader, terms=terms)


@bp.route("/modules/<module>/test/start/", methods=["GET", "POST"])
@learner_required
@unstored
@resendable
def start_test(module: str) -> ResponseReturnValue:
    """Draw a test, or go on with the one that is open.

    Who may not begin yet is led back to the page that says until when.
    """
    if request.method != "POST":
        return redirect(url_for("study.test", module=module))
    reader = current_reader()
    view = get_test(session, module, page_language().locale)
    lock_person(session, reader)
    if attempts.waiting_until(session, reader, module, at=now()):
        return redirect(url_for("study.test", module=module), code=303)
    attempt = assessment.start(
        session,
        person=reader,
        module=module,
        release_id=view.release_id,
        locale=page_language().locale,
        random=SystemRandom(),
        drafted=view.draft,
        at=now(),
    )
    number = next_open(attempts.drawn(session, attempt))
    session.commit()
    return redirect(place(module, number), code=303)


@bp.route("/modules/<module>/test/<int:number>/", methods=["GET", "POST"])
@learner_required
@unstored
@resendable
def question(module: str, number: int) -> ResponseReturnValue:
    """Ask one question; keep the answer and go on."""
    if request.method == "POST":
        return keep_answer(module, number)
    reader = current_reader()
    attempt = attempts.find_open_attempt(session, reader, module)
    if attempt is None:
        return to_last_result(reader, module)
    return question_page(asked_here(attempt, number))


def keep_answer(module: str, number: int) -> ResponseReturnValue:
    """Keep what was posted; what cannot be kept is shown again with the reason.

    The page says which attempt it belongs to, so that an old tab never answers a new test.
    """
    held = attempts.hold_question(
        session,
        account_id=current_learner(),
        public_id=request.form.get("attempt", ""),
        position=number,
    )
    attempt = held.attempt
    require_module(attempt, module)
    if attempt.submitted_at is not None:
        return to_result(attempt)
    posted = read_answer(request.form, held.question)
    if posted is None:
        return question_again_with(attempt, number)
    if not is_unchanged(posted, request.form.get("shown")):
        locale, drafted = asked_in(session, attempt, held.question, page_language().locale)
        try:
            assessment.save_answer(session, held, answer=posted.ids, locale=locale, drafted=drafted, at=now())
        except assessment.UnknownOptionError:
            return question_again_with(attempt, number)
        session.commit()
    return redirect(place(module, next_number(number, last=held.last)), code=303)


@bp.route("/modules/<module>/test/hand-in/", methods=["GET", "POST"])
@learner_required
@unstored
@resendable
def hand_in(module: str) -> ResponseReturnValue:
    """Show what is answered and what is not; hand the test in, once, however often it is sent."""
    reader = current_reader()
    if request.method == "POST":
        attempt = posted_attempt(reader, module)
        assessment.hand_in(session, person=reader, attempt=attempt, at=now())
        completion.record(session, person=reader, at=now())
        session.commit()
        return redirect(url_for("study.result", public_id=attempt.public_id), code=303)
    opened = attempts.find_open_attempt(session, reader, module)
    if opened is None:
        return to_last_result(reader, module)
    drawn = attempts.drawn(session, opened)
    ids = [one.question_id for one in drawn]
    texts = texts_of_test(session, module, opened.release_id, ids, [page_language().locale])
    return render_template("study/hand_in.html", attempt=opened, drawn=drawn, texts=texts)


def question_again(reader: Person, module: str, number: int) -> ResponseReturnValue:
    """Show a question as it was filled in on a page that is no longer good for saving."""
    attempt = posted_attempt(reader, module)
    if attempt.submitted_at is not None:
        return to_result(attempt)
    error = _("This page was open for a long time. Your choice is still here: save it once more.")
    return question_page(asked_here(attempt, number).filled_in(request.form), error=error)


def question_again_with(attempt: Attempt, number: int) -> ResponseReturnValue:
    """Show a question as it was filled in, with what its answer has to be."""
    asked = asked_here(attempt, number)
    return question_page(asked.filled_in(request.form), error=complaint(asked))


def posted_attempt(reader: Person, module: str) -> Attempt:
    """Return the attempt a form belongs to. Raises AttemptNotFoundError."""
    attempt = attempts.get_attempt(session, reader, request.form.get("attempt", ""))
    require_module(attempt, module)
    return attempt


def require_module(attempt: Attempt, module: str) -> None:
    """Make sure that a form was sent to the test it belongs to. Raises AttemptNotFoundError."""
    if attempt.module != module:
        raise AttemptNotFoundError(attempt.public_id)


def asked_here(attempt: Attempt, number: int) -> Asked:
    """Return a question in the page's language, with the learner's second one where it helps."""
    return ask(session, attempt, number, locale=page_language().locale, second=second_locale())


def question_page(asked: Asked, *, error: str = "") -> ResponseReturnValue:
    """Render a question; when its answer could not be kept, with the reason."""
    page = render_template("study/question.html", asked=asked, errors=[error] if error else [])
    return page, 422 if error else 200


def complaint(asked: Asked) -> str:
    """Say what an answer to this question has to be."""
    if asked.question.type == "order":
        return str(_("Give each line a place of its own, or leave them all open."))
    return str(_("That is not an answer to this question. Choose one that you see here."))


def next_number(number: int, *, last: int) -> int | None:
    """Return the question to go on with; None is the overview before handing in."""
    if request.form.get("go") == "overview":
        return None
    if request.form.get("go") == "back":
        return max(1, number - 1)
    return number + 1 if number < last else None


def place(module: str, number: int | None) -> str:
    """Return the address of a question, or of the overview before handing in."""
    if number is None:
        return url_for("study.hand_in", module=module)
    return url_for("study.question", module=module, number=number)


def to_last_result(reader: Person, module: str) -> ResponseReturnValue:
    """Lead from a test that is not open to its result, or to the page where one begins."""
    handed_in = [one for one in attempts.attempts_of(session, reader, module) if one.submitted_at]
    if not handed_in:
        return redirect(url_for("study.test", module=module))
    return to_result(handed_in[-1])


def to_result(attempt: Attempt) -> ResponseReturnValue:
    """Lead to the result of a test that was handed in, with a word about why."""
    flash(_("You have handed in this test. Its answers stay as they were."), "help")
    return redirect(url_for("study.result", public_id=attempt.public_id), code=303)
