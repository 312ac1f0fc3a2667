"""Case workers: what authorities refused to take in, and objections of learners."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pretraject.completion import objections, refusals
from pretraject.completion.models import Objection
from pretraject.completion.status import status_of
from pretraject.enrolment.models import Look, Person
from pretraject.enrolment.seeing import member, noted
from pretraject.exchange import case_words as words
from pretraject.exchange.case_forms import AnswerForm, HandledForm
from pretraject.exchange.case_pages import bp, case_workers, looked, opened, to_person
from pretraject.web.context import now, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.paging import SIZE, paging_of
from pretraject.web.sessions import session


@bp.get("/cases/refused/")
@case_workers
@unstored
def refused() -> str:
    """List what an authority refused and nobody handled yet. Looks at no person."""
    return refused_page(handled=False)


@bp.get("/cases/refused/handled/")
@case_workers
@unstored
def refused_handled() -> str:
    """List what an authority refused and somebody handled. Looks at no person."""
    return refused_page(handled=True)


def refused_page(*, handled: bool) -> str:
    """Return a list of refusals."""
    paging = paging_of(refusals.count_refusals(session, handled=handled))
    found = refusals.refusals(session, handled=handled, limit=SIZE, offset=paging.offset)
    return render_template(
        "staff/cases/refused.html", paging=paging, found=found, handled=handled, words=words
    )


@bp.post("/cases/refused/<int:receipt>/open/")
@case_workers
def open_refused(receipt: int) -> ResponseReturnValue:
    """Open a look at the person whom a refusal is about, and lead to their page."""
    _receipt, event = refusals.get_refusal(session, receipt)
    found = session.get(Person, event.person_id) if event.person_id is not None else None
    return to_person(opened(found, reason=words.REFUSED_RECEIPT))


@bp.post("/cases/refused/<int:receipt>/mark/")
@case_workers
def mark_refused(receipt: int) -> ResponseReturnValue:
    """Note that a refusal is handled, or that it is not."""
    found, event = refusals.get_refusal(session, receipt)
    form = HandledForm()
    if not form.sent():
        return redirect(url_for("cases.refused"), code=303)
    handled = form.handled.data == "yes"
    refusals.mark(session, found, handled=handled, account_id=member(), at=now())
    action = "case.refusal-handled" if handled else "case.refusal-opened-again"
    noted(action, event.person_id, receipt=found.id)
    session.commit()
    flash(_("Marked as handled.") if handled else _("This is work again."))
    return redirect(url_for("cases.refused" if handled else "cases.refused_handled"), code=303)


@bp.get("/cases/objections/")
@case_workers
@unstored
def waiting_objections() -> str:
    """List the objections that nobody answered yet. Looks at no person."""
    paging = paging_of(objections.count_waiting(session))
    found = objections.waiting_objections(session, limit=SIZE, offset=paging.offset)
    return render_template("staff/cases/objections.html", paging=paging, found=found, words=words)


@bp.post("/cases/objections/<objection>/open/")
@case_workers
def open_objection(objection: str) -> ResponseReturnValue:
    """Open a look at the person who objected, and lead to the objection."""
    found = objections.get_objection(session, objection)
    key = opened(session.get(Person, found.person_id), reason=words.OBJECTION)
    return redirect(url_for("cases.objection", look=key, objection=objection), code=303)


@bp.route("/cases/<look>/objections/<objection>/", methods=["GET", "POST"])
@case_workers
@unstored
def objection(look: str, objection: str) -> ResponseReturnValue:
    """Show an objection and take in the answer."""
    own, found = looked(look, page="objection")
    asked = objections.get_objection(session, objection)
    if asked.person_id != found.id:
        raise objections.ObjectionNotFoundError
    form = AnswerForm()
    if form.sent():
        try:
            return answered(own, found, asked, form)
        except objections.ObjectionAnsweredError:
            form.form_errors.append(_("Somebody has answered this already."))
    page = render_template(
        "staff/cases/objection.html",
        look=own,
        shown=objections.readable(vault(), asked),
        status=status_of(session, found, at=now()),
        form=form,
        words=words,
    )
    return page, 422 if form.errors else 200


def answered(look: Look, found: Person, asked: Objection, form: AnswerForm) -> ResponseReturnValue:
    """Keep an answer, write it down, and say what happened. Raises like `objections.answer`."""
    objections.answer(
        session,
        vault(),
        objection=asked,
        person=found,
        outcome=form.outcome.data,
        text=form.text.data or "",
        account_id=member(),
        at=now(),
    )
    noted("case.objection-answered", found.id, outcome=form.outcome.data, objection=asked.key)
    session.commit()
    flash(_("The answer is kept. The person sees it on their page, and who is told of this course is told."))
    return to_person(look.key)
