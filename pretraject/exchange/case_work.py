"""Case workers: finding one person, their page, and proposing that something else counts."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pretraject.completion import decisions
from pretraject.completion.decision_queries import count_waiting
from pretraject.completion.decisions import Wanted
from pretraject.completion.objections import count_waiting as count_objections
from pretraject.completion.refusals import count_refusals
from pretraject.completion.status import Status, status_of
from pretraject.core.errors import AppError, NotFoundError
from pretraject.enrolment.looks import holders_of
from pretraject.enrolment.models import Look, Person
from pretraject.enrolment.seeing import member, noted
from pretraject.exchange import case_words as words
from pretraject.exchange.case_file import case_file
from pretraject.exchange.case_forms import CHANGE, KEEP, CorrectionForm, ProposalForm, proposal_form
from pretraject.exchange.case_pages import bp, case_workers, looked, opened, to_person
from pretraject.web.context import now, vault
from pretraject.web.finding import FindForm
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.sessions import session

KINDS = ("correction", "revocation", "exemption", "exemption-end")


class UnknownKindError(NotFoundError):
    """There is no such kind of proposal."""


@bp.route("/cases/", methods=["GET", "POST"])
@case_workers
@unstored
def find() -> ResponseReturnValue:
    """Find one person by a number, with a reason; and say what work waits."""
    form = FindForm(reasons=words.reasons())
    status, nobody = 200, False
    if form.sent():
        found = holders_of(session, vault(), form.number.data or "", issuer=form.issuer.data)
        if len(found.people) == 1:
            return to_person(opened(*found.people, reason=form.reason.data))
        if found.issuers:
            form.ask_issuer(found.issuers)
        else:
            noted("case.nobody-found", reason=form.reason.data)
            session.commit()
            status, nobody = 404, True
    page = render_template(
        "staff/cases/find.html",
        form=form,
        nobody=nobody,
        waiting=count_waiting(session),
        objections=count_objections(session),
        refusals=count_refusals(session, handled=False),
    )
    return page, 422 if form.errors else status


@bp.get("/cases/<look>/")
@case_workers
@unstored
def person(look: str) -> str:
    """Show how somebody stands, what that rests on, and who was told."""
    own, found = looked(look, page="person")
    file = case_file(session, vault(), found, at=now())
    return render_template(
        "staff/cases/person.html", look=own, file=file, words=words, kinds=possible_kinds(file.status)
    )


def possible_kinds(status: Status) -> list[str]:
    """Return what can be proposed about somebody."""
    completed = status.fact.word == "completed"
    possible = {
        "correction": True,
        "revocation": completed,
        "exemption": not completed,
        "exemption-end": status.exemption is not None and not completed,
    }
    return [kind for kind in KINDS if possible[kind]]


@bp.route("/cases/<look>/propose/<kind>/", methods=["GET", "POST"])
@case_workers
@unstored
def propose(look: str, kind: str) -> ResponseReturnValue:
    """Take in a proposal: filled in, then shown with what it will do, then kept."""
    if kind not in KINDS:
        raise UnknownKindError(kind)
    own, found = looked(look, page=f"propose-{kind}")
    status = status_of(session, found, at=now())
    form = proposal_form(kind, status.judging.policy)
    if form.sent() and form.step.data != CHANGE:
        try:
            return step(own, found, kind, form)
        except AppError as error:
            refuse(form, error)
    form.step.data = "show"
    if form.form_errors or not form.is_submitted():
        form.seen.data = status.seen
    page = render_template(
        "staff/cases/propose.html", look=own, kind=kind, form=form, status=status, words=words
    )
    return page, 422 if form.errors else 200


def step(look: Look, found: Person, kind: str, form: ProposalForm) -> ResponseReturnValue:
    """Show what a proposal will do, or keep it. Raises like `decisions.foresee`."""
    wanted, given = form.wanted, form.seen.data or ""
    if form.step.data == KEEP:
        return keep(look, found, kind, wanted, reason=form.reason.data or "", given=given)
    outlook = decisions.foresee(session, found, wanted, seen=given, at=now())
    return render_template(
        "staff/cases/preview.html",
        look=look,
        kind=kind,
        form=form,
        wanted=wanted,
        outlook=outlook,
        words=words,
        recipients=outlook.before.judging.policy.recipients_of(outlook.before.track),
    )


def keep(
    look: Look, found: Person, kind: str, wanted: Wanted, *, reason: str, given: str
) -> ResponseReturnValue:
    """Keep a proposal for a second person."""
    decision = decisions.propose(
        session,
        vault(),
        person=found,
        wanted=wanted,
        reason=reason,
        seen=given,
        account_id=member(),
        at=now(),
    )
    noted("case.proposed", found.id, kind=kind, reference=decision.reference)
    session.commit()
    flash(_("The proposal is kept. It counts once another member of staff confirms it."))
    return redirect(url_for("cases.person", look=look.key), code=303)


def refuse(form: ProposalForm, error: AppError) -> None:
    """Say beside the form why a proposal cannot be made. Raises what nobody foresaw."""
    if isinstance(error, decisions.ImpossibleDayError) and isinstance(form, CorrectionForm):
        form.year.errors = [
            _("Choose a day that is not to come, and not before the first rule of this course.")
        ]
        return
    form.form_errors.append(refusal_words(error))


def refusal_words(error: AppError) -> str:
    """Say why something cannot be decided; raise the error when nobody foresaw it."""
    texts: dict[type[AppError], str] = {
        decisions.StaleDecisionError: _(
            "What is on record has changed in the meantime. Look at what stands now before you go on."
        ),
        decisions.OpenDecisionError: _(
            "Another proposal about this person waits for a second person. It has to be settled first."
        ),
        decisions.NothingCompletedError: _("Nothing is on record as completed, so nothing can be revoked."),
        decisions.ChangesNothingError: _("This would change nothing: it stands like that already."),
        decisions.SettledError: _("Somebody has settled this already."),
        decisions.OwnProposalError: _("You proposed this yourself: another member of staff has to decide."),
        decisions.OthersProposalError: _("Only who proposed this can withdraw it."),
    }
    if type(error) not in texts:
        raise error
    return str(texts[type(error)])
