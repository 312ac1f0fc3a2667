"""Completions as programs ask for them: by number, by following the feed, with receipts."""

import json

import pytest
from sqlalchemy import event, func, select

from pretraject.audit.models import AuditEntry
from pretraject.completion.actions import record
from pretraject.completion.models import FeedEvent, Receipt, RestorePoint
from pretraject.enrolment.models import Person
from pretraject.exchange.models import ApiClient
from tests.evidence import tamper
from tests.exchange.programs import EVENTS, NAME, QUERY, RECEIPTS, Program, item, problem
from tests.exchange.stranger import Ledger, signed_head
from tests.exchange.test_enrolments_api import complete, status_by

FIELDS = {
    "identifiers",
    "status",
    "obligation",
    "dueOn",
    "asOf",
    "completedOn",
    "track",
    "ruleVersion",
    "assurance",
    "certificateReference",
}


def completed(program, *numbers):
    """Enrol people who complete, each told as the site tells."""
    program.enrol(*(item(number) for number in numbers), request_id="-".join(numbers))
    for place, number in enumerate(numbers):
        complete(program, number, reference=f"K7MP-2QXW-{place:04}")
        with program.site.ground.database.writing() as session:
            newest = session.scalars(select(Person).order_by(Person.id.desc())).all()[-1 - place]
            record(session, person=newest, at=program.site.clock())
            session.commit()


def test_who_completed_is_told_with_what_the_law_lets(program):
    program.enrol(item(arrivalDate="2026-10-01"))
    complete(program, "GV-1")

    (found,) = status_by(program, "gv 1")

    assert set(found) == FIELDS
    assert found["status"] == "completed"
    assert (found["obligation"], found["dueOn"], found["completedOn"]) == (
        "required",
        "2027-04-01",
        "2026-11-23",
    )


@pytest.mark.parametrize("number", ["GV-404", "?", "x" * 200])
def test_nothing_linked_is_an_empty_list(sqlite_program, number):
    sqlite_program.enrol(item())

    assert status_by(sqlite_program, number) == []


@pytest.mark.parametrize(
    ("said", "word"),
    [({}, "notCompleted"), ({"exemption": "seasonal"}, "exempt"), ({"withdrawn": True}, "undetermined")],
)
def test_the_word_follows_from_the_enrolment(program, said, word):
    program.enrol(item(**said))

    (found,) = status_by(program, "GV-1")

    assert found["status"] == word
    assert "certificateReference" not in found


def test_asking_costs_the_same_whatever_the_number_of_people(program):
    program.enrol(*(item(f"GV-{number}") for number in range(60)))
    program.headers()

    def statements(*numbers):
        seen = []
        note = lambda *given: seen.append(given[2])  # noqa: E731 — a listener with a name to remove
        engine = program.site.ground.database.reader
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert len(status_by(program, *numbers)) == len(numbers)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return [one for one in seen if "identifier" in one and one.startswith("SELECT")]

    assert len(statements("GV-1")) == len(statements(*(f"GV-{number}" for number in range(60)))) == 1


def test_every_look_is_written_down(program):
    program.enrol(item())
    status_by(program, "GV-1", "GV-404")

    with program.site.ground.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "completion.queried")).one()
    assert (entry.actor_kind, entry.actor_name) == ("client", NAME)
    assert entry.person_id is not None


def test_who_has_no_feed_is_told_nothing_of_others(sqlite_site):
    Program(sqlite_site).enrol(item())
    other = Program(sqlite_site, name="office", party="dvz", scopes=["completions:read"])

    answer = other.post(QUERY, {"identifiers": [{"kind": "fileNumber", "value": "GV-1", "issuer": "wewis"}]})

    assert answer.json == {"items": []}


def test_the_feed_is_followed_page_by_page(program):
    completed(program, "GV-1", "GV-2", "GV-3")
    ledger = Ledger("wewis")

    first = program.get(EVENTS, limit=2).json
    ledger.take(first)
    second = program.browser.get(first["next"], headers=program.headers()).json
    ledger.take(second)
    third = program.get(EVENTS, after=ledger.cursor).json
    ledger.take(third)

    assert [one["fileNumbers"] for one in ledger.events] == [["GV-1"], ["GV-2"], ["GV-3"]]
    assert "next" not in second
    assert third["items"] == []
    assert third["cursor"] == ledger.cursor


def test_the_end_of_the_feed_is_signed(program):
    completed(program, "GV-1")

    head = program.get(EVENTS).json["head"]

    keys = program.browser.get("/.well-known/jwks.json").json
    said = signed_head(head, keys)
    assert (said["recipient"], said["seq"], said["hash"]) == ("wewis", 1, head["hash"])


def test_a_pull_is_written_down_and_how_far_it_went(program):
    completed(program, "GV-1", "GV-2")
    program.get(EVENTS)

    with program.site.ground.database.reading() as session:
        client = session.scalars(select(ApiClient)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "completion.pulled")).one()
    assert (client.pulled_seq, client.pulled_at) == (2, program.site.clock())
    assert entry.detail == {"first": 1, "last": 2}


def test_after_a_restore_the_last_place_in_common_is_told(program):
    completed(program, "GV-1", "GV-2")
    held = program.get(EVENTS).json["items"]
    with program.site.ground.database.writing() as session:
        point = RestorePoint(recipient="wewis", seq=1, hash=held[0]["hash"], restored_at=program.site.clock())
        session.add(point)
        session.commit()
    url = program.site.ground.config.database_url
    tamper(url, f"UPDATE feed_event SET hash = '{'0' * 64}' WHERE seq = 2")

    answer = program.get(EVENTS, after=held[1]["cursor"])

    assert problem(answer) == (409, "urn:problem-type:pretraject:completions:cursorMismatch")
    assert answer.json["lastCommonCursor"] == held[0]["cursor"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"after": "x"}, "after"),
        ({"after": "9" * 100}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"colour": "red"}, "colour"),
        ({"limit": ["1", "2"]}, "limit"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_with_the_place(sqlite_program, query, name):
    answer = sqlite_program.get(EVENTS, **query)

    assert problem(answer)[0] == 400
    assert [(one["in"], one["name"]) for one in answer.json["issues"]] == [("query", name)]


def receipts(program):
    with program.site.ground.database.reading() as session:
        found = session.scalars(select(Receipt).order_by(Receipt.id)).all()
        return [(one.status, one.code, one.client) for one in found]


def send(program, *items):
    return program.post(RECEIPTS, {"items": list(items)}).json["items"]


def test_receipts_are_kept_and_said_again_change_nothing(program):
    completed(program, "GV-1", "GV-2")
    first, second = (one["id"] for one in program.get(EVENTS).json["items"])
    said = (
        {"eventId": first, "status": "accepted"},
        {"eventId": second, "status": "rejected", "code": "file-closed"},
    )

    outcomes = [[one["outcome"] for one in send(program, *said)] for _ in range(2)]

    assert outcomes == [["stored", "stored"], ["unchanged", "unchanged"]]
    assert receipts(program) == [("accepted", None, NAME), ("rejected", "file-closed", NAME)]


def test_the_newest_receipt_counts(program):
    completed(program, "GV-1")
    (event_id,) = (one["id"] for one in program.get(EVENTS).json["items"])

    send(program, {"eventId": event_id, "status": "rejected", "code": "busy"})
    send(program, {"eventId": event_id, "status": "accepted"})

    assert [status for status, _code, _client in receipts(program)] == ["rejected", "accepted"]


def test_a_receipt_of_what_was_never_handed_over_is_rejected(program):
    completed(program, "GV-1")
    with program.site.ground.database.reading() as session:
        waiting = session.scalars(select(FeedEvent.key)).one()

    told = send(
        program,
        {"eventId": waiting, "status": "accepted"},
        {"eventId": "completed:nobody", "status": "accepted"},
    )

    assert [one["issues"][0]["code"] for one in told] == ["unknownEvent", "unknownEvent"]
    assert receipts(program) == []


def test_a_code_belongs_to_a_refusal_and_to_nothing_else(sqlite_program):
    completed(sqlite_program, "GV-1")
    (event_id,) = (one["id"] for one in sqlite_program.get(EVENTS).json["items"])

    told = send(
        sqlite_program,
        {"eventId": event_id, "status": "rejected"},
        {"eventId": event_id, "status": "accepted", "code": "fine"},
    )

    assert [one["issues"][0]["code"] for one in told] == ["missing", "unexpected"]


def test_the_documentation_is_a_page_of_our_own(sqlite_site):
    page = sqlite_site.client().get("/doc/").text
    document = json.loads(sqlite_site.client().get("/doc/openapi.json").data)

    for path in document["paths"]:
        assert path in page
    main = page.partition("<main")[2].partition("</main")[0]
    assert "http" not in main


def test_nobody_is_counted_twice(program):
    completed(program, "GV-1")
    for _ in range(3):
        program.get(EVENTS)

    with program.site.ground.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FeedEvent)) == 1
