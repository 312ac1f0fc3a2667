"""Putting a policy into force: one at a time, and never one that strands people."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.enrolment.models import Enrolment, Person, PolicyVersion
from pretraject.enrolment.policy import parse_policy

FILE = "content/policy.yaml"


def publish_policy(session: Session, text: str, *, at: datetime) -> PolicyVersion:
    """Put a policy into force; one that is current already changes nothing.

    Raises FaultyFilesError, also when a group is missing that people are in: nobody could
    judge them any more.
    """
    policy = parse_policy(text)
    missing = sorted(groups_in_use(session) - policy.groups.keys())
    if missing:
        raise FaultyFilesError([_lost(group) for group in missing])
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    current = session.scalars(
        select(PolicyVersion)
        .order_by(PolicyVersion.current_since.desc(), PolicyVersion.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if current is not None:
        if current.fingerprint == fingerprint:
            return current
        at = max(at, current.current_since + timedelta(microseconds=1))
    version = session.scalars(
        select(PolicyVersion).where(PolicyVersion.fingerprint == fingerprint)
    ).one_or_none()
    if version is None:
        version = PolicyVersion(fingerprint=fingerprint, body=text, published_at=at)
        session.add(version)
    version.current_since = at
    session.flush()
    return version


def groups_in_use(session: Session) -> set[str]:
    """Return the groups that somebody is enrolled in or chose when registering."""
    enrolled = select(Enrolment.group).where(Enrolment.withdrawn_at.is_(None))
    declared = select(Person.declared_group).where(Person.declared_group.is_not(None))
    return set(session.scalars(union(enrolled, declared)))


def _lost(group: str) -> Fault:
    problem = f"group {group} is missing, but people are in it"
    return Fault(FILE, None, problem, "keep the group, or give its people another one first")
