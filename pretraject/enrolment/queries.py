"""What is read about people, their files and the policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from pretraject.accounts.birth_dates import BirthDate, parse_birth_date
from pretraject.core.clock import legal_date
from pretraject.core.crypto import Vault
from pretraject.core.errors import ConflictError, NotFoundError
from pretraject.enrolment.models import Enrolment, Identifier, Person, PolicyVersion
from pretraject.enrolment.policy import Policy, Rule, published_policy
from pretraject.enrolment.rules import FILE_NUMBER, WEWIS, end_of_term, normalise_file_number

DEFAULT_GROUP = "labour"
NO_POLICY = "no policy is published; run: pretraject content publish"


class NoPolicyError(ConflictError):
    """No policy has been published yet."""


class NoRuleError(ConflictError):
    """The policy has no rule in force for the person's track."""


class PersonNotFoundError(NotFoundError):
    """There is no such person."""


@dataclass(frozen=True)
class JudgingRules:
    """The rules a person may be judged by.

    Without an enrolment only the rule at submission counts. `consequence` is what follows
    for the person's group when the rule at submission is not met.
    `enrolment` is the newest one, `policy` the one in force: for pages that explain them.
    """

    at_enrolment: Rule | None
    at_submission: Rule
    track: str
    group: str
    enrolled: bool
    consequence: str
    enrolment: Enrolment | None
    policy: Policy

    @property
    def obliged(self) -> bool:
        """Say whether the course is a duty, as far as the enrolment says."""
        return self.obliges(self.enrolment.exemption if self.enrolment else None)

    @property
    def due_on(self) -> date | None:
        """Return the last day of the term, as far as the enrolment says."""
        return self.due_unless(self.enrolment.exemption if self.enrolment else None)

    def grants(self, exemption: str | None) -> bool:
        """Say whether the rule in force lets an exemption lift the duty."""
        return exemption in self.policy.exempt_groups_of(self.at_submission)

    def obliges(self, exemption: str | None) -> bool:
        """Say whether the course is a duty: a permit of a region where it holds, a track with a term."""
        enrolment, rule = self.enrolment, self.at_submission
        if enrolment is None or self.grants(exemption) or rule.term_months is None:
            return False
        return enrolment.competent_region in self.policy.regions_of(rule)

    def due_unless(self, exemption: str | None) -> date | None:
        """Return the last day of the term; None without a duty, or while arrival is not known."""
        arrival = self.enrolment.arrival_date if self.enrolment else None
        months = self.at_submission.term_months
        if not (self.obliges(exemption) and arrival and months):
            return None
        return end_of_term(arrival, months=months)


@dataclass(frozen=True)
class IdentifierShown:
    """A number in readable form."""

    issuer: str
    kind: str
    value: str
    valid_from: datetime
    valid_to: datetime | None


def current_policy(session: Session) -> tuple[PolicyVersion, Policy]:
    """Return the policy in force. Raises NoPolicyError."""
    version = _find_version(session)
    if version is None:
        raise NoPolicyError(NO_POLICY)
    return version, published_policy(version.body)


def find_policy(session: Session) -> Policy | None:
    """Return the policy in force; None before any was published."""
    version = _find_version(session)
    return published_policy(version.body) if version else None


def policy_state(session: Session) -> datetime | None:
    """Return since when the policy in force is current; None before any was published."""
    return session.scalar(select(func.max(PolicyVersion.current_since)))


def person_of_account(session: Session, account_id: int) -> Person:
    """Return the person an account belongs to. Raises PersonNotFoundError."""
    person = session.scalars(select(Person).where(Person.account_id == account_id)).one_or_none()
    if person is None:
        raise PersonNotFoundError
    return person


def find_person_by_file_number(
    session: Session, vault: Vault, number: str, *, issuer: str = WEWIS
) -> Person | None:
    """Return the person with this file number, however it is written."""
    index = file_number_index(vault, number, issuer=issuer)
    if index is None:
        return None
    return session.scalars(
        select(Person)
        .join(Identifier, Identifier.person_id == Person.id)
        .where(Identifier.issuer == issuer, Identifier.kind == FILE_NUMBER, Identifier.value_index == index)
    ).one_or_none()


def file_number_index(vault: Vault, number: str, *, issuer: str) -> str | None:
    """Return what a file number is found by; None when it cannot be one."""
    normal = normalise_file_number(number)
    return None if normal is None else normalised_index(vault, normal, issuer=issuer, kind=FILE_NUMBER)


def normalised_index(vault: Vault, value: str, *, issuer: str, kind: str) -> str:
    """Return what a number that can be one is found by, however it is written."""
    normal = normalise_file_number(value) or value
    return vault.index(normal, purpose=f"identifier:{issuer}:{kind}")


def enrolments_of(session: Session, person: Person, *, withdrawn: bool = False) -> Sequence[Enrolment]:
    """Return the person's enrolments that hold, newest first; if asked, the withdrawn ones too."""
    query = select(Enrolment).where(Enrolment.person_id == person.id)
    if not withdrawn:
        query = query.where(Enrolment.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())).all()


def identifiers_of(
    session: Session, vault: Vault, person: Person, *, kind: str = FILE_NUMBER
) -> list[IdentifierShown]:
    """Return the person's numbers, newest first."""
    rows = session.scalars(
        select(Identifier)
        .where(Identifier.person_id == person.id, Identifier.kind == kind)
        .order_by(Identifier.valid_from.desc(), Identifier.id.desc())
    )
    return [_shown(vault, row) for row in rows]


def identifiers_of_many(
    session: Session, vault: Vault, person_ids: Collection[int], *, reader: str, kind: str = FILE_NUMBER
) -> dict[int, list[str]]:
    """Return the numbers of several people, each one's newest first; one query.

    Numbers are unique per issuer only. To a reader who issues numbers too, another
    issuer's number is written with its issuer in front, `dvz:2027/12345`: the bare number
    could be somebody else's there. A file number holds no colon.
    """
    columns = Identifier.__table__.c
    rows = session.execute(
        select(columns.person_id, columns.issuer, columns.value_sealed, columns.value_index)
        .where(columns.person_id.in_(person_ids), columns.kind == kind)
        .order_by(columns.valid_from.desc(), columns.id.desc())
    )
    found: dict[int, list[str]] = {}
    for person_id, issuer, sealed, index in rows:
        value = vault.open(sealed, place=identifier_place(issuer, kind, index))
        number = value if issuer == reader else f"{issuer}:{value}"
        found.setdefault(person_id, []).append(number)
    return found


def birth_date_of_person(vault: Vault, person: Person) -> BirthDate | None:
    """Return the birth date on record."""
    if person.birth_date_sealed is None:
        return None
    return parse_birth_date(vault.open(person.birth_date_sealed, place=birth_date_place(person.key)))


def birth_date_place(key: str) -> str:
    """Return the place a person's birth date is sealed for."""
    return f"person.birth_date:{key}"


def identifier_place(issuer: str, kind: str, index: str) -> str:
    """Return the place an identifier is sealed for: its index names the row."""
    return f"identifier.value:{issuer}:{kind}:{index}"


def rules_for(session: Session, person: Person, *, at: datetime) -> JudgingRules:
    """Return the rules a person may be judged by at a moment.

    The newest enrolment counts. Its rule is the one that the policy current at enrolment
    had in force that day. One query. Raises NoPolicyError, NoRuleError.
    """
    in_force, enrolment, version = _get_policies(session, person)
    return judge_by(in_force, enrolment, version, declared_group=person.declared_group, at=at)


def judge_by(
    in_force: PolicyVersion,
    enrolment: Enrolment | None,
    version: PolicyVersion | None,
    *,
    declared_group: str | None,
    at: datetime,
) -> JudgingRules:
    """Return the rules that follow from the policy in force, an enrolment, and its own policy.

    Raises NoRuleError.
    """
    policy = published_policy(in_force.body)
    group = enrolment.group if enrolment else declared_group or DEFAULT_GROUP
    if group not in policy.groups:
        raise NoRuleError(f"the policy does not know the group {group!r}")
    track = policy.track_of(group)
    now = policy.rule_for(track, legal_date(at))
    if now is None:
        raise NoRuleError(f"no rule is in force for the track {track!r}")
    then = None
    if enrolment is not None and version is not None:
        then = published_policy(version.body).rule_for(track, legal_date(enrolment.enrolled_at))
    return JudgingRules(
        at_enrolment=then,
        at_submission=now,
        track=track,
        group=group,
        enrolled=enrolment is not None,
        consequence=policy.consequence_of(group, now),
        enrolment=enrolment,
        policy=policy,
    )


def rule_for_visitors(session: Session, *, at: datetime) -> Rule:
    """Return the rule to show to somebody nobody knows. Raises NoPolicyError, NoRuleError."""
    _, policy = current_policy(session)
    track = policy.groups[DEFAULT_GROUP].track if DEFAULT_GROUP in policy.groups else policy.rules[0].track
    rule = policy.rule_for(track, legal_date(at))
    if rule is None:
        raise NoRuleError(f"no rule is in force for the track {track!r}")
    return rule


def lock_person(session: Session, person: Person) -> None:
    """Hold a person's row until the transaction ends and read it anew."""
    session.refresh(person, with_for_update=True)


def _get_policies(
    session: Session, person: Person
) -> tuple[PolicyVersion, Enrolment | None, PolicyVersion | None]:
    """Return the current policy, the person's newest enrolment, and the policy of then."""
    current = aliased(PolicyVersion)
    of_enrolment = aliased(PolicyVersion)
    row = session.execute(
        select(current, Enrolment, of_enrolment)
        .select_from(current)
        .outerjoin(Enrolment, and_(Enrolment.person_id == person.id, Enrolment.withdrawn_at.is_(None)))
        .outerjoin(of_enrolment, of_enrolment.id == Enrolment.policy_version_id)
        .order_by(
            current.current_since.desc(),
            current.id.desc(),
            Enrolment.enrolled_at.desc(),
            Enrolment.id.desc(),
        )
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NoPolicyError(NO_POLICY)
    in_force, enrolment, version = row
    return in_force, enrolment, version


def _find_version(session: Session) -> PolicyVersion | None:
    return session.scalars(
        select(PolicyVersion).order_by(PolicyVersion.current_since.desc(), PolicyVersion.id.desc()).limit(1)
    ).one_or_none()


def _shown(vault: Vault, row: Identifier) -> IdentifierShown:
    value = vault.open(row.value_sealed, place=identifier_place(row.issuer, row.kind, row.value_index))
    return IdentifierShown(row.issuer, row.kind, value, row.valid_from, row.valid_to)
