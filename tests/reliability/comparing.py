"""The comparison after a run: what was promised, what is stored, what the recipients took."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.completion import rules
from pretraject.completion.models import FeedEvent, FeedHead, ModuleCompletion, TrackCompletion
from pretraject.core.chain import START_HASH
from pretraject.core.db import Database
from pretraject.learning.models import LessonRead


@dataclass
class Verdict:
    """Every promise that was not kept, every thing stored twice, every fault of a feed."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    feed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self):
        """Return all of it."""
        return [*self.lost, *self.doubled, *self.feed]


def compare(url, lines=(), pullers=()):
    """Compare the ledger and what was pulled with the database."""
    database = Database(url)
    verdict = Verdict()
    with database.reading() as session:
        look_for_answers(session, lines, verdict)
        look_for_reading(session, lines, verdict)
        look_for_tests(session, lines, verdict)
        look_for_completions(session, lines, verdict)
        for recipient in sorted(set(session.scalars(select(FeedEvent.recipient)))):
            check_feed(session, recipient, verdict)
        for puller in pullers:
            check_pulled(session, puller, verdict)
    database.dispose()
    return verdict


def promises(lines, kind):
    """Return what was promised of one kind."""
    return [line for line in lines if line.get("promised") == kind]


def look_for_answers(session, lines, verdict):
    """Each promised answer is there, or a later one to the same question that was sent."""
    allowed = defaultdict(list)
    promised = set()
    for line in lines:
        place = (line.get("attempt"), line.get("position"))
        if line.get("sent") == "answer":
            allowed[place].append(line["ids"])
        elif line.get("promised") == "answer":
            allowed[place] = [line["ids"]]
            promised.add(place)
    stored = {
        (public_id, position): answer
        for public_id, position, answer in session.execute(
            select(Attempt.public_id, DrawnQuestion.position, DrawnQuestion.answer)
            .join(Attempt, Attempt.id == DrawnQuestion.attempt_id)
            .order_by(DrawnQuestion.id)
        )
    }
    for place in sorted(promised):
        if place not in stored:
            verdict.lost.append(f"answer {place}: the attempt is gone")
        elif stored[place] not in allowed[place]:
            verdict.lost.append(f"answer {place}: {stored[place]} instead of {allowed[place]}")
    for place, answer in stored.items():
        if place not in promised and answer is not None and answer not in allowed[place]:
            verdict.doubled.append(f"answer {place}: {answer} was never sent")
    verdict.counts["answers promised"] = len(promises(lines, "answer"))


def look_for_reading(session, lines, verdict):
    """Each promised lesson is read, once."""
    read = Counter(session.scalars(select(LessonRead.person_id)))
    for person in {line["person"] for line in promises(lines, "read")}:
        if not read[person]:
            verdict.lost.append(f"person {person}: the lesson is not read")
    verdict.doubled += [f"person {person}: read {times} times" for person, times in read.items() if times > 1]
    verdict.counts["readings promised"] = len(promises(lines, "read"))


def look_for_tests(session, lines, verdict):
    """Nobody has more tests than they began, nor fewer than was promised."""
    begun = Counter(line["person"] for line in lines if line.get("sent") == "start")
    promised = Counter(line["person"] for line in promises(lines, "start"))
    stored = Counter(session.scalars(select(Attempt.person_id)))
    for person in begun | stored:
        if stored[person] > begun[person]:
            verdict.doubled.append(f"person {person}: {stored[person]} tests, {begun[person]} begun")
        if stored[person] < promised[person]:
            verdict.lost.append(f"person {person}: {stored[person]} tests, {promised[person]} promised")


def look_for_completions(session, lines, verdict):
    """Each promised completion is there once, with one event per recipient, and none besides."""
    attempts = {
        row.public_id: row.passed
        for row in session.execute(select(Attempt.public_id, Attempt.passed).order_by(Attempt.id))
    }
    for kind, passed in (("completion", True), ("failure", False)):
        for line in promises(lines, kind):
            if attempts.get(line["attempt"]) is not passed:
                verdict.lost.append(f"{kind} {line['attempt']}: {attempts.get(line['attempt'])}")
    complete = Counter(session.scalars(select(TrackCompletion.person_id)))
    passed_by = Counter(
        session.scalars(select(ModuleCompletion.person_id).where(ModuleCompletion.basis == rules.PASSED))
    )
    people = {line["person"] for line in promises(lines, "completion")}
    verdict.lost += [f"person {one}: completion gone" for one in sorted(people - complete.keys())]
    for what, found in (("tracks", complete), ("modules", passed_by)):
        verdict.doubled += [f"person {one}: {times} {what}" for one, times in found.items() if times > 1]
    sent = {line["person"] for line in lines if line.get("sent") == "hand-in"}
    if lines:
        verdict.doubled += [f"person {one}: never handed in" for one in sorted(complete.keys() - sent)]
    look_for_events(session, verdict)
    verdict.counts["completions promised"] = len(promises(lines, "completion"))
    verdict.counts["people complete"] = len(complete)


def look_for_events(session, verdict):
    """Each completion has one event for each recipient."""
    completions = set(session.scalars(select(TrackCompletion.id)))
    events = Counter(
        (row.recipient, row.track_completion_id)
        for row in session.execute(
            select(FeedEvent.recipient, FeedEvent.track_completion_id).where(
                FeedEvent.track_completion_id.is_not(None)
            )
        )
    )
    for recipient in {recipient for recipient, _ in events}:
        told = {completion for name, completion in events if name == recipient}
        verdict.lost += [f"completion {one}: {recipient} not told" for one in sorted(completions - told)]
    verdict.doubled += [f"{place}: told {times} times" for place, times in events.items() if times > 1]
    verdict.counts["events"] = sum(events.values())


def check_feed(session, recipient, verdict):
    """Places are gapless from 1, the chain is whole, and the head is at its end."""
    events = session.scalars(
        select(FeedEvent)
        .where(FeedEvent.recipient == recipient, FeedEvent.seq.is_not(None))
        .order_by(FeedEvent.seq, FeedEvent.id)
    ).all()
    previous = START_HASH
    for place, event in enumerate(events, start=1):
        if event.seq != place:
            verdict.feed.append(f"{recipient}: place {event.seq} where {place} should be")
            return
        right = rules.link_hash(
            previous, recipient=recipient, seq=place, payload=event.payload, salt=event.salt
        )
        if (event.previous_hash, event.hash) != (previous, right):
            verdict.feed.append(f"{recipient}: the chain is broken at {place}")
            return
        previous = right
    head = session.scalars(select(FeedHead).where(FeedHead.recipient == recipient)).one_or_none()
    end = (head.seq, head.hash) if head else (0, START_HASH)
    if end != (len(events), previous):
        verdict.feed.append(f"{recipient}: the head is at {end[0]}, the end at {len(events)}")
    verdict.counts[f"stamped for {recipient}"] = len(events)


def check_pulled(session, puller, verdict):
    """A recipient took every event once, in order, as it stands now."""
    verdict.feed += puller.failures
    stored = [
        (row.seq, row.key, row.hash)
        for row in session.execute(
            select(FeedEvent.seq, FeedEvent.key, FeedEvent.hash)
            .where(FeedEvent.recipient == puller.recipient)
            .order_by(FeedEvent.seq, FeedEvent.id)
        )
    ]
    taken = Counter(key for _, key, _ in puller.taken)
    missed = {key for _, key, _ in stored} - taken.keys()
    if missed:
        verdict.feed.append(f"{puller.recipient}: {len(missed)} events were never pulled")
    twice = [key for key, times in taken.items() if times > 1]
    if twice:
        verdict.feed.append(f"{puller.recipient}: {len(twice)} events were pulled twice")
    if not missed and not twice and puller.taken != stored:
        verdict.feed.append(f"{puller.recipient}: what was pulled is not what is there now")
