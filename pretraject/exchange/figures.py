"""How the exchange runs, in numbers: what waits, what was told, what came back, who asked.

Whatever grows for ever is counted over the last days only, along an index: on SQLite people
wait for whoever reads for long.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Integer, Select, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from pretraject.completion.models import FeedEvent, FeedHead, Receipt
from pretraject.completion.refusals import unhandled_by_recipient
from pretraject.core.clock import LEGAL_ZONE, legal_date
from pretraject.exchange.clients import COMPLETIONS
from pretraject.exchange.models import AccessToken, ApiClient, ClientKey

DAYS = 30


@dataclass(frozen=True)
class Answers:
    """What a recipient said of the events it was given in the last days."""

    accepted: int = 0
    rejected: int = 0
    none: int = 0
    none_since: datetime | None = None


@dataclass(frozen=True)
class Feed:
    """One recipient's feed: its last place, what has none yet, and the events of the last days."""

    recipient: str
    last_place: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    days: tuple[tuple[date, int], ...] = ()
    answers: Answers = Answers()
    unhandled: int = 0


@dataclass(frozen=True)
class Client:
    """A program of an authority: its keys, when it last got a token and pulled, and what it lacks."""

    client: ApiClient
    keys: tuple[ClientKey, ...]
    last_token_at: datetime | None
    behind: int | None


def feeds_of(session: Session, recipients: Iterable[str], *, at: datetime) -> list[Feed]:
    """Return how each feed stands, also those of recipients that were told of before; by name."""
    days = last_days(at)
    since = _beginning(days[0])
    feeds = {name: Feed(name, days=tuple((day, 0) for day in days)) for name in recipients}
    for name, seq in session.execute(select(FeedHead.recipient, FeedHead.seq).order_by(FeedHead.recipient)):
        feeds[name] = replace(feeds.get(name, Feed(name)), last_place=seq)
    for name, waiting, moment in session.execute(_waiting(feeds)):
        feeds[name] = replace(feeds.get(name, Feed(name)), waiting=waiting, waiting_since=moment)
    told = _told(session, days)
    answers = _answers(session, since)
    refused = unhandled_by_recipient(session)
    return [
        replace(
            feed,
            days=tuple((day, told[name, day]) for day in days),
            answers=answers.get(name, Answers()),
            unhandled=refused.get(name, 0),
        )
        for name, feed in sorted(feeds.items())
    ]


def count_clients(session: Session) -> int:
    """Return how many clients there are."""
    return session.scalar(select(func.count()).select_from(ApiClient)) or 0


def clients_of(session: Session, places: Mapping[str, int], *, limit: int, offset: int = 0) -> list[Client]:
    """Return a page of the clients by name; `places` says how far each recipient's feed is."""
    token = (
        select(func.max(AccessToken.issued_at)).where(AccessToken.client_id == ApiClient.id).scalar_subquery()
    )
    page = select(ApiClient, token).order_by(ApiClient.name).limit(limit).offset(offset)
    rows = session.execute(page).all()
    shown = [client.id for client, _issued_at in rows]
    keys: defaultdict[int, list[ClientKey]] = defaultdict(list)
    for key in session.scalars(
        select(ClientKey).where(ClientKey.client_id.in_(shown)).order_by(ClientKey.client_id, ClientKey.id)
    ):
        keys[key.client_id].append(key)
    return [
        Client(client, tuple(keys[client.id]), issued_at, _behind(client, places))
        for client, issued_at in rows
    ]


def last_days(at: datetime) -> list[date]:
    """Return the last days, today at the end, as the law counts them."""
    today = legal_date(at)
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, LEGAL_ZONE)


def _waiting(recipients: Collection[str]) -> Select[Any]:
    """Count what has no place yet and find since when the oldest waits; looks at nothing else."""
    waiting = (
        select(FeedEvent.recipient, func.count().label("waiting"), func.min(FeedEvent.id).label("oldest"))
        .where(FeedEvent.recipient.in_(recipients), FeedEvent.seq.is_(None))
        .group_by(FeedEvent.recipient)
        .subquery()
    )
    return (
        select(waiting.c.recipient, waiting.c.waiting, FeedEvent.created_at)
        .join(FeedEvent, FeedEvent.id == waiting.c.oldest)
        .order_by(waiting.c.recipient)
    )


def _told(session: Session, days: Sequence[date]) -> defaultdict[tuple[str, date], int]:
    """Count the events of each day; days begin when they do in Belgium, so they are asked for one by one."""
    each = [
        select(
            literal_column(str(number), Integer).label("number"),
            FeedEvent.recipient,
            func.count().label("events"),
        )
        .where(
            FeedEvent.created_at >= _beginning(day),
            FeedEvent.created_at < _beginning(day + timedelta(days=1)),
        )
        .group_by(FeedEvent.recipient)
        for number, day in enumerate(days)
    ]
    counted = union_all(*each).subquery()
    told: defaultdict[tuple[str, date], int] = defaultdict(int)
    for number, name, events in session.execute(
        select(counted).order_by(counted.c.number, counted.c.recipient)
    ):
        told[name, days[number]] = events
    return told


def _answers(session: Session, since: datetime) -> dict[str, Answers]:
    """Count what recipients said of the events handed out since; the newest receipt of each counts."""
    recent = (
        select(FeedEvent.id, FeedEvent.recipient, FeedEvent.created_at)
        .where(FeedEvent.created_at >= since, FeedEvent.seq.is_not(None))
        .cte("recent")
        .prefix_with("MATERIALIZED")
    )
    newest = (
        select(func.max(Receipt.id))
        .where(Receipt.feed_event_id == recent.c.id)
        .correlate(recent)
        .scalar_subquery()
    )
    rows = session.execute(
        select(recent.c.recipient, Receipt.status, func.count(), func.min(recent.c.created_at))
        .select_from(recent)
        .outerjoin(Receipt, Receipt.id == newest)
        .group_by(recent.c.recipient, Receipt.status)
        .order_by(recent.c.recipient, Receipt.status)
    )
    found: defaultdict[str, Answers] = defaultdict(Answers)
    for name, status, events, oldest in rows:
        said = {status: events} if status else {"none": events, "none_since": oldest}
        found[name] = replace(found[name], **said)
    return found


def _behind(client: ApiClient, places: Mapping[str, int]) -> int | None:
    """Return how many events a client that reads a feed has not pulled; None for one that does not."""
    if client.revoked_at or COMPLETIONS not in client.scopes.split():
        return None
    return max(0, places.get(client.party, 0) - (client.pulled_seq or 0))
