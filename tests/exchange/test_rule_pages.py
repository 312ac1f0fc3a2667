"""The rules page: every staff role sees what is asked for from when, and what is only assumed."""

import re
from datetime import date

import pytest

from pretraject.enrolment.dated_rules import SETTINGS
from tests.handover.counsellors import employ
from tests.site import site_on
from tests.world import publish_rules, rule

PAGE = "/en/staff/rules/"
ROW = re.compile(r'<th scope="row">(.*?)</th>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r"<td>(.*?)</td>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def shown(page):
    """Return the cells of each row of the first table, as texts."""
    first = page[page.index("<table>") : page.index("</table>")]
    return {
        name: [" ".join(TAG.sub(" ", cell).split()) for cell in CELL.findall(cells)]
        for name, cells in ROW.findall(first)
    }


@pytest.mark.parametrize("role", ["editor", "counsellor", "case-worker", "administrator"])
def test_every_role_sees_the_rules(sqlite_site, role):
    assert employ(sqlite_site, role).get(PAGE).status_code == 200


def test_visitors_do_not(sqlite_site):
    assert sqlite_site.client().get(PAGE).status_code == 303


def test_every_setting_of_every_rule_is_shown_with_whether_it_is_assumed(sqlite_site):
    rows = shown(employ(sqlite_site).get(PAGE).text)

    assert len(rows) == len(SETTINGS) + 1
    assert rows["Consequence"] == [
        "none fixed",
        "none fixed",
        "WEWIS does not renew the work permit assumption",
    ]
    assert rows["Renewal window"][2] == (
        "opens 4.5 months before expiry closes 2 months before expiry assumption"
    )
    assert rows["Competent regions with the duty"] == [
        "Flanders same for all dates",
        "Flanders same for all dates",
        "Flanders assumption",
    ]


def test_the_rule_in_force_today_is_marked_and_the_mark_moves(sqlite_site):
    def marked():
        page = employ(sqlite_site).get(PAGE).text
        return re.findall(r"From ([0-9A-Za-z ]+)<br>\(in force today\)", page)

    today = marked()
    sqlite_site.clock.forward(days=365)

    assert today == ["2 February 2026", "2 February 2026"]
    assert marked() == ["1 September 2027", "2 February 2026"]


def test_versions_stand_as_results_name_them(sqlite_site):
    assert "labour-2026-02-02-f89ff55e" in employ(sqlite_site).get(PAGE).text


def test_numbers_are_written_as_the_language_does(sqlite_site):
    assert "4,5" in employ(sqlite_site).get("/nl/staff/rules/").text


def test_every_form_of_a_rule_has_words(sqlite_site):
    odd = rule(
        completion="followed",
        regions=[],
        renewal={"opens-days": 100, "closes-days": 10},
        **{"from": date(2026, 11, 1), "exempt-groups": ["other"], "term-months": 1, "wait-hours": 1},
    )
    with sqlite_site.ground.database.writing() as session:
        publish_rules(session, odd, at=sqlite_site.clock())
        session.commit()

    rows = shown(employ(sqlite_site).get(PAGE).text)

    assert rows["Competent regions with the duty"] == ["none fixed"]
    assert rows["Exempt groups"] == ["other, decided for one person fixed"]
    assert rows["Term after arrival"] == ["1 month fixed"]
    assert rows["Renewal window"] == ["opens 100 days before expiry closes 10 days before expiry fixed"]


def test_without_a_policy_the_page_says_how_to_publish_one(sqlite_url):
    site = site_on(sqlite_url)

    assert "pretraject content publish" in employ(site).get(PAGE).text
    site.ground.database.dispose()
