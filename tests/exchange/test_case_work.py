"""Case workers: finding one person, what they see, proposing, and settling by somebody else."""

import pytest
from sqlalchemy import select

from pretraject.completion import feed
from pretraject.completion.chain import chain_faults
from pretraject.enrolment.models import Identifier, Look
from pretraject.enrolment.queries import file_number_index, identifier_place
from tests.exchange.case_workers import (
    CASES,
    CORRECTION,
    NUMBER,
    REASON,
    case_worker,
    decisions,
    find,
    kinds_told,
    open_first,
    page_of,
    preview,
    propose,
    proposed,
    settle,
    status,
)
from tests.handover.counsellors import REFERENCE, complete, employ, entries, person_with, stored
from tests.study.forms_sent import fill_in, hidden_fields, send

WAITING = f"{CASES}waiting/"
NO_DATA = "No linked data. This does not mean 'not completed'."


@pytest.fixture
def worker(site):
    """A case worker, and somebody who is enrolled."""
    site.enrol(NUMBER)
    return case_worker(site)


@pytest.mark.parametrize("role", ["counsellor", "editor", "translator", "reviewer", "publisher"])
def test_other_roles_are_kept_out(sqlite_site, role):
    client = employ(sqlite_site, role)

    for path in ("", "waiting/", "refused/", "refused/handled/", "objections/", f"{'0' * 32}/"):
        assert client.get(CASES + path).status_code == 403, path
    assert CASES not in client.get("/nl/staff/").text


@pytest.mark.parametrize("role", ["case-worker", "administrator"])
def test_case_workers_find_the_door_on_their_home_page(sqlite_site, role):
    client = employ(sqlite_site, role)

    assert f'href="{CASES}"' in client.get("/nl/staff/").text
    assert client.get(CASES).status_code == 200


def test_a_number_leads_to_a_page_whose_address_and_log_hold_nothing_of_the_person(site, worker, caplog):
    caplog.set_level("DEBUG")

    page = page_of(worker, "ab 2026 1")

    assert worker.get(page).status_code == 200
    assert "2026" not in page
    assert not any(NUMBER in line or "AB20261" in line for line in caplog.messages)


def test_nobody_found_never_means_not_completed(site, worker):
    response = fill_in(worker, CASES.replace("/nl/", "/en/"), number="ZZ-9999", reason="permit")

    assert response.status_code == 404
    assert NO_DATA in response.text
    assert "ZZ-9999" in response.text
    with stored(site) as session:
        assert session.scalars(select(Look)).all() == []
    assert entries(site) == [("case.nobody-found", None, {"reason": "permit"})]


def test_a_search_without_a_reason_finds_nobody_and_keeps_what_was_typed(site, worker):
    response = find(worker, reason="")

    assert response.status_code == 422
    assert NUMBER in response.text
    assert entries(site) == []


def test_every_search_and_every_page_seen_is_written_down_with_its_reason(site, worker):
    worker.get(page_of(worker))

    with stored(site) as session:
        person_id = person_with(site, session).id
    assert entries(site) == [
        ("case.found", person_id, {"reason": "permit"}),
        ("case.seen", person_id, {"page": "person", "reason": "permit"}),
    ]


def test_a_number_of_two_issuers_asks_whose_it_is(site, worker):
    site.enrol("AB-2026-2")
    issued_too(site, "AB-2026-2", NUMBER, issuer="dvz")

    asked = find(worker)
    chosen = find(worker, issuer="dvz")

    assert asked.status_code == 422
    assert 'value="dvz"' in asked.text
    assert chosen.status_code == 303
    assert "AB-2026-2" in worker.get(chosen.location).text


def issued_too(site, known_as, number, *, issuer):
    """Give somebody a number of another issuer."""
    vault = site.ground.vault
    index = file_number_index(vault, number, issuer=issuer)
    place = identifier_place(issuer, "fileNumber", index)
    with site.ground.database.writing() as session:
        session.add(
            Identifier(
                person_id=person_with(site, session, known_as).id,
                issuer=issuer,
                kind="fileNumber",
                value_sealed=vault.seal(number, place=place),
                value_index=index,
                valid_from=site.clock(),
            )
        )
        session.commit()


def test_a_look_opens_for_nobody_else_and_ends(site, worker):
    page = page_of(worker)

    assert case_worker(site).get(page).status_code == 404
    site.clock.forward(hours=1)
    assert worker.get(page).status_code == 200
    with site.ground.database.writing() as session:
        session.query(Look).update({"ends_at": site.clock()})
        session.commit()
    assert worker.get(page).status_code == 404


def test_the_page_says_what_is_on_record_when_and_by_which_rule(site, worker):
    complete(site)

    text = worker.get(page_of(worker).replace("/nl/", "/en/")).text

    assert "On record at 23 November 2026, 13:00 (Belgian time): completed on 23 November 2026" in text
    assert "under rule labour-2026-02-02" in text
    assert "without supervision." in text
    assert REFERENCE in text
    assert "assumption" in text


def test_before_anything_is_completed_it_says_so(site, worker):
    text = worker.get(page_of(worker).replace("/nl/", "/en/")).text

    assert "no completion. The course is not completed so far." in text
    assert "No authority was told of anything so far." in text


def test_a_proposal_is_shown_before_it_is_kept(site, worker):
    shown = preview(worker, page_of(worker))

    assert shown.status_code == 200
    assert REASON in shown.text
    assert "wewis" in shown.text
    assert decisions(site) == []


def test_a_proposal_can_be_changed_after_it_was_shown(site, worker):
    page = page_of(worker)
    fields = hidden_fields(preview(worker, page).text)

    back = worker.post(f"{page}propose/correction/", data=fields | {"step": "change"})

    assert back.status_code == 200
    assert 'name="day" value="1"' in back.text
    assert REASON in back.text
    assert decisions(site) == []


def test_a_correction_counts_once_somebody_else_confirms_it(site, worker):
    proposed(site, worker)
    assert (status(site).word, kinds_told(site)) == ("notCompleted", [])
    other = case_worker(site)

    response = settle(other, open_first(other, WAITING))

    assert response.status_code == 303
    assert (status(site).word, kinds_told(site)) == ("completed", ["corrected"])
    assert worker.get(WAITING).text.count("<tr>") == 0


def test_who_proposed_cannot_confirm_or_refuse_but_withdraw(site, worker):
    proposed(site, worker)
    page = open_first(worker, WAITING)

    assert 'value="confirmed"' not in worker.get(page).text
    for outcome in ("confirmed", "refused"):
        response = settle(worker, page, outcome)
        assert response.status_code == 422
        assert "errors" in response.text
    assert kinds_told(site) == []
    assert settle(worker, page, "withdrawn").status_code == 303
    assert decisions(site)[0].outcome == "withdrawn"


def test_another_cannot_withdraw(site, worker):
    proposed(site, worker)
    other = case_worker(site)

    assert settle(other, open_first(other, WAITING), "withdrawn").status_code == 422


def test_confirming_again_tells_nobody_again(site, worker):
    proposed(site, worker)
    other = case_worker(site)
    page = open_first(other, WAITING)
    fields = hidden_fields(other.get(page).text) | {"outcome": "confirmed"}

    answers = [other.post(page, data=fields).status_code for _ in range(3)]

    assert answers == [303, 422, 422]
    assert kinds_told(site) == ["corrected"]


def test_no_other_outcome_is_taken(site, worker):
    proposed(site, worker)
    other = case_worker(site)
    page = open_first(other, WAITING)

    assert settle(other, page, "done").status_code == 422
    assert decisions(site)[0].outcome is None


def test_sending_a_proposal_twice_keeps_one(site, worker):
    page = page_of(worker)
    propose(worker, page)

    again = worker.post(
        f"{page}propose/correction/",
        data=hidden_fields(worker.get(f"{page}propose/correction/").text) | CORRECTION | {"step": "keep"},
    )

    assert again.status_code == 422
    assert REASON in again.text
    assert len(decisions(site)) == 1


def test_what_stands_no_longer_is_not_decided_on_and_what_was_typed_stays(site, worker):
    page = page_of(worker)
    fields = hidden_fields(preview(worker, page).text)
    complete(site)

    response = worker.post(f"{page}propose/correction/", data=fields | {"step": "keep"})

    assert response.status_code == 422
    assert REASON in response.text
    assert 'name="day" value="1"' in response.text
    assert decisions(site) == []


def test_a_proposal_made_stale_cannot_be_confirmed(site, worker):
    proposed(site, worker)
    complete(site)
    other = case_worker(site)
    page = open_first(other, WAITING)

    assert 'value="confirmed"' not in other.get(page).text
    assert settle(other, page).status_code == 422
    assert settle(other, page, "refused").status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "32"},
        {"year": "2027"},
        {"year": "1999"},
        {"month": ""},
        {"assurance": "certain"},
        {"reason": ""},
        {"reason": "x" * 2001},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(sqlite_site, wrong):
    sqlite_site.enrol(NUMBER)
    client = case_worker(sqlite_site)

    response = preview(client, page_of(client), **(CORRECTION | wrong))

    assert response.status_code == 422
    assert 'id="errors"' in response.text
    assert 'value="2026"' in response.text or "year" in wrong


@pytest.mark.parametrize(
    ("kind", "given", "word"),
    [
        ("revocation", {"reason": REASON}, "revoked"),
        ("exemption", {"reason": REASON, "exemption": "seasonal"}, "exempt"),
    ],
)
def test_revocations_and_exemptions_take_two_too(site, worker, kind, given, word):
    if kind == "revocation":
        complete(site)
    proposed(site, worker, kind=kind, **given)
    other = case_worker(site)
    settle(other, open_first(other, WAITING))

    assert status(site).word == word


def test_an_exemption_can_be_ended(site):
    site.enrol(NUMBER, exemption="seasonal")
    proposed(site, kind="exemption-end", reason=REASON)
    other = case_worker(site)
    settle(other, open_first(other, WAITING))

    assert (status(site).word, kinds_told(site)) == ("notCompleted", ["exemptionEnded"])


def test_only_what_can_be_is_offered(site, worker):
    page = page_of(worker)
    before = worker.get(page).text
    complete(site)
    after = worker.get(page).text

    assert ("propose/revocation/" in before, "propose/exemption/" in before) == (False, True)
    assert ("propose/revocation/" in after, "propose/exemption/" in after) == (True, False)


def test_the_history_says_who_proposed_and_who_settled(site, worker):
    proposed(site, worker)
    other = case_worker(site)
    page = open_first(other, WAITING)
    settle(other, page)
    (decision,) = decisions(site)

    text = other.get(page.split("decisions/")[0].replace("/nl/", "/en/")).text

    assert f"by staff member {decision.proposed_by}." in text
    assert f"by staff member {decision.settled_by}." in text
    assert REASON in text
    assert decision.reference in text


def test_proposing_and_settling_are_written_down(site, worker):
    proposed(site, worker)
    other = case_worker(site)
    settle(other, open_first(other, WAITING))
    (decision,) = decisions(site)

    written = {action: detail for action, _person, detail in entries(site)}
    assert written["case.proposed"] == {"kind": "correction", "reference": decision.reference}
    assert written["case.confirmed"] == {"kind": "correction", "reference": decision.reference}
    assert {"reason": "second-pair-of-eyes"} in [detail for _action, _person, detail in entries(site)]


def test_a_decision_is_not_shown_in_a_look_at_somebody_else(site, worker):
    proposed(site, worker)
    site.enrol("AB-2026-2")
    (decision,) = decisions(site)

    path = f"{page_of(worker, 'AB-2026-2')}decisions/{decision.key}/"

    assert worker.get(path).status_code == 404
    assert send(worker, path, outcome="withdrawn").status_code == 404


def test_the_feed_stays_whole(site, worker):
    proposed(site, worker)
    other = case_worker(site)
    settle(other, open_first(other, WAITING))
    feed.stamp_all(site.ground.database, at=site.clock())

    with stored(site) as session:
        assert list(chain_faults(session, "wewis")) == []
    assert "wewis" in other.get(page_of(other)).text


def test_lists_are_paged_and_odd_pages_are_the_first(site):
    worker = case_worker(site)
    for number in range(21):
        site.enrol(f"AB-2026-{number}")
        proposed(site, worker, number=f"AB-2026-{number}")

    rows = {page: worker.get(f"{WAITING}{page}").text.count('scope="row"') for page in ("", "?page=2")}
    assert rows == {"": 20, "?page=2": 1}
    for odd in ("?page=0", "?page=3", "?page=x", "?page=-1", "?page=99999999999999999999", "?page=١"):
        assert worker.get(f"{WAITING}{odd}").text.count('scope="row"') == 20, odd


@pytest.mark.parametrize("path", ["waiting/", "refused/", "refused/handled/", "objections/"])
def test_empty_lists_say_so(sqlite_site, path):
    page = case_worker(sqlite_site).get(CASES + path)

    assert page.status_code == 200
    assert "<table" not in page.text


@pytest.mark.parametrize(
    "path", ["waiting/{}/open/", "objections/{}/open/", "refused/1/open/", "refused/99999999999/mark/"]
)
def test_what_is_not_there_is_not_found(sqlite_site, path):
    client = case_worker(sqlite_site)

    assert send(client, CASES + path.format("0" * 32), handled="yes").status_code == 404


def test_an_unknown_kind_of_proposal_is_no_page(site, worker):
    assert worker.get(f"{page_of(worker)}propose/pardon/").status_code == 404
