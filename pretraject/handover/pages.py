"""What the counsellors' pages share: whom they let in, and what is written down of what they see."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import staff_required
from pretraject.enrolment import seeing
from pretraject.enrolment.models import Look, Person
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("handover", __name__)
counsellors = staff_required("counsellor", "administrator")


def seen(key: str) -> tuple[Look, Person]:
    """Write down that a page about somebody is seen, and return the look. Raises LookNotFoundError."""
    return seeing.seen(key, action="handover.looked")


def to_person(key: str) -> ResponseReturnValue:
    """Lead to the page about the person."""
    return redirect(url_for("handover.person", look=key), code=303)
