"""Requests and answers are lost on the way, and browsers send the same form again."""

import socket
from urllib.parse import urlencode

import pytest

from tests.reliability.bad_network import bad_network
from tests.reliability.browsing import Browser
from tests.reliability.comparing import compare
from tests.reliability.prepared import RECIPIENTS, TOTAL
from tests.reliability.pulling import pulling
from tests.reliability.running import Server
from tests.reliability.writers import QUESTION, writing
from tests.study.asking_module import KEYS, TEST
from tests.study.forms_sent import hidden_fields
from tests.study.taking import fields

pytestmark = pytest.mark.server

CUT = {"before": 0.05, "after": 0.05}
COMPLETIONS_A_ROUND = 2


def test_a_form_sent_again_is_kept_once(prepared, ledger, tmp_path, rounds, figures):
    with Server(prepared, tmp_path) as server:
        with (
            bad_network(server.port, **CUT) as network,
            pulling(prepared.url, RECIPIENTS) as pullers,
            writing(network.port, ledger, prepared.learners),
        ):
            for _ in range(rounds(1)):
                ledger.wait_for(COMPLETIONS_A_ROUND, kind="promised completion")
        lines = ledger.lines()
    verdict = compare(prepared.url, lines, pullers)

    figures(cut_before=network.counts["before"], cut_after=network.counts["after"], **verdict.counts)
    assert min(network.counts["before"], network.counts["after"]) > 0
    assert verdict.faults == []
    assert [line for line in lines if "surprise" in line] == []
    assert server.crashes() == []


def test_half_a_form_changes_nothing(prepared_sqlite, tmp_path):
    learner = prepared_sqlite.learners[0]
    with Server(prepared_sqlite, tmp_path) as server:
        browser = Browser(server.port, learner.cookies)
        browser.fill_in(f"{TEST}start/", {}, page=browser.page(TEST))
        number, key = first_with_one(browser)
        question = browser.page(f"{TEST}{number}/")
        browser.fill_in(f"{TEST}{number}/", fields("single", key), page=question)
        form = hidden_fields(question.text) | fields("single", ["b", "c"])
        body = urlencode(form, doseq=True)
        for length in range(len(body) - len("&answer=b&answer=c"), len(body)):
            send_cut(server.port, f"{TEST}{number}/", browser.cookies, body, length)
        shown = hidden_fields(browser.page(f"{TEST}{number}/").text)["shown"]
        crashes = server.crashes()

    assert shown == ",".join(key)
    assert crashes == []


def first_with_one(browser):
    """Return the first question that takes one answer of a, b and c, and its key."""
    for number in range(1, TOTAL + 1):
        key = KEYS[QUESTION.search(browser.page(f"{TEST}{number}/").text)[1]]
        if list(key) == ["a"]:
            return number, key
    raise AssertionError("no such question was drawn")


def send_cut(port, path, cookies, body, length):
    """Send a form of which only the beginning arrives, and wait until the server has had it."""
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {sent}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall((head + body[:length]).encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
