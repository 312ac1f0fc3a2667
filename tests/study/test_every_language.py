"""From the letter to the confirmation in each language the site is offered in, over the real content."""

import re

import pytest

from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.catalogue.queries import question_keys
from pretraject.config import BUNDLED
from pretraject.core.locales import SOURCE
from pretraject.web.i18n import offered_languages
from tests.site import BORN, PIN
from tests.study.forms_sent import fill_in, send
from tests.study.taking import drawn, fields

OFFERED = offered_languages(BUNDLED / "translations")
MODULE = "history-of-belgium"
HTML = re.compile(r'<html lang="([^"]+)" dir="([^"]+)">')
LESSON = re.compile(r'href="(/[A-Za-z-]+/modules/[a-z-]+/lessons/[a-z-]+/)"')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\{|\{fact:")
ARABIC_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]")


class Walk:
    """A person's way through the site in one language, each page looked at on the way."""

    def __init__(self, site, language):
        self.site = site
        self.client = site.client()
        self.language = language
        self.tag = language.tag

    def look(self, path, status=200):
        """Return a page after making sure that it is in the language and whole."""
        response = self.client.get(path)
        assert response.status_code == status, path
        page = response.text
        assert HTML.search(page).groups() == (self.tag, self.language.direction), path
        assert not PLACEHOLDER.search(page), path
        assert not ARABIC_DIGITS.search(page), f"{path}: numbers people copy are in ASCII digits"
        return page

    def fill_in(self, path, **given):
        """Fill in the form of a page and follow where it leads."""
        self.look(path)
        response = fill_in(self.client, path, given)
        assert response.status_code == 303, (path, response.status_code)
        return response.headers["Location"]

    def activate(self, code):
        """Open an account with the code of the letter."""
        at = self.fill_in(f"/{self.tag}/activate/", code=code)
        at = self.fill_in(at, day=BORN.day, month=BORN.month, year=BORN.year)
        at = self.fill_in(at, secret=PIN, again=PIN)
        self.look(at)

    def read(self):
        """Read every lesson and mark it as read."""
        for lesson in sorted(set(LESSON.findall(self.look(f"/{self.tag}/modules/{MODULE}/")))):
            page = self.look(lesson)
            assert page.count("<h1") == 1
            self.look(f"{lesson}?beside=nl")
            assert send(self.client, f"{lesson}read/").status_code == 303

    def take_test(self):
        """Answer every question rightly and hand the test in."""
        test = f"/{self.tag}/modules/{MODULE}/test/"
        self.look(test)
        send(self.client, f"{test}start/")
        keys = self.keys()
        for question in drawn(self.site):
            self.look(f"{test}{question.position}/")
            given = fields(question.type, keys[question.question_id])
            assert fill_in(self.client, f"{test}{question.position}/", given).status_code == 303
        self.look(f"{test}hand-in/")
        result = fill_in(self.client, f"{test}hand-in/", {}).headers["Location"]
        assert self.look(result).count("bar-passed") == 3

    def keys(self):
        """Return the right answers of the newest test."""
        ids = [question.question_id for question in drawn(self.site)]
        with self.site.ground.database.reading() as session:
            attempt = session.get(Attempt, session.get(DrawnQuestion, drawn(self.site)[0].id).attempt_id)
            return question_keys(session, attempt.release_id, ids)


@pytest.mark.parametrize("language", OFFERED, ids=lambda language: language.locale)
@pytest.mark.timeout(240)
def test_from_the_letter_to_the_confirmation(sqlite_site, language):
    walk = Walk(sqlite_site, language)
    for page in ("", "forgotten/", "register/", "sign-in/", "privacy/", "cookies/", "accessibility/"):
        walk.look(f"/{walk.tag}/{page}")

    walk.activate(sqlite_site.enrol("GV-2026-1"))
    walk.read()
    walk.take_test()

    path = walk.look(f"/{walk.tag}/my/")
    confirmation = re.search(rf'href="(/{walk.tag}/my/confirmation/[A-Z0-9-]+/)"', path)[1]
    walk.look(f"/{walk.tag}/my/account/")
    assert confirmation.split("/")[-2] in walk.look(confirmation)


@pytest.mark.parametrize("language", OFFERED, ids=lambda language: language.locale)
def test_dates_are_gregorian(sqlite_site, language):
    page = sqlite_site.client().get(f"/{language.tag}/accessibility/").text

    assert "2026" in page


def test_changing_the_language_at_question_7_keeps_all_answers(sqlite_site):
    tags = [language.tag for language in (*OFFERED[::-1], *OFFERED) if language.locale not in (SOURCE,)][:2]
    first, second = (Walk(sqlite_site, next(one for one in OFFERED if one.tag == tag)) for tag in tags)
    second.client = first.client
    first.activate(sqlite_site.enrol("GV-2026-1"))
    test = "/{}/modules/" + MODULE + "/test/"
    send(first.client, f"{test.format(first.tag)}start/")
    keys = first.keys()

    for question in drawn(sqlite_site):
        walk = first if question.position < 7 else second
        given = fields(question.type, keys[question.question_id])
        fill_in(walk.client, f"{test.format(walk.tag)}{question.position}/", given)

    answers = {one.position: (one.locale, one.answer) for one in drawn(sqlite_site)}
    assert {place: locale for place, (locale, _) in answers.items()} == {
        place: language_by(first.tag if place < 7 else second.tag) for place in answers
    }
    assert all(answer for _, answer in answers.values())
    result = fill_in(first.client, f"{test.format(second.tag)}hand-in/", {}).headers["Location"]
    assert second.look(result).count("bar-passed") == 3


def language_by(tag):
    return next(one.locale for one in OFFERED if one.tag == tag)
