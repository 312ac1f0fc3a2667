"""The server is killed while learners answer: nothing promised is lost, nothing is there twice."""

from random import Random

import pytest

from tests.reliability.comparing import compare
from tests.reliability.prepared import RECIPIENTS
from tests.reliability.pulling import pulling
from tests.reliability.running import Server
from tests.reliability.writers import writing

pytestmark = pytest.mark.server

PROMISES = (10, 60)
MOMENT_SECONDS = 0.1
AFTERWARDS = 1
FEW = 5


def kill_and_start_again(server, ledger, times, *, seed=1):
    """Kill the server: at the very moment something was promised, or a random moment later."""
    random = Random(seed)
    for number in range(times):
        ledger.wait_for(random.randint(*PROMISES))
        if number % 2:
            ledger.pause(random.uniform(0, MOMENT_SECONDS))
        if number % 3 == 1:
            server.kill_workers()
        else:
            server.kill()
            server.start()


def test_nothing_promised_is_lost_when_the_server_is_killed(prepared, ledger, tmp_path, rounds, figures):
    kills = rounds(2)
    with Server(prepared, tmp_path) as server:
        with (
            pulling(prepared.url, RECIPIENTS) as pullers,
            writing(server.port, ledger, prepared.learners),
        ):
            kill_and_start_again(server, ledger, kills)
            ledger.wait_for(AFTERWARDS, kind="promised completion")
        lines = ledger.lines()
    verdict = compare(prepared.url, lines, pullers)

    figures(kills=kills, **verdict.counts)
    assert verdict.faults == []
    assert [line for line in lines if "surprise" in line] == []
    assert server.crashes() == []


def test_the_harness_sees_a_success_told_before_the_commit(prepared, ledger, tmp_path):
    with Server(prepared, tmp_path, mutant="acknowledge-before-commit") as server:
        with writing(server.port, ledger, prepared.learners):
            ledger.wait_for(FEW)
            server.kill()
        lines = ledger.lines()

    assert compare(prepared.url, lines).lost != []
