"""What a restore leaves of the feeds, so that whoever pulled more can be told up to where it fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import FeedEvent, FeedHead, RestorePoint
from pretraject.core.chain import START_HASH
from pretraject.core.once import insert_once

REPLACED = "replaced_place"


@dataclass(frozen=True)
class Point:
    """A restore as a database remembered it."""

    recipient: str
    seq: int
    restored_at: datetime


def last_common(session: Session, recipient: str, seq: int) -> str | None:
    """Return the cursor up to which the feed surely agrees with one at `seq` that does not fit.

    It is empty for the beginning, and None when the database was never restored. A restore
    that knows nothing of the recipient left nothing of its feed.
    """
    points = session.scalars(select(RestorePoint).order_by(RestorePoint.id)).all()
    stayed = {point.restored_at: 0 for point in points}
    stayed |= {point.restored_at: point.seq for point in points if point.recipient == recipient}
    place = rules.last_common(stayed.values(), seq)
    return None if place is None else rules.cursor_of(place, hash_at(session, recipient, place))


def remember_replaced(connection: Connection) -> list[Point]:
    """Set aside the places of a database that is about to be replaced; return its own restores.

    The places go to a temporary table, for `record_restore` to compare with.
    """
    ending = " ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
    columns = "(recipient VARCHAR(32), seq INTEGER, hash VARCHAR(64))"
    connection.execute(text(f"CREATE TEMPORARY TABLE {REPLACED} {columns}{ending}"))
    tables = inspect(connection).get_table_names()
    if FeedEvent.__tablename__ in tables:
        places = "SELECT recipient, seq, hash FROM feed_event WHERE seq IS NOT NULL"
        connection.execute(text(f"INSERT INTO {REPLACED} {places}"))
    if RestorePoint.__tablename__ not in tables:
        return []
    point = RestorePoint
    rows = connection.execute(select(point.recipient, point.seq, point.restored_at).order_by(point.id))
    return [Point(*row) for row in rows]


def record_restore(
    session: Session, recipients: Iterable[str], replaced: Iterable[Point], *, at: datetime
) -> None:
    """Keep how much of each feed stayed.

    That is all of the back-up's feed; but where the replaced database had another past, only
    what both share. The replaced database's own restores are kept too, as far as they go.
    """
    earlier = list(replaced)
    heads = {head.recipient: head.seq for head in session.scalars(select(FeedHead).order_by(FeedHead.id))}
    shared = _shared(session)
    for recipient in sorted({*recipients, *heads, *shared, *(point.recipient for point in earlier)}):
        stayed = min(heads.get(recipient, 0), shared.get(recipient, heads.get(recipient, 0)))
        points = [point for point in earlier if point.recipient == recipient]
        for point in [*points, Point(recipient, stayed, at)]:
            seq = min(point.seq, stayed)
            values = {"recipient": recipient, "seq": seq, "restored_at": point.restored_at}
            values["hash"] = hash_at(session, recipient, seq)
            insert_once(session, RestorePoint, values, key=("recipient", "restored_at"))


def _shared(session: Session) -> dict[str, int]:
    """Return the last place that each feed shares with the database that was replaced."""
    rows = session.execute(
        text(
            f"SELECT r.recipient, coalesce(max(e.seq), 0) AS seq FROM {REPLACED} r"  # noqa: S608 — fixed names
            " LEFT JOIN feed_event e ON e.recipient = r.recipient AND e.seq = r.seq AND e.hash = r.hash"
            " GROUP BY r.recipient ORDER BY r.recipient"
        )
    )
    return {row.recipient: row.seq for row in rows}


def hash_at(session: Session, recipient: str, seq: int) -> str:
    """Return the hash at a place; before the first one, what the chain begins with."""
    found = select(FeedEvent.hash).where(FeedEvent.recipient == recipient, FeedEvent.seq == seq)
    return session.scalars(found).one_or_none() or START_HASH
