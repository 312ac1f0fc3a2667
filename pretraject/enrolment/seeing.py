"""What the doors of staff share: who looks, at whom and why, and writing it down."""

from sqlalchemy.orm import Session

from pretraject.accounts.login import current_visitor
from pretraject.audit.actions import note
from pretraject.audit.rules import staff
from pretraject.enrolment.looks import get_look, open_look
from pretraject.enrolment.models import Look, Person
from pretraject.web.context import now
from pretraject.web.sessions import session, short_write


def member() -> int:
    """Return the account of the member of staff on a page that asks staff to sign in."""
    visitor = current_visitor()
    if visitor is None:
        raise LookupError("a page for staff let somebody else in")
    return visitor.account_id


def noted(
    action: str, person_id: int | None = None, *, within: Session = session, **detail: int | str
) -> None:
    """Write down what the member did; the last step before the commit."""
    note(within, actor=staff(member()), action=action, at=now(), person_id=person_id, **detail)


def opened(person: Person, *, action: str, reason: str) -> str:
    """Open a look at a person, write it down, commit, and return its key."""
    key = open_look(session, person=person, account_id=member(), reason=reason, at=now()).key
    noted(action, person.id, reason=reason)
    session.commit()
    return key


def own_look(key: str) -> tuple[Look, Person]:
    """Return the member's look and whom it is at. Raises LookNotFoundError."""
    return get_look(session, key, account_id=member(), at=now())


def seen(key: str, *, action: str, **detail: str) -> tuple[Look, Person]:
    """Write down that a page about somebody is seen, and why; return the look. Raises LookNotFoundError."""
    look, person = own_look(key)
    person_id, reason = person.id, look.reason
    with short_write() as writer:
        noted(action, person_id, within=writer, reason=reason, **detail)
        writer.commit()
    return own_look(key)
