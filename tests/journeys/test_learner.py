"""A learner looks at what WEWIS sees, objects and reads the answer: no JavaScript, each page audited."""

import pytest
from sqlalchemy import select

from pretraject.completion import objections
from pretraject.completion.models import Objection
from pretraject.enrolment.models import Person
from tests.site import BORN, PIN, served, site_on

NARROW = {"width": 320, "height": 640}
STAFF = 41
OBJECTION = "أديت الاختبار يوم 20.\nكنت في Gent."
ANSWER = "U legde de toets af op 23 november."


def open_account(page, address, tag, code):
    """Go from the code of a letter to my path."""
    page.goto(f"{address}/{tag}/activate/")
    page.fill("#code", code)
    page.locator("main form.form .button-main").click()
    for name, value in (("day", BORN.day), ("month", BORN.month), ("year", BORN.year)):
        page.fill(f"#{name}", str(value))
    page.locator("main form.form .button-main").click()
    for field in page.locator("input[type=password]").all():
        field.fill(PIN)
    page.locator("main form.form .button-main").click()


def answer(site):
    """Have staff answer the objection."""
    with site.ground.database.writing() as session:
        objection = session.scalars(select(Objection)).one()
        objections.answer(
            session,
            site.ground.vault,
            objection=objection,
            person=session.get_one(Person, objection.person_id),
            outcome="refused",
            text=ANSWER,
            account_id=STAFF,
            at=site.clock(),
        )
        session.commit()


@pytest.mark.timeout(300)
def test_a_learner_objects_and_reads_the_answer(phone, audit, published_sqlite_url):
    site = site_on(published_sqlite_url)
    code = site.enrol("AB-2026-7")
    with served(site) as address:
        page = phone(javascript=False, locale="ar").new_page()
        open_account(page, address, "ar", code)
        page.locator("main a[href='/ar/my/authority/']").click()
        audit(page)
        page.locator("main form .button-main").click()
        audit(page)
        assert page.locator("#errors a[href='#text']").count() == 1
        page.fill("#text", OBJECTION)
        page.locator("main form .button-main").click()
        audit(page)
        assert page.locator(".written").inner_text() == OBJECTION
        assert page.locator("textarea").count() == 0
        answer(site)
        page.reload()
        audit(page)
        assert page.locator(".written[lang=nl]").inner_text() == ANSWER
        page.set_viewport_size(NARROW)
        assert page.locator("main").bounding_box()["width"] <= NARROW["width"]
        assert page.locator("textarea").bounding_box()["width"] <= NARROW["width"]
    site.ground.database.dispose()
