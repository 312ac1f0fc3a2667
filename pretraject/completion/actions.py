"""What changes when someone completes something: facts are added, never altered."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pretraject.assessment import queries as tests
from pretraject.completion import queries, rules
from pretraject.completion.decision_queries import confirmed_of
from pretraject.completion.models import ModuleCompletion, TrackCompletion
from pretraject.completion.telling import tell, tell_decision
from pretraject.core.once import insert_once
from pretraject.enrolment import queries as people
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import JudgingRules
from pretraject.learning import queries as learning
from pretraject.learning.models import LessonRead


@dataclass
class NewFacts:
    """What turned out to be completed that was not known before."""

    modules: list[ModuleCompletion] = field(default_factory=list)
    tracks: list[TrackCompletion] = field(default_factory=list)


def record(session: Session, *, person: Person, at: datetime) -> NewFacts:
    """Add every fact that follows from what the person has done by now.

    To be called in the transaction of whatever may complete something: a lesson read, a
    test handed in, a code linked, a group or an exemption changed, a policy in force.
    Doing it again adds nothing. An exemption adds nothing either: it is no completion.
    """
    people.lock_person(session, person)
    judging = people.rules_for(session, person, at=at)
    facts = NewFacts(modules=_record_modules(session, person, judging))
    _record_track(session, person, judging, facts, at=at)
    _tell(session, person, at=at)
    return facts


def _record_modules(session: Session, person: Person, judging: JudgingRules) -> list[ModuleCompletion]:
    """Add the modules that were followed, tested or passed and are not known as such."""
    known = {(fact.module, fact.basis) for fact in queries.module_facts(session, person)}
    added: list[ModuleCompletion] = []
    for values in (*_tested(session, person), *_followed(session, person, judging)):
        place = (values["module"], values["basis"])
        if place in known:
            continue
        known.add(place)
        values |= {"person_id": person.id, "assurance": rules.UNSUPERVISED}
        fact = insert_once(session, ModuleCompletion, values, key=("person_id", "module", "basis"))
        if fact is not None:
            added.append(fact)
    return added


def _tested(session: Session, person: Person) -> Iterator[dict[str, Any]]:
    """Yield what the attempts say, oldest first; each keeps the rule it was judged by."""
    for attempt in tests.submitted_attempts(session, person):
        for basis in (rules.TESTED, rules.PASSED) if attempt.passed else (rules.TESTED,):
            yield {
                "module": attempt.module,
                "basis": basis,
                "attempt_id": attempt.id,
                "release_id": attempt.release_id,
                "rule_version": attempt.rule_version,
                "completed_at": attempt.submitted_at,
            }


def _followed(session: Session, person: Person, judging: JudgingRules) -> Iterator[dict[str, Any]]:
    """Yield the modules of which every lesson was read, of one release.

    That is the release served now or one the person read from: somebody who has read all
    there was does not lose it because a lesson was added.
    """
    reads: defaultdict[str, list[LessonRead]] = defaultdict(list)
    for read in learning.reads_of(session, person):
        reads[read.module].append(read)
    served = queries.current_releases(session, set(reads))
    releases = {
        module: [served[module]] * (module in served)
        + sorted({read.release_id for read in of_module}, reverse=True)
        for module, of_module in reads.items()
    }
    lessons = queries.lessons_of_releases(session, {one for some in releases.values() for one in some})
    for module, of_module in reads.items():
        read_at = {read.lesson: read.read_at for read in of_module}
        for release in releases[module]:
            if lessons[release] and lessons[release] <= read_at.keys():
                yield {
                    "module": module,
                    "basis": rules.FOLLOWED,
                    "release_id": release,
                    "rule_version": judging.at_submission.version,
                    "completed_at": max(read_at[lesson] for lesson in lessons[release]),
                }
                break


def _record_track(
    session: Session, person: Person, judging: JudgingRules, new: NewFacts, *, at: datetime
) -> None:
    """Add the track when its modules are completed by the rule at enrolment or in force now.

    Where both are filled, it is the rule by which the modules themselves were judged.
    """
    track = judging.track
    if any(one.track == track for one in queries.completions_of(session, person)):
        return
    facts = queries.module_facts(session, person)
    filled = [one for one in queries.candidates(judging).items() if rules.is_filled(one[1], facts)]
    if not filled:
        return
    judged_by, rule = min(filled, key=lambda one: rules.judged_elsewhere(one[1], facts))
    values = {
        "person_id": person.id,
        "track": track,
        "rule_version": rule.version,
        "judged_by": judged_by,
        "assurance": rules.UNSUPERVISED,
        "reference": rules.reference(secrets.choice),
        "completed_at": min(at, rules.filled_at(rule, facts)),
        "disputed": any(
            rules.is_disputed(begun, person.last_disputed_at)
            for begun in queries.begun_at(session, rules.fulfilling(rule, facts).values())
        ),
    }
    completion = insert_once(session, TrackCompletion, values, key=("person_id", "track"))
    if completion is not None:
        new.tracks.append(completion)


def _tell(session: Session, person: Person, *, at: datetime) -> None:
    """Add an event for each recipient of a track that an authority enrolled the person in.

    What was decided is told too: a recipient that a new policy names knows nothing of it.
    """
    completions = queries.completions_of(session, person)
    decisions = confirmed_of(session, person)
    if not completions and not decisions:
        return
    _, policy = people.current_policy(session)
    tracks = queries.tracks_enrolled(session, person, policy)
    for completion in completions:
        if completion.track in tracks:
            tell(
                session,
                policy.recipients_of(completion.track),
                kind=rules.COMPLETED,
                reference=completion.reference,
                person_id=completion.person_id,
                track_completion_id=completion.id,
                payload=rules.completed_payload(completion),
                at=at,
            )
    for decision in decisions:
        if decision.track in tracks:
            tell_decision(session, policy.recipients_of(decision.track), decision, at=at)
