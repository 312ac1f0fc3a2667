"""Case workers: what authorities refused as work, and objections with their answers."""

import pytest

from pretraject.completion.models import Receipt
from pretraject.privacy.actions import erase
from tests.exchange.case_workers import (
    CASES,
    NUMBER,
    REASON,
    TEXT,
    case_worker,
    kinds_told,
    objected,
    objections_kept,
    open_first,
    page_of,
    proposed,
    refused,
    settle,
    stored_rows,
)
from tests.handover.counsellors import employ, entries, person_with
from tests.study.forms_sent import fill_in, hidden_fields, send

REFUSED, HANDLED, OBJECTIONS = f"{CASES}refused/", f"{CASES}refused/handled/", f"{CASES}objections/"
ANSWER = "U hebt gelijk. Wij zetten het recht."


@pytest.fixture
def worker(site):
    """A case worker, and somebody who is enrolled."""
    site.enrol(NUMBER)
    return case_worker(site)


def mark(client, site, handled="yes"):
    receipt = stored_rows(site, Receipt)[0]
    return send(client, f"{REFUSED}{receipt.id}/mark/", handled=handled)


def test_a_refused_receipt_is_work_and_names_nobody(site, worker):
    refused(site)

    text = worker.get(REFUSED).text

    assert "unknownNumber" in text
    assert "wewis-reader" in text
    assert NUMBER not in text


def test_a_refusal_that_was_accepted_later_is_no_work(site, worker):
    refused(site, later="accepted")

    assert "unknownNumber" not in worker.get(REFUSED).text


def test_a_refusal_opens_the_person_for_that_reason(site, worker):
    refused(site)

    page = open_first(worker, REFUSED)

    assert NUMBER in worker.get(page).text
    assert "unknownNumber" in worker.get(page).text
    assert entries(site)[0][2] == {"reason": "receipt-refused"}


def test_a_refusal_can_be_marked_as_handled_and_made_work_again(site, worker):
    refused(site)

    mark(worker, site)
    assert "unknownNumber" not in worker.get(REFUSED).text
    assert "unknownNumber" in worker.get(HANDLED).text
    mark(worker, site, "no")
    assert "unknownNumber" in worker.get(REFUSED).text
    assert [action for action, _person, _detail in entries(site)] == [
        "case.refusal-handled",
        "case.refusal-opened-again",
    ]


def test_who_handled_it_first_stays_noted(site, worker):
    refused(site)
    mark(worker, site)
    first = stored_rows(site, Receipt)[0].handled_by
    mark(case_worker(site), site)

    assert stored_rows(site, Receipt)[0].handled_by == first


def test_the_newest_refusal_comes_first(site, worker):
    refused(site, code="codeA")
    refused(site, code="codeB")

    text = worker.get(REFUSED).text

    assert text.index("codeB") < text.index("codeA")


def test_a_refusal_about_somebody_erased_names_nobody(site, worker):
    proposed(site)
    settle(worker, open_first(worker, f"{CASES}waiting/"))
    refused(site)
    with site.ground.database.writing() as session:
        erase(session, person=person_with(site, session), at=site.clock())
        session.commit()

    page = worker.get(open_first(worker, REFUSED))

    assert page.status_code == 200
    assert NUMBER not in page.text
    assert REASON not in page.text


def test_an_objection_waits_and_the_list_shows_nothing_of_it(site, worker):
    objected(site)

    text = worker.get(OBJECTIONS).text

    assert "/open/" in text
    assert TEXT not in text
    assert f"{OBJECTIONS}" in worker.get(CASES).text


def test_an_objection_is_answered_once_and_told(site, worker):
    objected(site)
    page = open_first(worker, OBJECTIONS)
    assert TEXT in worker.get(page).text
    fields = hidden_fields(worker.get(page).text) | {"outcome": "upheld", "text": ANSWER}

    answers = [worker.post(page, data=fields).status_code for _ in range(2)]

    assert answers == [303, 422]
    assert kinds_told(site) == ["objectionClosed"]
    (objection,) = objections_kept(site)
    assert (objection.outcome, objection.answer_sealed.count(ANSWER.encode())) == ("upheld", 0)
    assert "/open/" not in worker.get(OBJECTIONS).text


def test_an_answer_stands_on_the_page_of_the_person(site, worker):
    objected(site)
    fill_in(worker, open_first(worker, OBJECTIONS), outcome="refused", text=ANSWER)

    text = worker.get(page_of(worker)).text

    assert TEXT in text
    assert ANSWER in text


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"text": ""}, {"text": "x" * 2001}, {"outcome": "both"}])
def test_an_answer_that_is_not_whole_is_refused_and_stays(site, worker, wrong):
    objected(site)
    page = open_first(worker, OBJECTIONS)

    response = fill_in(worker, page, {"outcome": "upheld", "text": ANSWER} | wrong)

    assert response.status_code == 422
    assert "text" in wrong or ANSWER in response.text
    assert kinds_told(site) == []


def test_answering_is_written_down(site, worker):
    key = objected(site)
    fill_in(worker, open_first(worker, OBJECTIONS), outcome="refused", text=ANSWER)

    assert entries(site)[-1][::2] == (
        "case.objection-answered",
        {"outcome": "refused", "objection": key},
    )


def test_an_objection_is_not_shown_in_a_look_at_somebody_else(site, worker):
    key = objected(site)
    site.enrol("AB-2026-2")

    assert worker.get(f"{page_of(worker, 'AB-2026-2')}objections/{key}/").status_code == 404


def test_a_counsellor_can_do_none_of_it(site, worker):
    key = objected(site)
    refused(site)
    counsellor = employ(site, "counsellor")

    for path in (f"{OBJECTIONS}{key}/open/", f"{REFUSED}1/open/", f"{REFUSED}1/mark/"):
        assert send(counsellor, path, handled="yes").status_code == 403
