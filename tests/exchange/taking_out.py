"""Exports as an operator takes them out, and what checks them elsewhere."""

import json
from contextlib import contextmanager

from click.testing import CliRunner

from pretraject.completion.models import FeedEvent
from pretraject.core.db import Database
from pretraject.exchange.completion_commands import completion
from pretraject.exchange.signing import published
from pretraject.exchange.verifying import faults_of
from tests.evidence import ground_on
from tests.world import AT, DAY, publish_rules


def invoked(url, *args, at=AT + DAY):
    """Run `pretraject completion …` on a database and return what came of it."""
    ground = ground_on(url, at=at)
    try:
        return CliRunner().invoke(completion, [str(arg) for arg in args], obj=ground)
    finally:
        ground.database.dispose()


def take_out(url, path, *more, form="jsonl", at=AT + DAY):
    """Export everything to a file; it must succeed."""
    result = invoked(url, "export", "--format", form, "--output", path, *more, at=at)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def keys_of(url):
    """Return the public keys as others hold them."""
    database = Database(url)
    with database.reading() as session:
        keys = published(session)
    database.dispose()
    return json.loads(json.dumps(keys))


def faults(path, keys):
    """Return what is wrong with an export."""
    return list(faults_of(path, keys))


def three(path):
    """Return the bytes of an export's three files, by the end of their names; None where one is missing."""
    found = {}
    for end in ("", ".manifest.json", ".manifest.jws"):
        file = path.with_name(path.name + end)
        found[end] = file.read_bytes() if file.exists() else None
    return found


def add_events(url, count, **payload):
    """Have so many events wait for their place, about nobody."""
    database = Database(url)
    with database.writing() as session:
        publish_rules(session)
        for number in range(count):
            told = {"status": "completed", "track": "labour", "completedOn": "2026-11-01", "number": number}
            session.add(
                FeedEvent(
                    recipient="wewis",
                    kind="completed",
                    payload=told | payload,
                    salt=f"{number:032}",
                    created_at=AT,
                    key=f"completed:{number}",
                )
            )
        session.commit()
    database.dispose()


@contextmanager
def changed(path, content):
    """Have a file hold something else for a while."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)
