"""What a counsellor sees of one person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pretraject.accounts.models import Account
from pretraject.catalogue.outlines import outlines
from pretraject.catalogue.reading import Passage
from pretraject.completion import queries as completions
from pretraject.completion.status import Status
from pretraject.core.clock import legal_date
from pretraject.core.locales import Language, language_of
from pretraject.enrolment.agencies import agencies_on
from pretraject.enrolment.codes import newest_code
from pretraject.enrolment.handing_over import find_handover
from pretraject.enrolment.models import AccessCode, Handover, Person
from pretraject.enrolment.policy import Agency


@dataclass(frozen=True)
class About:
    """How far somebody is, how they sign in, and who goes on with them."""

    status: Status
    modules: list[tuple[Passage, bool]]
    account: Account | None
    language: Language | None
    code: AccessCode | None
    handover: Handover | None
    agency: Agency | None


def about(session: Session, person: Person, *, locale: str, at: datetime) -> About:
    """Return what a counsellor sees of a person. Raises NoPolicyError, NoRuleError."""
    standing = completions.standing(session, person, at=at)
    views = outlines(session, [one.module for one in standing.modules], locale)
    account = account_of(session, person)
    noted = find_handover(session, person)
    known = agencies_on(standing.rules.policy, legal_date(at))
    return About(
        status=standing.status,
        modules=[(views[one.module].title, one.met) for one in standing.modules if one.module in views],
        account=account,
        language=language_by(account, standing.rules.enrolment.locale if standing.rules.enrolment else None),
        code=newest_code(session, person),
        handover=noted,
        agency=next((one for one in known if noted and one.id == noted.agency), None),
    )


def account_of(session: Session, person: Person) -> Account | None:
    """Return the account somebody signs in with, if they have one."""
    return session.get(Account, person.account_id) if person.account_id is not None else None


def language_by(account: Account | None, enrolled_in: str | None) -> Language | None:
    """Return the language of an account, else the one that was told at enrolment."""
    locale = account.locale if account else enrolled_in
    return language_of(locale) if locale else None
