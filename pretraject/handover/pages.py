"""What the counsellors' pages share: whom they let in, whose look it is, and writing down what is seen."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pretraject.accounts.login import current_visitor, staff_required
from pretraject.audit.actions import note
from pretraject.audit.rules import staff
from pretraject.enrolment.looks import get_look
from pretraject.enrolment.models import Look, Person
from pretraject.web.context import now
from pretraject.web.sessions import session, short_write
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("handover", __name__)
counsellors = staff_required("counsellor", "administrator")


def member() -> int:
    """Return the account of the counsellor on a page that asks to sign in."""
    visitor = current_visitor()
    if visitor is None:
        raise LookupError("a page for counsellors let somebody else in")
    return visitor.account_id


def own_look(key: str) -> tuple[Look, Person]:
    """Return the counsellor's look and whom it is at. Raises LookNotFoundError."""
    return get_look(session, key, account_id=member(), at=now())


def seen(key: str) -> tuple[Look, Person]:
    """Write down that a page about somebody is seen, and return the look. Raises LookNotFoundError."""
    _look, person = own_look(key)
    person_id = person.id
    with short_write() as writer:
        noted("handover.looked", person_id, within=writer)
        writer.commit()
    return own_look(key)


def noted(action: str, person_id: int | None = None, *, within: Session = session, **detail: str) -> None:
    """Write down what a counsellor did; the last step before the commit."""
    note(within, actor=staff(member()), action=action, at=now(), person_id=person_id, **detail)


def to_person(key: str) -> ResponseReturnValue:
    """Lead to the page about the person."""
    return redirect(url_for("handover.person", look=key), code=303)
