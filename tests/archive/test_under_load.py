"""A back-up while people complete: what was acknowledged before it began is in it, and all fits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select

from pretraject.archive.commands import backup, restore_command
from pretraject.catalogue.models import Release
from pretraject.completion import feed
from pretraject.completion.models import TrackCompletion
from pretraject.core.db import Database
from pretraject.enrolment.models import Person
from pretraject.verification.commands import verify
from pretraject.verification.releases import fingerprint_of
from tests.databases import BOTH
from tests.evidence import done
from tests.world import AT, complete, learner, make_release, publish_rules

WRITERS = 4
BEFORE, IN_ALL = 6, 16
"""Completions of each writer before the back-up may begin, and at most."""


def write(database, people, acknowledged, begun, stop):
    """Complete for one person after another, and note each only after its commit."""
    for number, person_id in enumerate(people):
        if stop.is_set():
            return
        with database.writing() as session:
            release = session.scalars(select(Release)).one()
            complete(session, session.get_one(Person, person_id), release)
            session.commit()
        acknowledged.append(person_id)
        if number % 3 == 0:
            feed.stamp_all(database, at=AT)
        if number + 1 == BEFORE:
            begun.set()


@pytest.mark.parametrize("target", BOTH)
def test_a_backup_holds_all_that_was_acknowledged_before_it_began(
    database, database_url, request, target, tmp_path
):
    with database.writing() as session:
        publish_rules(session)
        release = make_release(session)
        release.fingerprint = fingerprint_of(session, release)
        people = [[learner(session).id for _ in range(IN_ALL)] for _ in range(WRITERS)]
        session.commit()
    acknowledged, stop, begun = [], Event(), [Event() for _ in range(WRITERS)]

    with ThreadPoolExecutor(WRITERS) as threads:
        running = [
            threads.submit(write, database, mine, acknowledged, one, stop)
            for mine, one in zip(people, begun, strict=True)
        ]
        try:
            assert all(one.wait(60) for one in begun)
            before = set(acknowledged)
            chains = done(backup, database_url, tmp_path / "a").stdout.splitlines()
        finally:
            stop.set()
        for one in running:
            one.result()

    restored_url = request.getfixturevalue(f"empty_{target}_url")
    done(restore_command, restored_url, tmp_path / "a")
    restored = Database(restored_url)
    with restored.reading() as session:
        there = set(session.scalars(select(TrackCompletion.person_id)))
    restored.dispose()
    assert len(before) >= WRITERS * BEFORE
    assert before <= there <= set(acknowledged)
    places = [line.removeprefix("chain: ") for line in chains if line.startswith("chain: wewis")]
    assert done(verify, restored_url, "--expect", *places).stdout.splitlines()[-1] == "faults: 0"
