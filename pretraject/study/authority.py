"""What WEWIS sees about the reader, what was sent, and saying that something in it is wrong."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from pretraject.accounts.login import learner_required
from pretraject.completion import objections
from pretraject.completion.decision_queries import confirmed_of
from pretraject.completion.refusals import Told, told_about
from pretraject.completion.status import Status, status_of
from pretraject.core.clock import legal_date
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import identifiers_of
from pretraject.study import words
from pretraject.study.forms import ObjectionForm
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.web.context import now, page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _, copied, long_date
from pretraject.web.resending import resendable
from pretraject.web.sessions import session


@bp.route("/my/authority/", methods=["GET", "POST"])
@learner_required
@unstored
@resendable
def authority() -> ResponseReturnValue:
    """Show what leaves the house about the reader, and take in an objection to it."""
    reader, form = current_reader(), ObjectionForm()
    is_refused = False
    if form.sent():
        if has_objected(session, reader, form.text.data or ""):
            session.commit()
            flash(_("Your objection was sent. You find the answer here."))
            return redirect(url_for("study.authority"), code=303)
        is_refused = True
        form.text.errors = [_("You have an objection that is not answered yet. Wait for its answer.")]
    status = status_of(session, reader, at=now())
    files = [number.value for number in identifiers_of(session, vault(), reader)]
    made = [objections.readable(vault(), one) for one in objections.objections_of(session, reader)]
    page = render_template(
        "study/authority.html",
        form=form,
        text_limit=objections.TEXT_LIMIT,
        status=status,
        files=files,
        rows=rows_of(status, files),
        sendings=[
            (words.event_words(one.event.kind), sending_words(one)) for one in told_about(session, reader)
        ],
        decisions=[
            (words.decision_words(one.kind, one.exemption), long_date(legal_date(one.settled_at or now())))
            for one in reversed(confirmed_of(session, reader))
        ],
        objections=made,
        may_object=bool(files) and (bool(form.errors) or all(one.objection.outcome for one in made)),
    )
    return page, 409 if is_refused else 422 if form.errors else 200


def has_objected(session: Session, reader: Person, text: str) -> bool:
    """Keep an objection; the same sent twice is kept once. Say no when another one waits."""
    try:
        objections.object_to(
            session, vault(), person=reader, text=text, locale=page_language().locale, at=now()
        )
    except objections.ObjectionOpenError:
        newest = objections.objections_of(session, reader)[0]
        return objections.text_of(vault(), newest) == text
    return True


def rows_of(status: Status, files: Sequence[str]) -> list[tuple[str, str]]:
    """Return what an authority gets, as labels and values; what it does not get now is left out."""
    rows: list[tuple[str, str | None]] = [
        (_("File number"), Markup(", ").join(copied(number) for number in files)),
        (_("Course"), words.track_words(status.track)),
        (_("Status"), words.status_words(status.word)),
        (_("Duty"), words.obligation_words(status.obligation)),
        (_("Complete the course by"), long_date(status.due_on) if status.due_on else None),
        (_("Completed on"), long_date(status.completed_on) if status.completed_on else None),
        (_("Taken"), words.assurance_words(status.assurance) if status.assurance else None),
        (_("Reference"), copied(status.reference) if status.reference else None),
        (_("Judged by rule"), copied(status.rule_version)),
    ]
    return [(str(label), value) for label, value in rows if value is not None]


def sending_words(told: Told) -> str:
    """Say when something was sent, and what came of it."""
    event, receipt = told.event, told.newest
    if event.stamped_at is None:
        return str(_("not sent yet"))
    said = {"recipient": event.recipient.upper(), "sent": long_date(legal_date(event.stamped_at))}
    if receipt is None:
        return str(_("sent to %(recipient)s on %(sent)s, not taken in yet", **said))
    if receipt.status == "accepted":
        taken = long_date(legal_date(receipt.received_at))
        return str(_("sent to %(recipient)s on %(sent)s, taken in on %(taken)s", taken=taken, **said))
    return str(_("sent to %(recipient)s on %(sent)s. It was not taken in: staff are looking at it.", **said))
