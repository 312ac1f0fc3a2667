"""Every rule that was ever published, to judge again by."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.models import Person, PolicyVersion
from pretraject.enrolment.policy import Policy, Rule, parse_policy

READS_KEPT = timedelta(days=365)
"""Lessons read are kept for longer than this; what was read before may be dropped by now."""


@dataclass
class Rulebook:
    """The policies that were published, by number, what they ever said, and the time it is."""

    at: datetime
    policies: dict[int, Policy] = field(default_factory=dict)
    current: Policy | None = None
    current_since: datetime | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def reads_may_be_gone(self, followed_at: datetime) -> bool:
        """Say whether lessons read for this are too old to be surely kept still."""
        return followed_at < self.at - READS_KEPT

    def groups_of(self, track: str) -> set[str]:
        """Return the groups that ever had a track."""
        return {
            name
            for policy in self.policies.values()
            for name, group in policy.groups.items()
            if group.track == track
        }

    @property
    def exemptions(self) -> set[str]:
        """Return every exemption there ever was."""
        return {word for policy in self.policies.values() for word in policy.exemptions}

    def recipients_of(self, track: str) -> set[str]:
        """Return who was ever told of a track."""
        return {
            name
            for policy in self.policies.values()
            for name, recipient in policy.recipients.items()
            if track in recipient.tracks
        }


def read_rulebook(session: Session, *, at: datetime) -> Rulebook:
    """Read every policy, the newest last; one whose text was changed is a fault."""
    book = Rulebook(at)
    for version in session.scalars(
        select(PolicyVersion).order_by(PolicyVersion.current_since, PolicyVersion.id)
    ):
        if hashlib.sha256(version.body.encode()).hexdigest() != version.fingerprint:
            book.faults.append(f"policy_version {version.id}: its text was changed")
        try:
            policy = parse_policy(version.body, published=True)
        except FaultyFilesError:
            book.faults.append(f"policy_version {version.id}: its text is no policy")
            continue
        book.policies[version.id] = book.current = policy
        book.current_since = version.current_since
        book.rules |= {rule.version: rule for rule in policy.rules}
    return book


def policy_faults(_session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which policies are not as they were published."""
    yield from book.faults


def is_nameless(person: Person) -> bool:
    """Say whether a row is all that is left of somebody erased."""
    return person.account_id is None and person.birth_date_sealed is None and person.declared_group is None
