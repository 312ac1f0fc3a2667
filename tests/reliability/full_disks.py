"""A disk that is full: no file of a running program can grow, until there is room again.

It is done by a limit on the size of files of a process that runs already, which needs no
rights and no disk of its own. To a database it looks like a disk without room.
"""

import resource
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError

from sqlalchemy import make_url, select, text
from sqlalchemy.exc import InternalError, OperationalError

from pretraject.assessment.models import Attempt
from pretraject.catalogue.models import Release
from pretraject.core.db import Database
from tests.databases import run_as_server
from tests.world import AT, make_person

PAGE = 4096
LOG_FILE_BYTES = 1024 * 1024
BATCH, BATCHES = 2000, 50
FILLING = """
INSERT INTO drawn_question (attempt_id, position, question_id, type, kind, pilot, option_order)
SELECT attempt.id, place, 'full-' || place, 'single', 'practical', false, '["a", "b", "c"]'
FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS place, attempt
WHERE attempt.public_id = 'full'
"""


def children_of(process):
    """Return a process with all it started; nothing when it has ended."""
    try:
        own = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [process, *(below for child in own for below in children_of(int(child)))]


@contextmanager
def full_disk(processes, size, *, limit):
    """Keep every file of these processes from growing beyond a size."""
    try:
        limit(processes(), size)
        yield
    finally:
        limit(processes(), None)
        limit(processes(), None)  # what was started from a process before it had its limit taken away


def full_sqlite(prepared, server):
    """Return the disk of a SQLite database, full as soon as the block begins."""

    def limit(processes, size):
        for process in processes:
            _soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
            soft = resource.RLIM_INFINITY if size is None else size
            resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))

    size = Path(make_url(prepared.url).database).stat().st_size
    return full_disk(lambda: children_of(server.running.pid), size - size % PAGE, limit=limit)


@contextmanager
def full_postgresql(prepared, cluster):
    """Keep the tables of a PostgreSQL database from growing, and use up the room they have.

    Its log can still grow: a log that cannot stops the whole server, which is another test.
    """

    def limit(processes, size):
        for process in processes:
            wanted = f"--fsize={'unlimited' if size is None else size}:"
            with suppress(CalledProcessError):  # a process of the server that has ended meanwhile
                run_as_server(cluster.folder, "prlimit", f"--pid={process}", wanted)

    server = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    with full_disk(lambda: children_of(server), LOG_FILE_BYTES + PAGE, limit=limit):
        use_up(prepared)
        yield


def use_up(prepared):
    """Add rows that are nobody's until the database says that it has no room."""
    database = Database(prepared.url)
    try:
        for _ in range(BATCHES):
            with database.writing() as session:
                first = session.scalar(text("SELECT coalesce(max(position), 0) + 1 FROM drawn_question"))
                session.execute(text(FILLING), {"first": first, "last": first + BATCH - 1})
                session.commit()
    except (OperationalError, InternalError):
        return
    finally:
        database.dispose()
    raise AssertionError("the disk never filled up")


def make_nobodys_test(prepared, ledger):
    """Make a test that is nobody's, for the rows that use up room."""
    database = Database(prepared.url)
    with database.writing() as session:
        person = make_person(session)
        session.add(
            Attempt(
                public_id="full",
                person_id=person.id,
                module="full",
                release_id=session.scalars(select(Release.id).limit(1)).one(),
                number=1,
                started_at=AT,
                drafted=False,
            )
        )
        session.commit()
        ledger.sent("start", person=person.id)
    database.dispose()
