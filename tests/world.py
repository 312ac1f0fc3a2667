"""A small world for tests of what learners do: rules, a module, people, tests taken."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

import yaml
from sqlalchemy import select

from pretraject.accounts.models import Account
from pretraject.assessment import actions as assessment
from pretraject.assessment import queries as attempts
from pretraject.catalogue.models import Module, Release, ReleaseLesson, ReleaseQuestion
from pretraject.completion.actions import record
from pretraject.core.crypto import Vault
from pretraject.enrolment.models import Enrolment, Identifier, Person
from pretraject.enrolment.policy_release import publish_policy
from pretraject.enrolment.queries import current_policy, file_number_index, identifier_place
from pretraject.learning.actions import mark_read

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VAULT = Vault("a-long-secret-that-is-only-used-in-tests-0123")
MODULE = "history-of-belgium"
LESSONS = ("before-belgium", "revolution")

_number = count(1)


def rule(track="labour", **given):
    """A rule as the policy file has it."""
    sound = {
        "track": track,
        "from": date(2025, 1, 1),
        "completion": "passed",
        "modules": [MODULE],
        "bars": {"overall": 70, "values": 80, "practical": 50},
        "draw": {"values": 5, "practical": 10},
        "wait-hours": 24,
        "term-months": 6,
        "renewal": {"opens-days": 137, "closes-days": 61},
        "consequence": "none",
        "assumptions": ["completion"],
    }
    return sound | given


class _Plain(yaml.SafeDumper):
    """Writes YAML without aliases, which content files may not have."""

    def ignore_aliases(self, data):
        return True


def agency(**given):
    """An agency as the policy file has it."""
    sound = {
        "id": "amal",
        "name": "Amal",
        "place": "Gent",
        "postcodes": ["9000"],
        "tasks": ["trajectory", "dutch"],
        "website": "https://www.amal.gent",
        "from": date(2025, 1, 1),
    }
    return sound | given


def publish_rules(session, *rules, at=AT - 300 * DAY, recipients=None, agencies=()):
    """Publish a policy of these rules; a track without any has the usual one."""
    given = {one["track"] for one in rules}
    others = [rule(track) for track in ("labour", "family") if track not in given]
    policy = {
        "groups": {
            "family": {"track": "family"},
            "labour": {"track": "labour"},
            "partner": {"track": "labour", "consequence": "none"},
        },
        "regions": ["flanders"],
        "exemptions": ["seasonal", "other"],
        "recipients": recipients or {"wewis": {"tracks": ["labour", "family"]}},
        "rules": [*rules, *others],
        "agencies": list(agencies),
    }
    return publish_policy(session, yaml.dump(policy, Dumper=_Plain, sort_keys=False), at=at)


def make_release(session, module=MODULE, *, values=10, practical=20, pilots=0, lessons=LESSONS, **given):
    """Publish a module whose right answer is always `a`."""
    owner = session.scalars(select(Module).where(Module.slug == module)).one_or_none() or Module(slug=module)
    session.add(owner)
    session.flush()
    number = next(_number)
    sound = {
        "module_id": owner.id,
        "number": number,
        "fingerprint": f"{number:064}",
        "published_at": AT - 200 * DAY,
        "minutes": 10,
        "themes": ["history", "values"],
        "languages": ["nl"],
    }
    release = _save(session, Release(**sound | given))
    owner.current_release_id = release.id
    kinds = ["values"] * values + ["practical"] * (practical + pilots)
    for position, kind in enumerate(kinds, start=1):
        pilot = position > values + practical
        session.add(_question(release, position, kind, pilot))
    for position, slug in enumerate(lessons, start=1):
        session.add(_lesson(release, position, slug))
    session.flush()
    return release


def _question(release, position, kind, pilot):
    return ReleaseQuestion(
        release_id=release.id,
        question_id=f"hb-{position:03}",
        position=position,
        lesson=LESSONS[0],
        theme=("history", "values", "migration")[position % 3],
        kind=kind,
        use="test",
        type="single",
        pilot=pilot,
        options=["a", "b", "c"],
        key=["a"],
    )


def _lesson(release, position, slug):
    return ReleaseLesson(
        release_id=release.id,
        slug=slug,
        position=position,
        minutes=5,
        skeleton=[],
        checked_on=AT.date(),
        sources=[],
    )


def make_person(session, **given):
    """Make somebody who registered without a file."""
    sound = {"key": f"{next(_number):032}", "declared_group": "labour", "created_at": AT - 100 * DAY}
    return _save(session, Person(**sound | given))


def enrol(session, person, *, number=None, group="labour", at=AT - 100 * DAY, region="flanders", **given):
    """Have an authority know the person under a file number, which is returned."""
    number = number or f"GV2026{next(_number):05}"
    identifier = add_file_number(session, person, number, at=at)
    version, _ = current_policy(session)
    _save(
        session,
        Enrolment(
            person_id=person.id,
            identifier_id=identifier.id,
            policy_version_id=version.id,
            issuer="wewis",
            group=group,
            competent_region=region,
            enrolled_at=at,
            **given,
        ),
    )
    return number


def add_file_number(session, person, number, *, at=AT - 100 * DAY):
    """Link one more file number to the person."""
    index = file_number_index(VAULT, number, issuer="wewis")
    place = identifier_place("wewis", "fileNumber", index)
    return _save(
        session,
        Identifier(
            person_id=person.id,
            issuer="wewis",
            kind="fileNumber",
            value_sealed=VAULT.seal(number, place=place),
            value_index=index,
            valid_from=at,
        ),
    )


def give_account(session, person):
    """Let a person sign in."""
    account = Account(kind="learner", locale="nl", created_at=AT, secret_hash="x", secret_kind="pin")
    session.add(account)
    session.flush()
    person.account_id = account.id
    session.flush()
    return account.id


def learner(session, **enrolment):
    """Make somebody who is enrolled."""
    person = make_person(session)
    enrol(session, person, **enrolment)
    return person


def begin_test(session, person, release, *, seed=1, drafted=False, at=AT, module=MODULE, locale="nl"):
    """Draw a test, or go on with the open one."""
    return assessment.start(
        session,
        person=person,
        module=module,
        release_id=release.id,
        locale=locale,
        random=Random(seed),
        drafted=drafted,
        at=at,
    )


def held(session, attempt, position):
    """Take a question of an attempt for held: nobody else is in this database."""
    drawn = attempts.drawn(session, attempt)
    return attempts.Held(attempt, drawn[position - 1], len(drawn))


def answer(session, attempt, *, values=5, practical=10, at=AT):
    """Answer so many questions of each kind rightly and the rest wrongly."""
    left = {"values": values, "practical": practical}
    for question in attempts.drawn(session, attempt):
        right = not question.pilot and left[question.kind] > 0
        left[question.kind] -= right
        assessment.save_answer(
            session,
            held(session, attempt, question.position),
            answer=["a"] if right else ["b"],
            locale="nl",
            drafted=False,
            at=at,
        )


def take_test(session, person, release, *, values=5, practical=10, at=AT, **given):
    """Take a whole test and hand it in."""
    attempt = begin_test(session, person, release, at=at, **given)
    answer(session, attempt, values=values, practical=practical, at=at)
    return assessment.hand_in(session, person=person, attempt=attempt, at=at)


def complete(session, person, release, *, at=AT, **given):
    """Pass the test and record what follows."""
    take_test(session, person, release, at=at, **given)
    return record(session, person=person, at=at)


def read_all(session, person, release, *, lessons=LESSONS, at=AT, module=MODULE):
    """Read these lessons."""
    for lesson in lessons:
        mark_read(session, person=person, module=module, lesson=lesson, release_id=release.id, at=at)


def _save(session, row):
    session.add(row)
    session.flush()
    return row
