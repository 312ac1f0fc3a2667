"""The privacy sweep: nothing personal that a test uses may be in a log, a metric or an address.

Everything the vault seals or indexes is personal, and so is what `VALUES` lists. Each worker
keeps what its own processes log, say on stderr, count, and what addresses are asked for, and
looks through all of it when its last test ends.
"""

import logging
import re
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

import pytest
from flask import Flask
from prometheus_client import generate_latest

from pretraject.core.crypto import Vault
from pretraject.web.health import Metrics

VALUES = {"1990-04-15", "15/04/1990", "15.04.1990", "270519", "amina@example.org", "GV-2026-1", "53480200724"}
"""Values that tests use and no vault is asked about: the one place to name more."""

PERSONAL = ("identifier", "sign_in_name", "person.", "access-code", "email", "staff_member")
"""Beginnings of the places and purposes of what is personal; an address of the network is not."""

SHORTEST = 6
LONGEST_ADDRESS = 2_000


class Sweep:
    """What was personal, and what was told."""

    def __init__(self):
        self.values = set(VALUES)
        self.told = {}
        self.metrics = []
        self.is_looking = True

    def note(self, source, text):
        """Keep something that was told, once."""
        if text:
            self.told.setdefault(source, set()).add(text)

    def name(self, text, purpose):
        """Note a value that is personal."""
        if purpose.startswith(PERSONAL) and len(text) >= SHORTEST and re.search(r"[0-9@]", text):
            self.values.add(text)

    def found(self):
        """Return what was told that must not be."""
        for metrics in self.metrics:
            self.note("metrics", generate_latest(metrics.registry).decode())
        heaps = {source: "\n".join(sorted(texts)) for source, texts in self.told.items()}
        return sorted(
            f"{source} holds {value!r}: …{line}…"
            for source, heap in heaps.items()
            for value in self.values
            if value in heap
            for line in [around(value, heap)]
            if line
        )


def around(value, heap):
    """Return the text round a value that stands by itself; nothing where it is part of a longer word."""
    place = re.search(rf"(?<![0-9A-Za-z.]){re.escape(value)}(?![0-9A-Za-z])", heap)
    return heap[max(0, place.start() - 60) : place.end() + 20].replace("\n", " ") if place else ""


SWEEP = Sweep()


@contextmanager
def unwatched():
    """Ask for addresses that hold what no page of ours would put there."""
    before, SWEEP.is_looking = SWEEP.is_looking, False
    try:
        yield
    finally:
        SWEEP.is_looking = before


class Ear(logging.Handler):
    """Hears every line that is logged."""

    def emit(self, record):
        SWEEP.note("a log", self.format(record))


def listen():
    """Begin to keep everything: called once in each process of a test run."""
    logging.getLogger().addHandler(Ear())
    _before(Vault, "seal", lambda text, place: SWEEP.name(text, place))
    _before(Vault, "index", lambda text, purpose: SWEEP.name(text, purpose))
    _before(HTTPConnection, "putrequest", lambda _method, url, *_more, **_given: _note_address(url))
    _after(Metrics, "__init__", lambda metrics: SWEEP.metrics.append(metrics))
    asked = Flask.__call__

    def answer(app, environ, start_response):
        query = environ.get("QUERY_STRING", "")
        _note_address(f"{environ.get('PATH_INFO', '')}?{query}")

        def start(status, headers, *more):
            for name, value in headers:
                if name.lower() == "location":
                    _note_address(value)
            return start_response(status, headers, *more)

        return asked(app, environ, start)

    Flask.__call__ = answer


def _note_address(url):
    if SWEEP.is_looking:
        SWEEP.note("an address", url[:LONGEST_ADDRESS])


def _before(owner, name, look):
    plain = getattr(owner, name)

    def watched(self, *args, **given):
        with suppress(TypeError):
            look(*args, **given)
        return plain(self, *args, **given)

    setattr(owner, name, watched)


def _after(owner, name, look):
    plain = getattr(owner, name)

    def watched(self, *args, **given):
        plain(self, *args, **given)
        look(self)

    setattr(owner, name, watched)


listen()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    """Keep what servers said on stderr while a test ran: they inherit it."""
    for title, text in report.sections:
        if "stderr" in title:
            SWEEP.note("stderr", text)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """Look through everything when the last test of this worker has ended."""
    result = yield
    if nextitem is None and (found := SWEEP.found()):
        pytest.fail("the privacy sweep found:\n" + "\n".join(found), pytrace=False)
    return result
