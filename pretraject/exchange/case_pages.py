"""What the case workers' pages share: whom they let in, whose look it is, and writing down what is seen."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pretraject.accounts.login import current_visitor, staff_required
from pretraject.audit.actions import note
from pretraject.audit.rules import staff
from pretraject.core.errors import NotFoundError
from pretraject.enrolment.looks import get_look, open_look
from pretraject.enrolment.models import Look, Person
from pretraject.web.context import now
from pretraject.web.sessions import session, short_write
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("cases", __name__)
case_workers = staff_required("case-worker", "administrator")


class NobodyLeftError(NotFoundError):
    """What this was about belongs to nobody any more: the person was erased."""


def member() -> int:
    """Return the account of the case worker on a page that asks to sign in."""
    visitor = current_visitor()
    if visitor is None:
        raise LookupError("a page for case workers let somebody else in")
    return visitor.account_id


def own_look(key: str) -> tuple[Look, Person]:
    """Return the case worker's look and whom it is at. Raises LookNotFoundError."""
    return get_look(session, key, account_id=member(), at=now())


def looked(key: str, *, page: str) -> tuple[Look, Person]:
    """Return the look; write down that a page about somebody is seen. Raises LookNotFoundError.

    A form that is sent was seen before, and what it changes is written down with the change.
    """
    look, person = own_look(key)
    if request.method == "POST":
        return look, person
    person_id, reason = person.id, look.reason
    with short_write() as writer:
        noted("case.seen", person_id, within=writer, page=page, reason=reason)
        writer.commit()
    return own_look(key)


def noted(
    action: str, person_id: int | None = None, *, within: Session = session, **detail: int | str
) -> None:
    """Write down what a case worker did; the last step before the commit."""
    note(within, actor=staff(member()), action=action, at=now(), person_id=person_id, **detail)


def opened(person: Person | None, *, reason: str) -> str:
    """Open a look at a person, write it down, commit, and return its key. Raises NobodyLeftError."""
    if person is None:
        raise NobodyLeftError
    key = open_look(session, person=person, account_id=member(), reason=reason, at=now()).key
    noted("case.found", person.id, reason=reason)
    session.commit()
    return key


def to_person(key: str) -> ResponseReturnValue:
    """Lead to the page about the person."""
    return redirect(url_for("cases.person", look=key), code=303)
