"""What a counsellor does for somebody whose identity is checked: a new code, the confirmation, the agency."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from pretraject.accounts.codes import print_code
from pretraject.certificates.statement import confirmed_now, statements_of
from pretraject.completion.actions import record
from pretraject.core.clock import legal_date
from pretraject.core.errors import NotFoundError
from pretraject.enrolment.actions import reissue
from pretraject.enrolment.agencies import agencies_on
from pretraject.enrolment.codes import newest_code
from pretraject.enrolment.handing_over import NOBODY, find_handover, note_handover
from pretraject.enrolment.models import Look, Person
from pretraject.enrolment.queries import current_policy, identifiers_of, lock_person
from pretraject.enrolment.rules import read_postcode
from pretraject.enrolment.seeing import member, noted, own_look
from pretraject.handover.about import about
from pretraject.handover.forms import AgencyForm, NewCodeForm
from pretraject.handover.pages import bp, counsellors, seen, to_person
from pretraject.web.context import now, page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.sessions import session


class NothingToConfirmError(NotFoundError):
    """The person has not completed their track, or it is not certain who did."""


@bp.route("/handover/<look>/code/", methods=["GET", "POST"])
@counsellors
@unstored
def new_code(look: str) -> ResponseReturnValue:
    """Say what a new code ends; then make one and show it, this once."""
    own, found = at_work(look)
    if own.checked_at is None:
        return to_person(look)
    form = NewCodeForm()
    code, made_before = None, False
    if form.sent():
        lock_person(session, found)
        made_before = form.after.data != newest_key(found)
        if not made_before:
            code = make_code(found, disputed=form.disputed.data)
    form.after.data = newest_key(found)
    page = render_template(
        "staff/handover_code.html", look=look, form=form, code=code, made_before=made_before
    )
    return page, 409 if made_before else 422 if form.errors else 200


def make_code(found: Person, *, disputed: bool) -> str:
    """Give somebody a new code, as it is printed; the ones before and their sign-in end."""
    code = reissue(session, vault(), person=found, disputed=disputed, at=now())
    record(session, person=found, at=now())
    noted("code.reissued-disputed" if disputed else "code.reissued", found.id)
    session.commit()
    return print_code(code)


def newest_key(found: Person) -> str:
    """Name the newest code there is, so that the same form sent twice makes one only."""
    code = newest_code(session, found)
    return str(code.id) if code else ""


@bp.get("/handover/<look>/confirmation/")
@counsellors
@unstored
def confirmation(look: str) -> ResponseReturnValue:
    """Show the confirmation of what the person completed, ready to print."""
    own, found = seen(look)
    if own.checked_at is None:
        return to_person(look)
    known = about(session, found, locale=page_language().locale, at=now())
    confirmed = confirmed_now(known.status)
    if confirmed is None:
        raise NothingToConfirmError
    numbers = [number.value for number in identifiers_of(session, vault(), found)]
    return render_template(
        "staff/handover_confirmation.html",
        look=look,
        confirmed=confirmed,
        statements=statements_of(confirmed, numbers, beside=known.language),
    )


@bp.route("/handover/<look>/agency/", methods=["GET", "POST"])
@counsellors
@unstored
def agency(look: str) -> ResponseReturnValue:
    """Note where the person lives and which agency goes on with them."""
    own, found = at_work(look)
    if own.checked_at is None:
        return to_person(look)
    noted_before = find_handover(session, found)
    _version, policy = current_policy(session)
    form = AgencyForm(
        agencies=agencies_on(policy, legal_date(now())),
        postcode=noted_before.postcode if noted_before else "",
    )
    if form.sent():
        chosen = form.chosen
        note_handover(
            session,
            person=found,
            postcode=read_postcode(form.postcode.data or "") or "",
            agency=chosen,
            account_id=member(),
            at=now(),
        )
        noted("handover.agency-noted", found.id, agency="none" if chosen == NOBODY else chosen)
        session.commit()
        flash(_("It is noted. The person sees it on their path."))
        return to_person(look)
    page = render_template("staff/handover_agency.html", look=look, form=form)
    return page, 422 if form.errors else 200


def at_work(key: str) -> tuple[Look, Person]:
    """Return the look a form hangs on; that its page is seen is written down."""
    return own_look(key) if request.method == "POST" else seen(key)
