"""Learners at work: each takes test after test and notes what was promised to them."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Queue
from random import Random
from threading import Event

from tests.reliability.browsing import Browser, Stopped
from tests.reliability.prepared import TOTAL
from tests.study.asking_module import KEYS, MODULE, TEST
from tests.study.taking import fields

LESSON = f"/nl/modules/{MODULE}/lessons/only/"
WRITERS = 16
QUESTION = re.compile(r"Vraag ((?:va|pa)-\d{3})")
RESULT = re.compile(r"/nl/results/([A-Za-z0-9_-]+)/")
CHANGES_MIND, FAILS = 0.3, 0.15
ENDING_SECONDS = 90


class Surprised(Exception):  # noqa: N818 — the learner begins anew
    """An answer came that no learner should get."""


class Writer:
    """One learner after another, at one browser."""

    def __init__(self, port, ledger, learners, stop, *, seed, fails):
        self.port = port
        self.ledger = ledger
        self.learners = learners
        self.stop = stop
        self.random = Random(seed)
        self.fails = fails

    def work(self):
        """Take tests until the run ends."""
        while not self.stop.is_set():
            learner = self.learners.get()
            browser = Browser(self.port, learner.cookies, stop=self.stop, on_refusal=self.ledger.refused)
            try:
                self.read(browser, learner)
                passed = False
                while not passed:
                    passed = self.take_test(browser, learner)
            except Surprised:
                continue
            except Stopped:
                return
            finally:
                self.learners.put(learner)

    def read(self, browser, learner):
        """Read the lesson, unless that was done in an earlier turn."""
        page = browser.page(LESSON)
        if "read/" not in page.text:
            return
        self.ledger.sent("read", person=learner.person)
        self.expect(browser.fill_in(f"{LESSON}read/", {}, page=page), TEST, learner)
        self.ledger.promised("read", person=learner.person)

    def take_test(self, browser, learner):
        """Take a whole test; say whether it was handed in with every answer right."""
        page = browser.page(TEST)
        if "start/" in page.text:
            self.ledger.sent("start", person=learner.person)
            self.expect(browser.fill_in(f"{TEST}start/", {}, page=page), TEST, learner)
            self.ledger.promised("start", person=learner.person)
        fails = self.random.random() < self.fails
        for number in range(1, TOTAL + 1):
            if self.random.random() < CHANGES_MIND:
                self.answer(browser, learner, number, right=False)
            self.answer(browser, learner, number, right=not fails)
        page = browser.page(f"{TEST}hand-in/")
        self.ledger.sent("hand-in", person=learner.person, attempt=attempt_on(page))
        answer = browser.fill_in(f"{TEST}hand-in/", {}, page=page)
        found = RESULT.fullmatch(answer.location)
        if answer.status != 303 or not found:
            self.be_surprised(answer, learner)
        kind = "failure" if fails else "completion"
        self.ledger.promised(kind, person=learner.person, attempt=found[1])
        return not fails

    def answer(self, browser, learner, number, *, right):
        """Answer a question, with another answer than the one that is there when asked wrongly."""
        page = browser.page(f"{TEST}{number}/")
        question = QUESTION.search(page.text)
        if question is None:
            self.be_surprised(page, learner)
        key = KEYS[question[1]]
        ids = key if right else other_answer(key)
        what = {"attempt": attempt_on(page), "position": number, "ids": ids}
        self.ledger.sent("answer", **what)
        posted = fields("order" if len(key) == 3 else "single", ids)
        self.expect(browser.fill_in(f"{TEST}{number}/", posted, page=page), TEST, learner)
        self.ledger.promised("answer", **what)

    def expect(self, answer, place, learner):
        """Make sure that a form led on to where a success leads."""
        if answer.status != 303 or not answer.location.startswith(place):
            self.be_surprised(answer, learner)

    def be_surprised(self, answer, learner):
        """Note an answer that no learner should get, and begin anew."""
        if not self.stop.is_set():
            self.ledger.surprise(
                "answer", status=answer.status, location=answer.location, person=learner.person
            )
        raise Surprised


def other_answer(key):
    """Return a wrong answer of the question's own kind."""
    if len(key) > 1:
        return key[::-1] if len(key) == 3 else ["b", "d"]
    return ["wrong"] if key == ["right"] else ["b"]


def attempt_on(page):
    """Return the attempt a page belongs to."""
    found = re.search(r'name="attempt" value="([^"]+)"', page.text)
    return found[1] if found else ""


@contextmanager
def writing(port, ledger, learners, *, writers=WRITERS, seed=0, fails=FAILS):
    """Have learners at work for as long as the block lasts; `fails` is how many of their tests fail."""
    stop, waiting = Event(), Queue()
    for learner in learners:
        waiting.put(learner)
    with ThreadPoolExecutor(writers) as pool:
        working = [
            pool.submit(Writer(port, ledger, waiting, stop, seed=f"{seed}-{number}", fails=fails).work)
            for number in range(writers)
        ]
        try:
            yield
        finally:
            stop.set()
    for writer in working:
        writer.result(timeout=ENDING_SECONDS)
