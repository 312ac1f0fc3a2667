"""What the case workers' pages share: whom they let in, and what is written down of what they see."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import staff_required
from pretraject.core.errors import NotFoundError
from pretraject.enrolment import seeing
from pretraject.enrolment.models import Look, Person
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("cases", __name__)
case_workers = staff_required("case-worker", "administrator")


class NobodyLeftError(NotFoundError):
    """What this was about belongs to nobody any more: the person was erased."""


def looked(key: str, *, page: str) -> tuple[Look, Person]:
    """Return the look; write down that a page about somebody is seen. Raises LookNotFoundError.

    A form that is sent was seen before, and what it changes is written down with the change.
    """
    if request.method == "POST":
        return seeing.own_look(key)
    return seeing.seen(key, action="case.seen", page=page)


def opened(person: Person | None, *, reason: str) -> str:
    """Open a look at a person and return its key. Raises NobodyLeftError."""
    if person is None:
        raise NobodyLeftError
    return seeing.opened(person, action="case.found", reason=reason)


def to_person(key: str) -> ResponseReturnValue:
    """Lead to the page about the person."""
    return redirect(url_for("cases.person", look=key), code=303)
