"""Whether each completion follows from what its person did, and all that follows is there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from pretraject.assessment.models import Attempt
from pretraject.catalogue.models import ReleaseLesson
from pretraject.completion import rules
from pretraject.completion.chain import BATCH
from pretraject.completion.models import ModuleCompletion, TrackCompletion
from pretraject.completion.policy_change import is_taken_up
from pretraject.completion.queries import candidates
from pretraject.core.clock import LEGAL_ZONE
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.enrolment.policy import Rule
from pretraject.learning.models import LessonRead
from pretraject.verification.rulebook import Rulebook, is_nameless


def tested_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which modules are said to be tested or passed without a test that says so."""
    query = (
        select(ModuleCompletion, Attempt)
        .outerjoin(Attempt, Attempt.id == ModuleCompletion.attempt_id)
        .where(ModuleCompletion.basis.in_([rules.TESTED, rules.PASSED]))
        .order_by(ModuleCompletion.id)
        .execution_options(yield_per=BATCH)
    )
    for fact, attempt in session.execute(query):
        problem = "no test says so" if attempt is None else _differs(fact, attempt)
        if problem:
            yield f"module_completion {fact.id}: {fact.basis}, but {problem}"


def _differs(fact: ModuleCompletion, attempt: Attempt) -> str | None:
    """Return in what a completion differs from the test it is about."""
    if fact.basis == rules.PASSED and not attempt.passed:
        return f"attempt {attempt.id} was not passed"
    told = {
        "person": (fact.person_id, attempt.person_id),
        "module": (fact.module, attempt.module),
        "release": (fact.release_id, attempt.release_id),
        "rule": (fact.rule_version, attempt.rule_version),
        "moment": (fact.completed_at, attempt.submitted_at),
        "assurance": (fact.assurance, rules.UNSUPERVISED),
    }
    differing = [name for name, (here, there) in told.items() if here != there]
    return f"attempt {attempt.id} has another {', '.join(differing)}" if differing else None


def untaken_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which tests handed in or passed are not known as such."""
    for basis, condition in (
        (rules.TESTED, Attempt.submitted_at.is_not(None)),
        (rules.PASSED, Attempt.passed.is_(True)),
    ):
        known = exists().where(
            ModuleCompletion.person_id == Attempt.person_id,
            ModuleCompletion.module == Attempt.module,
            ModuleCompletion.basis == basis,
        )
        for attempt_id in session.scalars(select(Attempt.id).where(condition, ~known).order_by(Attempt.id)):
            yield f"attempt {attempt_id}: no module_completion says {basis}"


def followed_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which modules are said to be followed by somebody who read otherwise.

    What was read is dropped when its time is over; so only what is left is held against it:
    the last lesson read is the moment of following.
    """
    read = and_(
        LessonRead.person_id == ModuleCompletion.person_id,
        LessonRead.module == ModuleCompletion.module,
        LessonRead.lesson.in_(
            select(ReleaseLesson.slug).where(ReleaseLesson.release_id == ModuleCompletion.release_id)
        ),
    )
    lessons = (
        select(func.count()).where(ReleaseLesson.release_id == ModuleCompletion.release_id).scalar_subquery()
    )
    query = (
        select(ModuleCompletion, Person, lessons, func.count(LessonRead.id), func.max(LessonRead.read_at))
        .join(Person, Person.id == ModuleCompletion.person_id)
        .outerjoin(LessonRead, read)
        .where(ModuleCompletion.basis == rules.FOLLOWED)
        .group_by(ModuleCompletion.id, Person.id)
        .order_by(ModuleCompletion.id)
        .execution_options(yield_per=BATCH)
    )
    for fact, person, wanted, count, last in session.execute(query):
        problem = _read_otherwise(fact, person, wanted, count, last, book)
        if problem:
            yield f"module_completion {fact.id}: followed, but {problem}"


def _read_otherwise(
    fact: ModuleCompletion, person: Person, wanted: int, count: int, last: datetime | None, book: Rulebook
) -> str | None:
    if fact.rule_version not in book.rules:
        return "by a rule that no policy has"
    if fact.assurance != rules.UNSUPERVISED:
        return "nobody watches reading"
    if is_nameless(person) or book.reads_may_be_gone(fact.completed_at):
        return None
    if count < wanted or not wanted:
        return f"{count} of {wanted} lessons were read"
    return "the last lesson was read at another moment" if last != fact.completed_at else None


def unfollowed_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which people read every lesson of a release and are not known to have followed it."""
    wanted = select(func.count()).where(ReleaseLesson.release_id == LessonRead.release_id).scalar_subquery()
    known = exists().where(
        ModuleCompletion.person_id == LessonRead.person_id,
        ModuleCompletion.module == LessonRead.module,
        ModuleCompletion.basis == rules.FOLLOWED,
    )
    query = (
        select(LessonRead.person_id, LessonRead.module)
        .where(~known)
        .group_by(LessonRead.person_id, LessonRead.module, LessonRead.release_id)
        .having(func.count() == wanted)
        .order_by(LessonRead.person_id, LessonRead.module)
    )
    for person_id, module in session.execute(query):
        yield f"person {person_id}: read all of {module}, but no module_completion says followed"


def track_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield which tracks are said to be completed without the modules their rule asks for."""
    last = 0
    while True:
        batch = session.execute(
            select(TrackCompletion, Person)
            .join(Person, Person.id == TrackCompletion.person_id)
            .where(TrackCompletion.id > last)
            .order_by(TrackCompletion.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        facts = _facts_of(session, [completion.person_id for completion, _ in batch])
        for completion, person in batch:
            for problem in _track_problems(completion, person, facts[completion.person_id], book):
                yield f"track_completion {completion.id}: {problem}"
        last = batch[-1][0].id
        session.expunge_all()


def _facts_of(session: Session, persons: Sequence[int]) -> defaultdict[int, list[ModuleCompletion]]:
    found: defaultdict[int, list[ModuleCompletion]] = defaultdict(list)
    for fact in session.scalars(
        select(ModuleCompletion).where(ModuleCompletion.person_id.in_(persons)).order_by(ModuleCompletion.id)
    ):
        found[fact.person_id].append(fact)
    return found


def _track_problems(
    completion: TrackCompletion, person: Person, facts: Sequence[ModuleCompletion], book: Rulebook
) -> Iterator[str]:
    rule = book.rules.get(completion.rule_version)
    if rule is None or rule.track != completion.track:
        yield "it was judged by a rule that no policy has for this track"
        return
    if not rules.is_filled(rule, facts):
        yield "its rule asks for modules that are not completed"
    if completion.completed_at not in _moments(rule, facts):
        yield "at that moment nothing was completed"
    if completion.assurance != rules.UNSUPERVISED:
        yield "nobody supervised its modules"
    if completion.disputed and person.last_disputed_at is None:
        yield "it is disputed, but nobody disputed it"


def _moments(rule: Rule, facts: Sequence[ModuleCompletion]) -> set[datetime]:
    """Return the moments at which a rule's demand can have been filled."""
    accepted = rules.FULFILLED_BY[rule.completion]
    begin = datetime.combine(rule.from_, time.min, LEGAL_ZONE)
    return {begin} | {
        fact.completed_at for fact in facts if fact.module in rule.modules and fact.basis in accepted
    }


def uncompleted_faults(session: Session, book: Rulebook) -> Iterator[str]:
    """Yield who completed all that is asked for, without a completion of the track.

    Not while a new policy waits to be taken up: then `work` still adds some.
    """
    if book.current is None or not is_taken_up(session, at=book.at):
        return
    seen: set[int] = set()
    for rule in sorted(book.rules.values(), key=lambda one: one.version):
        done = exists().where(TrackCompletion.person_id == Person.id, TrackCompletion.track == rule.track)
        query = select(Person).where(~done, *_all_modules(rule)).order_by(Person.id)
        for person in session.scalars(query):
            if person.id not in seen and _is_due(session, person, at=book.at):
                seen.add(person.id)
                yield f"person {person.id}: completed all modules, but no track_completion says so"


def _all_modules(rule: Rule) -> list[ColumnElement[bool]]:
    """Return that the query's person completed each module a rule asks for."""
    conditions: list[ColumnElement[bool]] = []
    for module in rule.modules:
        fact: Any = aliased(ModuleCompletion)
        conditions.append(
            exists().where(
                fact.person_id == Person.id,
                fact.module == module,
                fact.basis.in_(rules.FULFILLED_BY[rule.completion]),
            )
        )
    return conditions


def _is_due(session: Session, person: Person, *, at: datetime) -> bool:
    """Say whether the rules that hold for a person make a completion of what they did."""
    if is_nameless(person):
        return False
    try:
        judging = people.rules_for(session, person, at=at)
    except people.NoRuleError:
        return False
    facts = _facts_of(session, [person.id])[person.id]
    track = exists().where(TrackCompletion.person_id == person.id, TrackCompletion.track == judging.track)
    return not session.scalar(select(track)) and any(
        rules.is_filled(rule, facts) for rule in candidates(judging).values()
    )
