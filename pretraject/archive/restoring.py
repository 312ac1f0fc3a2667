"""Restoring a database from an archive, and moving one to another kind of database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from pretraject.accounts.models import SignIn
from pretraject.archive.form import ChainEnd, DamagedArchiveError
from pretraject.archive.loading import NotEmptyError, alone, clear, fill, rows_in
from pretraject.archive.reading import Archive
from pretraject.archive.writing import Tell, audit_end, feed_ends, tables_in
from pretraject.audit import queries as audit
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion.chain import chain_faults, recipients
from pretraject.completion.restore_points import Point, record_restore, remember_replaced
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.queries import NoPolicyError, current_policy
from pretraject.exchange.revocations import Revoked, remember_revoked, revoke_again
from pretraject.privacy.erasures import Remembered, erase_again, keep_erasures, remember_erasures


@dataclass(frozen=True)
class Holding:
    """What a database holds: rows by table, where each chain ends, what is wrong with the chains."""

    rows: dict[str, int]
    ends: tuple[ChainEnd, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replaced:
    """What a replaced database remembered: its own restores, who was erased, who was shut out."""

    points: list[Point]
    erasures: Remembered
    revoked: Revoked


def holding_of(connection: Connection) -> Holding:
    """Return what a database holds, without looking whether its chains are whole."""
    tables = tables_in(connection)
    ends = (*feed_ends(connection, tables), audit_end(connection, tables))
    return Holding(rows_in(connection), ends)


def restore(url: str, archive: Archive, *, at: datetime, may_replace: bool, tell: Tell) -> Holding:
    """Put an archive's contents in the place of whatever the database holds; all or nothing.

    Everybody has to sign in anew, programs too: a sign-in ended since the back-up would live
    again. What stayed of each feed is kept, who was erased since is erased again, and a client
    or key revoked since is revoked again, as far as the replaced database knows. Raises
    NotEmptyError unless it `may_replace`, and whatever `fill` raises.
    """
    with _replacing(url, archive, may_replace=may_replace, tell=tell) as (connection, replaced):
        held = _look(connection, archive)
        with Session(connection) as session:
            session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))
            record_restore(session, _recipients(session), replaced.points, at=at)
            revoke_again(session, replaced.revoked)
            keep_erasures(session, replaced.erasures)
            erase_again(session, at=at)
            note(
                session,
                actor=OPERATOR,
                action="backup.restored",
                at=at,
                rows=archive.manifest.rows,
                archive=archive.manifest.sha256,
            )
            session.commit()
    return held


def move(url: str, archive: Archive, *, may_replace: bool, tell: Tell) -> Holding:
    """Put an archive's contents into another database, as they are; raises like `restore`."""
    with _replacing(url, archive, may_replace=may_replace, tell=tell) as (connection, _):
        return _look(connection, archive)


@contextmanager
def _replacing(
    url: str, archive: Archive, *, may_replace: bool, tell: Tell
) -> Iterator[tuple[Connection, Replaced]]:
    """Fill a database and hand over the open transaction, with what it knew of before."""
    with alone(url) as connection:
        if not may_replace and any(rows_in(connection).values()):
            raise NotEmptyError("the database is not empty; nothing was changed")
        replaced = Replaced(
            remember_replaced(connection), remember_erasures(connection), remember_revoked(connection)
        )
        clear(connection, archive)
        fill(connection, archive, tell)
        yield connection, replaced


def _look(connection: Connection, archive: Archive) -> Holding:
    """Return what came in, after making sure that it is what the archive holds."""
    held = holding_of(connection)
    manifest = archive.manifest
    given = {table.name: table.rows for table in manifest.tables}
    if {name: held.rows.get(name) for name in given} != given or held.ends != manifest.ends:
        raise DamagedArchiveError("what came in is not what it says")
    with Session(connection) as session:
        feeds = [chain_faults(session, name) for name in recipients(session)]
        faults = tuple(chain(*feeds, audit.chain_faults(session)))
        session.commit()
    return Holding(held.rows, held.ends, faults)


def _recipients(session: Session) -> set[str]:
    """Return who is told of completions by the policy in force, if this program can read it."""
    with suppress(NoPolicyError, FaultyFilesError):
        return set(current_policy(session)[1].recipients)
    return set()
