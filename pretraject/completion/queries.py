"""What is read about completions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pretraject.assessment.models import Attempt
from pretraject.catalogue.models import Module, ReleaseLesson
from pretraject.completion import rules
from pretraject.completion.models import Decision, ModuleCompletion, TrackCompletion
from pretraject.completion.status import Status, status_of
from pretraject.core.errors import NotFoundError
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Identifier, Person
from pretraject.enrolment.policy import Policy, Rule
from pretraject.enrolment.queries import JudgingRules
from pretraject.enrolment.rules import FILE_NUMBER


class CompletionNotFoundError(NotFoundError):
    """The person has no completion with this reference."""


@dataclass(frozen=True)
class ModuleStanding:
    """How a person stands with one required module."""

    module: str
    needs: str
    bases: frozenset[str]
    met: bool


@dataclass(frozen=True)
class Standing:
    """How a person stands with their track, by the rule they are nearest to filling.

    `completion` is the one that a confirmation can be printed of: not one that was revoked or
    corrected. `status` says what counts by now, `exemption` the one in force.
    """

    rules: JudgingRules
    rule: Rule
    modules: tuple[ModuleStanding, ...]
    completion: TrackCompletion | None
    status: Status

    @property
    def exemption(self) -> str | None:
        """Return the exemption in force, whoever gave it."""
        return self.status.exemption


def module_facts(session: Session, person: Person) -> Sequence[ModuleCompletion]:
    """Return the modules the person completed, on every ground, oldest first."""
    return session.scalars(
        select(ModuleCompletion)
        .where(ModuleCompletion.person_id == person.id)
        .order_by(ModuleCompletion.completed_at, ModuleCompletion.id)
    ).all()


def completions_of(session: Session, person: Person) -> Sequence[TrackCompletion]:
    """Return the tracks the person completed, oldest first."""
    return session.scalars(
        select(TrackCompletion)
        .where(TrackCompletion.person_id == person.id)
        .order_by(TrackCompletion.completed_at, TrackCompletion.id)
    ).all()


def get_completion(session: Session, person: Person, reference: str) -> TrackCompletion:
    """Return the person's completion with this reference.

    Raises CompletionNotFoundError, for somebody else's reference too, and for one that was
    revoked or corrected.
    """
    revised = exists().where(Decision.revises == reference, Decision.outcome == "confirmed")
    completion = session.scalars(
        select(TrackCompletion).where(
            TrackCompletion.person_id == person.id, TrackCompletion.reference == reference, ~revised
        )
    ).one_or_none()
    if completion is None:
        raise CompletionNotFoundError(reference)
    return completion


def candidates(judging: JudgingRules) -> dict[str, Rule]:
    """Return the rules a person may be judged by, the one in force first."""
    found = {"submission": judging.at_submission}
    if judging.at_enrolment is not None:
        found["enrolment"] = judging.at_enrolment
    return found


def standing(session: Session, person: Person, *, at: datetime) -> Standing:
    """Return how the person stands: modules required, which are done, the completion."""
    status = status_of(session, person, at=at)
    judging = status.judging
    facts, tracks = _all_facts(session, person)
    rule = min(
        candidates(judging).values(),
        key=lambda one: len(set(one.modules)) - len(rules.fulfilling(one, facts)),
    )
    modules = []
    for module in rule.modules:
        bases = frozenset(fact.basis for fact in facts if fact.module == module)
        met = bool(bases & rules.FULFILLED_BY[rule.completion])
        modules.append(ModuleStanding(module, rule.completion, bases, met))
    stands = [one for one in tracks if one.reference == status.fact.reference]
    completion = stands[0] if stands and status.fact.word == "completed" else None
    return Standing(judging, rule, tuple(modules), completion, status)


def _all_facts(
    session: Session, person: Person
) -> tuple[Sequence[ModuleCompletion], Sequence[TrackCompletion]]:
    """Return the modules and the tracks the person completed, oldest first; one query."""
    rows = session.execute(
        select(ModuleCompletion, TrackCompletion)
        .select_from(Person)
        .outerjoin(ModuleCompletion, ModuleCompletion.person_id == Person.id)
        .outerjoin(TrackCompletion, TrackCompletion.person_id == Person.id)
        .where(Person.id == person.id)
        .order_by(
            ModuleCompletion.completed_at,
            ModuleCompletion.id,
            TrackCompletion.completed_at,
            TrackCompletion.id,
        )
    ).all()
    modules = {module.id: module for module, _track in rows if module is not None}
    tracks = {track.id: track for _module, track in rows if track is not None}
    return list(modules.values()), list(tracks.values())


def begun_at(session: Session, facts: Iterable[ModuleCompletion]) -> list[datetime]:
    """Return when the work behind each fact began: its test's start, else its own moment."""
    given = list(facts)
    tests = [fact.attempt_id for fact in given if fact.attempt_id is not None]
    rows = session.execute(
        select(Attempt.id, Attempt.started_at).where(Attempt.id.in_(tests)).order_by(Attempt.id)
    )
    started = {row.id: row.started_at for row in rows}
    return [started.get(fact.attempt_id or 0, fact.completed_at) for fact in given]


def tracks_enrolled(session: Session, person: Person, policy: Policy) -> set[str]:
    """Return the tracks an authority enrolled the person in, under a file number."""
    has_file = session.scalars(
        select(Identifier.id)
        .where(Identifier.person_id == person.id, Identifier.kind == FILE_NUMBER)
        .limit(1)
    ).first()
    if has_file is None:
        return set()
    groups = {one.group for one in people.enrolments_of(session, person)}
    return {policy.track_of(group) for group in groups & policy.groups.keys()}


def lessons_of_releases(session: Session, releases: set[int]) -> dict[int, set[str]]:
    """Return the lessons of each release."""
    found: dict[int, set[str]] = {release: set() for release in releases}
    for release_id, slug in session.execute(
        select(ReleaseLesson.release_id, ReleaseLesson.slug)
        .where(ReleaseLesson.release_id.in_(releases))
        .order_by(ReleaseLesson.release_id, ReleaseLesson.position)
    ):
        found[release_id].add(slug)
    return found


def current_releases(session: Session, modules: set[str]) -> dict[str, int]:
    """Return the release served now, by module."""
    return {
        slug: release_id
        for slug, release_id in session.execute(
            select(Module.slug, Module.current_release_id)
            .where(Module.slug.in_(modules), Module.current_release_id.is_not(None))
            .order_by(Module.slug)
        )
        if release_id is not None
    }
