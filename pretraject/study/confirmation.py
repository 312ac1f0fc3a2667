"""The confirmation of a completed track, to print: in Dutch and in the learner's language."""

from flask import render_template

from pretraject.accounts.login import current_account, learner_required
from pretraject.certificates.statement import confirmed_by, statements_of
from pretraject.completion import queries as completions
from pretraject.core.locales import SOURCE, Language, language_of
from pretraject.enrolment.queries import identifiers_of
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.web.context import page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.sessions import session


@bp.get("/my/confirmation/<reference>/")
@learner_required
@unstored
def confirmation(reference: str) -> str:
    """Show a completion to its owner, ready to print."""
    reader = current_reader()
    confirmed = confirmed_by(completions.get_completion(session, reader, reference))
    numbers = [number.value for number in identifiers_of(session, vault(), reader)]
    return render_template(
        "study/confirmation.html",
        confirmed=confirmed,
        statements=statements_of(confirmed, numbers, beside=own_language()),
    )


def own_language() -> Language:
    """Return the learner's language: the page's, or that of the account on a Dutch page."""
    account = current_account()
    if page_language().locale == SOURCE and account is not None:
        return language_of(account.locale)
    return page_language()
