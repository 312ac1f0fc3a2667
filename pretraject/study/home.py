"""The first page: what this is, for whom, and the one thing to do next."""

from collections.abc import Sequence

from flask import render_template

from pretraject.assessment import queries as attempts
from pretraject.catalogue import queries as catalogue
from pretraject.core.clock import legal_date
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import find_policy
from pretraject.learning import queries as reading
from pretraject.study import words
from pretraject.study.going_on import GoingOn, going_on
from pretraject.study.pages import bp
from pretraject.study.reader import find_reader
from pretraject.web.access import public
from pretraject.web.context import now, page_language
from pretraject.web.page_cache import same_for_all
from pretraject.web.sessions import session

LABOUR = "labour"
"""Group whose rules the first page explains: for families nothing is a duty."""


@bp.get("/")
@public
@same_for_all
def home() -> str:
    """Welcome a visitor, or lead a learner to where they were."""
    reader = find_reader()
    return render_template(
        "study/home.html",
        reader=reader,
        going=going_on_of(reader) if reader else None,
        rules_of_work=rules_of_work(),
    )


def rules_of_work() -> Sequence[str]:
    """Say what counts for people who come to work, as far as it is published."""
    policy, today = find_policy(session), legal_date(now())
    if policy is None or LABOUR not in policy.groups:
        return ()
    rule = policy.rule_for(policy.track_of(LABOUR), today)
    if rule is None:
        return ()
    return (
        words.demand_words(rule.completion),
        words.consequence_words(
            policy.consequence_of(LABOUR, rule), later=policy.next_consequence(LABOUR, after=today)
        ),
    )


def going_on_of(reader: Person) -> GoingOn | None:
    """Return what comes next where the reader was last; None before any module was opened."""
    progress = reading.progress_of(session, reader)
    if progress.place is None:
        return None
    module = catalogue.get_module(session, progress.place[0], page_language().locale)
    tries = attempts.attempts_by_module(session, reader).get(module.slug, ())
    return going_on(
        module,
        read=progress.read.get(module.slug, ()),
        place=progress.lesson_in(module.slug),
        passed=any(attempt.passed for attempt in tries),
    )
