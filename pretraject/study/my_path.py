"""My path: where I am, what is next, what counts, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from sqlalchemy.orm import Session

from pretraject.accounts.login import learner_required
from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt
from pretraject.catalogue.outlines import outlines
from pretraject.catalogue.reading import ModuleView
from pretraject.completion import queries as completions
from pretraject.completion.queries import Standing
from pretraject.core.clock import legal_date
from pretraject.enrolment.agencies import agencies_on
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import JudgingRules
from pretraject.learning import queries as reading
from pretraject.study import words
from pretraject.study.continuing import noted_agency
from pretraject.study.going_on import GoingOn, going_on
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.web.context import now, page_language
from pretraject.web.headers import unstored
from pretraject.web.i18n import _, long_date
from pretraject.web.sessions import session


@dataclass(frozen=True)
class Stage:
    """One required module of somebody's path: how far they are, and their tries."""

    module: ModuleView
    met: bool
    read: frozenset[str]
    tries: Sequence[Attempt]
    waiting_until: datetime | None
    going: GoingOn


@dataclass(frozen=True)
class Dates:
    """The days that matter to a permit; each is absent when nothing depends on it."""

    arrival: date | None = None
    arrived: bool = False
    term_months: int | None = None
    end_of_term: date | None = None
    renewal_opens: date | None = None
    last_filing_day: date | None = None


@bp.get("/my/")
@learner_required
@unstored
def my_path() -> str:
    """Show a learner their path."""
    reader = current_reader()
    standing = completions.standing(session, reader, at=now())
    stages = stages_of(session, reader, standing, locale=page_language().locale, at=now())
    rules, today = standing.rules, legal_date(now())
    agencies = agencies_on(rules.policy, today) if rules.enrolled else []
    obliged = standing.status.obligation == "required"
    dates = dates_of(rules, on=today) if obliged else Dates()
    return render_template(
        "study/my_path.html",
        standing=standing,
        stages=stages,
        now_at=next((stage for stage in stages if not stage.met), None),
        dates=dates,
        date_rows=rows_of(dates),
        obliged=obliged,
        later=rules.policy.next_consequence(rules.group, after=today),
        agencies=agencies,
        agency=noted_agency(session, reader, agencies) if agencies else None,
        words=words,
    )


def stages_of(
    session: Session, reader: Person, standing: Standing, *, locale: str, at: datetime
) -> list[Stage]:
    """Return the required modules in the rule's order, with how far the reader is in each."""
    modules = outlines(session, standing.rule.modules, locale)
    tries = attempts.attempts_by_module(session, reader)
    progress = reading.progress_of(session, reader)
    hours = standing.rules.at_submission.wait_hours
    stages = []
    for each in standing.modules:
        if each.module not in modules:
            continue
        module = modules[each.module]
        own = tries.get(each.module, [])
        read = frozenset(progress.read.get(each.module, ()))
        stages.append(
            Stage(
                module=module,
                met=each.met,
                read=read,
                tries=own,
                waiting_until=attempts.again_from(own, wait_hours=hours, at=at),
                going=going_on(module, read=read, place=progress.lesson_in(each.module), passed=each.met),
            )
        )
    return stages


def dates_of(judging: JudgingRules, *, on: date) -> Dates:
    """Return the days that matter to the reader's permit, as far as they are known."""
    enrolment, rule = judging.enrolment, judging.at_submission
    if enrolment is None:
        return Dates()
    opens = closes = None
    if rule.renewal and enrolment.permit_expiry:
        opens, closes = rule.renewal.window(enrolment.permit_expiry)
    arrival = enrolment.arrival_date
    return Dates(
        arrival=arrival,
        arrived=arrival is not None and arrival <= on,
        term_months=rule.term_months,
        end_of_term=judging.due_unless(None),
        renewal_opens=opens,
        last_filing_day=closes,
    )


def rows_of(dates: Dates) -> list[tuple[str, str]]:
    """Return the days that are known, as labels and values."""
    rows = (
        (_("You arrived on") if dates.arrived else _("You arrive on"), dates.arrival),
        (_("Complete the course by"), dates.end_of_term),
        (_("Renewal window opens on"), dates.renewal_opens),
        (_("Your employer's last filing day"), dates.last_filing_day),
    )
    return [(str(label), long_date(day)) for label, day in rows if day is not None]
