"""From the letter to the export, as a person goes it: small phone, no JavaScript, each page audited."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.catalogue.queries import question_keys
from pretraject.cli import main
from tests.site import BORN, PIN, served, site_on

MODULE = "history-of-belgium"


@pytest.mark.parametrize(
    ("tag", "database", "waits"),
    [
        pytest.param("nl", "postgresql", True, marks=pytest.mark.server, id="dutch-on-postgresql"),
        pytest.param("ar", "sqlite", False, id="arabic-on-sqlite"),
    ],
)
@pytest.mark.timeout(400)
def test_from_the_letter_to_the_export(request, phone, audit, tmp_path, tag, database, waits):
    site = site_on(request.getfixturevalue(f"published_{database}_url"))
    code = site.enrol("AB-2026-1")
    with served(site) as address:
        page = phone(javascript=False, locale="eo").new_page()
        walk = Walk(page, address, tag, audit)
        walk.choose_language()
        walk.activate(code)
        walk.read_every_lesson()
        walk.take_test(site, wrong="values")
        assert page.locator(".bar").count() == 3
        assert not exported(site, tmp_path / "before.jsonl")
        if waits:
            walk.visit(f"/{tag}/modules/{MODULE}/test/")
            assert page.locator("form[action$='/start/']").count() == 0
            site.clock.forward(hours=24)
        walk.take_test(site, wrong=None)
        walk.open_confirmation()

    events = exported(site, tmp_path / "after.jsonl")
    assert [(event["fileNumbers"], event["status"]) for event in events] == [(["AB-2026-1"], "completed")]
    site.ground.database.dispose()


def exported(site, file):
    """Return what the export holds, as the authority would read it."""
    command = ["completion", "export", "--format", "jsonl", "--output", str(file)]
    result = CliRunner().invoke(main, command, env=site.environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in file.read_text().splitlines()]


class Walk:
    """A person's way through the site, by what stands on the pages."""

    def __init__(self, page, address, tag, audit):
        self.page = page
        self.address = address
        self.tag = tag
        self.audit = audit

    def look(self):
        """Have the page that stands there audited."""
        self.audit(self.page)

    def visit(self, path):
        """Open an address of the site."""
        response = self.page.goto(self.address + path)
        assert response.status == 200, path
        self.look()

    def press(self):
        """Press the main button of the page and look at where it leads."""
        self.page.locator("main form.form .button-main").first.click()
        self.look()

    def choose_language(self):
        self.visit("/")
        self.page.locator(f"a[href^='/languages/{self.tag}/']").first.click()
        self.look()
        assert self.page.locator("html").get_attribute("lang") == self.tag

    def activate(self, code):
        self.visit(f"/{self.tag}/activate/")
        self.page.fill("#code", code)
        self.press()
        self.page.fill("#day", str(BORN.day))
        self.page.fill("#month", str(BORN.month))
        self.page.fill("#year", str(BORN.year))
        self.press()
        for field in self.page.locator("input[type=password]").all():
            field.fill(PIN)
        self.press()
        assert self.page.url.startswith(f"{self.address}/{self.tag}/my/")

    def read_every_lesson(self):
        self.visit(f"/{self.tag}/modules/{MODULE}/")
        first = self.page.locator("a[href*='/lessons/']").first.get_attribute("href")
        self.visit(first)
        while "/lessons/" in self.page.url:
            self.page.locator("form[action$='/read/'] button").click()
            self.look()

    def take_test(self, site, *, wrong):
        """Answer every question by its key, those of one kind wrongly, and hand in."""
        self.visit(f"/{self.tag}/modules/{MODULE}/test/")
        self.page.locator("form[action$='/start/'] button").click()
        for question, key in drawn_with_keys(site):
            self.look()
            self.answer(question, falsified(question, key) if question.kind == wrong else key)
            self.page.locator("main form .button-main").first.click()
        self.look()
        assert "/hand-in/" in self.page.url
        self.page.locator("main form .button-main").first.click()
        self.look()
        assert "/results/" in self.page.url

    def answer(self, question, key):
        if question.type == "order":
            for position, option in enumerate(key, start=1):
                self.page.select_option(f"[name='answer-{option}']", str(position))
            return
        for option in key:
            self.page.check(f"input[name=answer][value='{option}']", force=True)

    def open_confirmation(self):
        self.visit(f"/{self.tag}/my/")
        self.page.locator("a[href*='/my/confirmation/']").first.click()
        self.look()
        assert "/my/confirmation/" in self.page.url


def drawn_with_keys(site):
    """Return the questions of the open attempt in order, each with its key."""
    with site.ground.database.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.submitted_at.is_(None))).one()
        drawn = session.scalars(
            select(DrawnQuestion)
            .where(DrawnQuestion.attempt_id == attempt.id)
            .order_by(DrawnQuestion.position)
        ).all()
        keys = question_keys(session, attempt.release_id, [question.question_id for question in drawn])
    return [(question, list(keys[question.question_id])) for question in drawn]


def falsified(question, key):
    """Return an answer that is not the key."""
    if question.type == "order":
        return key[::-1]
    options = question.option_order or ["right", "wrong"]
    return [next(option for option in options if option not in key)]
