"""Finding one person, their page, and checking who they are."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from pretraject.enrolment.looks import check_identity, holders_of
from pretraject.enrolment.models import Look, Person
from pretraject.enrolment.queries import birth_date_of_person, identifiers_of
from pretraject.enrolment.rules import INSZ
from pretraject.enrolment.seeing import noted, opened, own_look
from pretraject.handover import words
from pretraject.handover.about import about
from pretraject.handover.forms import IdentityForm
from pretraject.handover.pages import bp, counsellors, seen, to_person
from pretraject.web.context import now, page_language, vault
from pretraject.web.finding import FindForm
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.sessions import session


@bp.route("/handover/", methods=["GET", "POST"])
@counsellors
@unstored
def find() -> ResponseReturnValue:
    """Find one person by a number, with a reason."""
    form = FindForm(reasons=words.reasons())
    status, nobody = 200, False
    if form.sent():
        found = holders_of(session, vault(), form.number.data or "", issuer=form.issuer.data)
        if len(found.people) == 1:
            [person] = found.people
            return to_person(opened(person, action="handover.found", reason=form.reason.data))
        if found.issuers:
            form.ask_issuer(found.issuers)
        else:
            noted("handover.nobody-found", reason=form.reason.data)
            session.commit()
            status, nobody = 404, True
    page = render_template("staff/handover_find.html", form=form, nobody=nobody)
    return page, 422 if form.errors else status


@bp.get("/handover/<look>/")
@counsellors
@unstored
def person(look: str) -> ResponseReturnValue:
    """Show how far somebody is; more once it is checked who they are."""
    return person_page(*seen(look), form=IdentityForm())


@bp.route("/handover/<look>/identity/", methods=["GET", "POST"])
@counsellors
@unstored
def identity(look: str) -> ResponseReturnValue:
    """Take in that a document was shown and which birth date stands on it."""
    own, found = own_look(look)
    form = IdentityForm()
    if form.sent() and form.birth_date is not None:
        right = check_identity(session, vault(), look=own, person=found, seen=form.birth_date, at=now())
        noted("handover.identity-checked" if right else "handover.identity-refused", found.id)
        session.commit()
        if not right:
            form.year.errors = [
                _("Another birth date is on record, or none. Check the document and what you typed.")
            ]
    return (person_page(own, found, form=form), 422) if form.errors else to_person(look)


def person_page(look: Look, found: Person, *, form: IdentityForm) -> str:
    """Return the page about somebody; numbers and birth date stand on it after the check only."""
    known: dict[str, Any] = {}
    if look.checked_at is not None:
        known["born"] = str(birth_date_of_person(vault(), found) or "")
        known["numbers"] = [
            *identifiers_of(session, vault(), found),
            *identifiers_of(session, vault(), found, kind=INSZ),
        ]
    return render_template(
        "staff/handover_person.html",
        look=look,
        form=form,
        words=words,
        about=about(session, found, locale=page_language().locale, at=now()),
        **known,
    )
