"""Case workers: proposals that wait for a second person, and settling them."""

from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pretraject.completion import decisions
from pretraject.completion.decision_queries import (
    DecisionNotFoundError,
    count_waiting,
    get_decision,
    reason_of,
    waiting_decisions,
)
from pretraject.completion.models import Decision
from pretraject.completion.status import status_of
from pretraject.core.errors import AppError
from pretraject.enrolment.models import Look, Person
from pretraject.enrolment.seeing import member, noted, own_look
from pretraject.exchange import case_words as words
from pretraject.exchange.case_forms import SettleForm
from pretraject.exchange.case_pages import bp, case_workers, looked, opened
from pretraject.exchange.case_work import refusal_words
from pretraject.web.context import now, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.paging import SIZE, paging_of
from pretraject.web.sessions import session


@bp.get("/cases/waiting/")
@case_workers
@unstored
def waiting() -> str:
    """List what waits for a second person. Looks at no person."""
    paging = paging_of(count_waiting(session))
    found = waiting_decisions(session, limit=SIZE, offset=paging.offset)
    return render_template(
        "staff/cases/waiting.html", paging=paging, found=found, member=member(), words=words
    )


@bp.post("/cases/waiting/<decision>/open/")
@case_workers
def open_waiting(decision: str) -> ResponseReturnValue:
    """Open a look at the person of a proposal, and lead to the proposal."""
    found = get_decision(session, decision)
    key = opened(session.get(Person, found.person_id), reason=words.SECOND_PAIR)
    return redirect(url_for("cases.decision", look=key, decision=decision), code=303)


@bp.get("/cases/<look>/decisions/<decision>/")
@case_workers
@unstored
def decision(look: str, decision: str) -> str:
    """Show a proposal, and what can be made of it by who looks."""
    own, found = looked(look, page="decision")
    return decision_page(own, found, about(found, decision), SettleForm())


@bp.post("/cases/<look>/decisions/<decision>/")
@case_workers
@unstored
def settle(look: str, decision: str) -> ResponseReturnValue:
    """Confirm, refuse or withdraw a proposal."""
    own, found = own_look(look)
    proposal, form = about(found, decision), SettleForm()
    if form.sent():
        try:
            return settled(own, found, proposal, outcome=cast(decisions.Outcome, form.outcome.data))
        except AppError as error:
            form.form_errors.append(refusal_words(error))
    return decision_page(own, found, proposal, form), 422


def settled(
    look: Look, found: Person, proposal: Decision, *, outcome: decisions.Outcome
) -> ResponseReturnValue:
    """Settle a proposal, write it down, and say what happened. Raises like `decisions.settle`."""
    decisions.settle(session, decision=proposal, person=found, outcome=outcome, account_id=member(), at=now())
    noted(f"case.{outcome}", found.id, kind=proposal.kind, reference=proposal.reference)
    session.commit()
    texts = {
        "confirmed": _("Confirmed. It counts from now on, and who is told of this course is told."),
        "refused": _("Refused. Nothing has changed."),
        "withdrawn": _("Withdrawn. Nothing has changed."),
    }
    flash(texts[outcome])
    return redirect(url_for("cases.person", look=look.key), code=303)


def about(found: Person, key: str) -> Decision:
    """Return a proposal about a person. Raises DecisionNotFoundError."""
    proposal = get_decision(session, key)
    if proposal.person_id != found.id:
        raise DecisionNotFoundError
    return proposal


def decision_page(look: Look, found: Person, proposal: Decision, form: SettleForm) -> str:
    """Return the page of a proposal."""
    status = status_of(session, found, at=now())
    return render_template(
        "staff/cases/decision.html",
        look=look,
        decision=proposal,
        reason=reason_of(vault(), proposal),
        status=status,
        stale=proposal.outcome is None and status.seen != proposal.seen,
        own=proposal.proposed_by == member(),
        form=form,
        words=words,
        recipients=status.judging.policy.recipients_of(proposal.track),
    )
