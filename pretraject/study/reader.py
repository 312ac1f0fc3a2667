"""Who reads: the learner behind the browser, when there is one."""

from typing import cast

from flask import g

from pretraject.accounts.login import current_visitor
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import person_of_account
from pretraject.web.sessions import session


def find_learner() -> int | None:
    """Return the account of the learner who is signed in; None for visitors and for staff."""
    visitor = current_visitor()
    return visitor.account_id if visitor and visitor.kind == "learner" else None


def second_locale() -> str | None:
    """Return the language the learner chose to see beside the page's; None for visitors."""
    visitor = current_visitor()
    return visitor.second_locale if visitor else None


def current_learner() -> int:
    """Return the account behind a page that asks learners to sign in."""
    account_id = find_learner()
    if account_id is None:
        raise LookupError("a page for learners let somebody else in")
    return account_id


def find_reader() -> Person | None:
    """Return the learner who is signed in; None for visitors and for staff."""
    account_id = find_learner()
    if account_id is None:
        return None
    if "reader" not in g:
        g.reader = person_of_account(session, account_id)
    return cast(Person, g.reader)


def current_reader() -> Person:
    """Return the learner behind a page that asks to sign in."""
    reader = find_reader()
    if reader is None:
        raise LookupError("a page for learners let somebody else in")
    return reader
