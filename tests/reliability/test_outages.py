"""PostgreSQL stops, starts again and cuts connections while learners answer."""

import os
import re
from html import unescape
from random import Random
from time import monotonic

import pytest

from tests.reliability.browsing import Browser
from tests.reliability.comparing import compare
from tests.reliability.conftest import run_on
from tests.reliability.prepared import RECIPIENTS
from tests.reliability.pulling import pulling
from tests.reliability.running import Server, until
from tests.reliability.writers import QUESTION, writing
from tests.study.asking_module import KEYS, TEST
from tests.study.forms_sent import hidden_fields
from tests.study.taking import fields

pytestmark = pytest.mark.server

PROMISES = (10, 60)
AFTERWARDS = 1
RECOVERY_SECONDS = 10
DOWN_SECONDS = float(os.environ.get("RELIABILITY_DOWN_SECONDS", "1"))
BUSY = {"nl": "De site is druk of in onderhoud", "ar": "الموقع مزدحم أو قيد الصيانة"}
HELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'run' AND pid <> pg_backend_pid()"
)


def stop_and_start(cluster):
    """Stop the database as if the power went, and start it again."""
    cluster.stop("immediate")
    cluster.start()


def cut_connections(cluster):
    """Cut every connection to the database of the run."""
    run_on(cluster, CUT)


@pytest.mark.parametrize("fail", [stop_and_start, cut_connections])
def test_nothing_promised_is_lost_when_postgresql_fails(
    prepared_postgresql, durable_postgresql, ledger, tmp_path, rounds, figures, fail
):
    random, failures = Random(2), rounds(2)
    with Server(prepared_postgresql, tmp_path) as server:
        with (
            pulling(prepared_postgresql.url, RECIPIENTS) as pullers,
            writing(server.port, ledger, prepared_postgresql.learners),
        ):
            for _ in range(failures):
                ledger.wait_for(random.randint(*PROMISES))
                fail(durable_postgresql)
            ledger.wait_for(AFTERWARDS, kind="promised completion")
        lines = ledger.lines()
    verdict = compare(prepared_postgresql.url, lines, pullers)

    figures(failures=failures, **verdict.counts)
    assert verdict.faults == []
    assert [line for line in lines if "surprise" in line] == []
    assert server.crashes() == []


def test_while_postgresql_is_down_it_is_said_and_nothing_typed_is_lost(
    prepared_postgresql, durable_postgresql, ledger, tmp_path, figures
):
    learner = prepared_postgresql.learners[0]
    with Server(prepared_postgresql, tmp_path) as server:
        stranger, browser = Browser(server.port), Browser(server.port, learner.cookies)
        browser.fill_in(f"{TEST}start/", {}, page=browser.page(TEST))
        question = browser.page(f"{TEST}1/")
        key = KEYS[QUESTION.search(question.text)[1]]
        form = hidden_fields(question.text) | fields("single", key)
        durable_postgresql.stop("immediate")
        try:
            health = server.health()
            down = [who.once("GET", f"/{tag}/my/") for tag in BUSY for who in (browser, stranger)]
            down += [stranger.once("GET", f"/{tag}/modules/") for tag in BUSY]
            unsaved = browser.once("POST", f"{TEST}1/", form)
            ledger.pause(DOWN_SECONDS)
        finally:
            durable_postgresql.start()
        since = monotonic()
        until(lambda: server.health() == 200, seconds=RECOVERY_SECONDS, what="the site is well again")
        until(
            lambda: browser.once("GET", "/nl/my/").status == 200,
            seconds=RECOVERY_SECONDS,
            what="a learner sees their path again",
        )
        recovery = monotonic() - since
        saved = browser.once(
            "POST", f"{TEST}1/", [(name, unescape(value)) for name, value in HELD.findall(unsaved.text)]
        )

        figures(seconds_down=DOWN_SECONDS, seconds_to_recover=round(recovery, 2))
        assert health == 503
        assert {answer.status for answer in down} <= {503, 303}
        assert [answer.status for answer in down].count(503) == 4
        for answer, tag in zip(down, ("nl", "nl", "ar", "ar", "nl", "ar"), strict=True):
            assert answer.status == 303 or BUSY[tag] in answer.text
        assert unsaved.status == 503
        assert "Stuur het opnieuw" in unsaved.text
        assert (saved.status, saved.location) == (303, f"{TEST}2/")
        assert compare_one(prepared_postgresql.url, form["attempt"], key) == []
        assert server.crashes() == []


def compare_one(url, attempt, ids):
    """Return what is wrong with one promised answer to the first question."""
    return compare(url, [{"promised": "answer", "attempt": attempt, "position": 1, "ids": list(ids)}]).lost
