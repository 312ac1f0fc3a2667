"""The disk fills up while learners answer: it is said, nothing promised is lost, and it heals by itself."""

import pytest

from tests.reliability.browsing import Browser
from tests.reliability.comparing import compare
from tests.reliability.full_disks import full_postgresql, full_sqlite, make_nobodys_test
from tests.reliability.running import Server
from tests.reliability.writers import writing

pytestmark = pytest.mark.server

PROMISES, REFUSALS, AFTERWARDS = 20, 10, 1


def fill_and_make_room(server, ledger, prepared, disk, times):
    """Fill the disk and make room again, while learners go on; say how a page looked meanwhile."""
    with writing(server.port, ledger, prepared.learners):
        for _ in range(times):
            ledger.wait_for(PROMISES)
            with disk():
                ledger.wait_for(REFUSALS, kind="refused 503")
                reading = Browser(server.port).once("GET", "/nl/modules/")
            ledger.wait_for(PROMISES)
        ledger.wait_for(AFTERWARDS, kind="promised completion")
    return reading


@pytest.fixture
def disk(request, prepared, ledger):
    """What fills the disk of this test's database."""
    if prepared.kind == "sqlite":
        return lambda server: full_sqlite(prepared, server)
    make_nobodys_test(prepared, ledger)
    cluster = request.getfixturevalue("durable_postgresql")
    return lambda _server: full_postgresql(prepared, cluster)


def test_a_full_disk_loses_nothing_and_heals(prepared, disk, ledger, tmp_path, rounds, figures):
    with Server(prepared, tmp_path) as server:
        reading = fill_and_make_room(server, ledger, prepared, lambda: disk(server), rounds(1))
        lines = ledger.lines()
    verdict = compare(prepared.url, lines)

    figures(times_full=rounds(1), refusals=ledger.counts["refused"], **verdict.counts)
    assert reading.status == 200
    assert verdict.faults == []
    assert [line for line in lines if "surprise" in line] == []
    assert server.crashes() == []
