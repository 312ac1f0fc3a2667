"""The clock of the machine is set back by an hour while learners answer."""

import pytest

from tests.reliability.comparing import compare
from tests.reliability.prepared import RECIPIENTS
from tests.reliability.pulling import pulling
from tests.reliability.running import Server
from tests.reliability.writers import writing

pytestmark = pytest.mark.server

COMPLETIONS_A_ROUND = 1
HOUR_SECONDS = 3600


def test_a_clock_set_back_loses_nothing_and_signs_nobody_out(prepared, ledger, tmp_path, rounds, figures):
    clock = tmp_path / "seconds-back"
    clock.write_text("0")
    with Server(prepared, tmp_path, clock=clock) as server:
        with (
            pulling(prepared.url, RECIPIENTS) as pullers,
            # who fails just before the clock goes back has to wait until it is as late again
            writing(server.port, ledger, prepared.learners, fails=0),
        ):
            for number in range(rounds(1)):
                ledger.wait_for(COMPLETIONS_A_ROUND, kind="promised completion")
                clock.write_text("0" if number % 2 else str(HOUR_SECONDS))
            ledger.wait_for(COMPLETIONS_A_ROUND, kind="promised completion")
        lines = ledger.lines()
    verdict = compare(prepared.url, lines, pullers)

    figures(times_set=rounds(1), **verdict.counts)
    assert verdict.faults == []
    assert [line for line in lines if "surprise" in line] == []
    assert server.crashes() == []
