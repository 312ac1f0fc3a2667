"""What WEWIS sees about me: the fields it gets, what was sent, and saying that something is wrong."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pretraject.completion import objections
from pretraject.completion.feed import stamp
from pretraject.completion.models import Decision, FeedEvent, Objection, Receipt, TrackCompletion
from tests.study.forms_sent import send
from tests.study.readers import learner
from tests.study.test_my_path import take_test

NUMBER = "GV-2026-00078"
PATH = "/nl/my/authority/"
TEXT = "I took the test on the 20th.\nI was in Ghent & ill."
STAFF = 41


@pytest.fixture
def reader(learning):
    """A learner with a file who has completed nothing."""
    return learner(learning, group="labour", number=NUMBER, arrival_date=None)


@pytest.fixture
def completer(learning, reader):
    """A learner with a file who has completed the course."""
    take_test(learning, reader, right=True)
    return reader


def page_of(reader, language="nl"):
    response = reader.client.get(f"/{language}/my/authority/")
    assert response.status_code == 200
    return response.text


def rows_in(page):
    """Return labels and values of the page, tags left out."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {re.sub("<[^>]+>", "", label): re.sub("<[^>]+>", "", value) for label, value in found}


def write(learning, *rows):
    with learning.ground.database.writing() as session:
        session.add_all(rows)
        session.commit()


def hand_over(learning):
    """Give the events their places, as at a pull."""
    with learning.ground.database.writing() as session:
        stamp(session, "wewis", at=learning.clock())
        session.commit()


def receipt(learning, status, **given):
    """Have WEWIS say something of the only event."""
    with learning.ground.database.reading() as session:
        event_id = session.scalars(select(FeedEvent.id)).one()
    code = "unknownPerson" if status == "rejected" else None
    row = {"client": "wewis-feed", "received_at": learning.clock(), "code": code} | given
    write(learning, Receipt(feed_event_id=event_id, status=status, **row))


def decision(reader, kind, at, **given):
    sound = {
        "key": f"{kind:0<32}",
        "reference": f"REF-{kind}",
        "track": "labour",
        "rule_version": "labour-rule",
        "seen": "0" * 16,
        "reason_sealed": b"sealed",
        "proposed_by": STAFF,
        "proposed_at": at,
        "settled_by": STAFF + 1,
        "settled_at": at,
        "outcome": "confirmed",
    }
    return Decision(person_id=reader.person_id, kind=kind, **sound | given)


def answer(learning, reader, outcome, text):
    with learning.ground.database.writing() as session:
        objections.answer(
            session,
            learning.ground.vault,
            objection=session.scalars(select(Objection)).one(),
            person=reader.person(session),
            outcome=outcome,
            text=text,
            account_id=STAFF,
            at=learning.clock(),
        )
        session.commit()


def count_objections(learning):
    with learning.ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Objection))


def test_it_shows_exactly_what_an_authority_gets(completer):
    rows = rows_in(page_of(completer))

    assert list(rows) == [
        *("File number", "Course", "Status", "Duty", "Completed on nl", "Taken", "Reference"),
        *("Judged by rule", "You have completed the course"),
    ]
    assert rows["File number"] == NUMBER
    assert rows["Status"] == "You have completed the course"
    assert rows["Completed on nl"] == "23 november 2026"


def test_who_has_completed_nothing_is_shown_as_such(reader):
    rows = rows_in(page_of(reader))

    assert rows["Status"] == "You have not completed the course yet"
    assert "Reference" not in rows
    assert "Nothing about you was sent so far." in page_of(reader)


def test_a_due_day_is_shown(learning):
    reader = learner(learning, group="labour", arrival_date=learning.clock().date())

    assert rows_in(page_of(reader))["Complete the course by"] == "23 mei 2027"


def test_who_has_no_file_reads_that_nothing_is_seen(learning):
    visitor = learner(learning)

    page = page_of(visitor)
    response = send(visitor.client, PATH, text=TEXT)

    assert "sees nothing about you" in page
    assert "/nl/my/account/code/" in page
    assert "<textarea" not in page
    assert response.status_code == 409
    assert count_objections(learning) == 0


def test_an_event_nobody_pulled_is_not_sent_yet(completer):
    assert rows_in(page_of(completer))["You have completed the course"] == "not sent yet"


def test_an_event_is_sent_when_it_has_its_place(learning, completer):
    hand_over(learning)

    said = rows_in(page_of(completer))["You have completed the course"]
    assert said == "sent to WEWIS on 23 november 2026, not taken in yet"


def test_the_newest_receipt_counts(learning, completer):
    hand_over(learning)
    receipt(learning, "rejected")
    refused = rows_in(page_of(completer))["You have completed the course"]
    learning.clock.forward(days=2)
    receipt(learning, "accepted")
    taken_in = rows_in(page_of(completer))["You have completed the course"]

    assert refused.endswith("It was not taken in: staff are looking at it.")
    assert taken_in == "sent to WEWIS on 23 november 2026, taken in on 25 november 2026"


def test_nothing_of_what_is_refused_is_shown(learning, completer):
    hand_over(learning)
    receipt(learning, "rejected")

    assert "unknownPerson" not in page_of(completer)


def test_a_revocation_says_what_was_decided_and_what_to_do(learning, completer):
    write(learning, decision(completer, "revocation", learning.clock() + timedelta(days=1)))

    page = page_of(completer)
    rows = rows_in(page)

    assert rows["Status"] == "Your completion was withdrawn"
    assert rows["Your completion was withdrawn"] == "24 november 2026"
    assert "ask an agency for civic integration" in page


def test_a_decision_nobody_confirmed_is_not_shown(learning, completer):
    proposed = {"settled_by": None, "settled_at": None, "outcome": None}
    write(learning, decision(completer, "revocation", learning.clock(), **proposed))

    assert "withdrawn" not in page_of(completer)


def test_an_exemption_is_shown(learning, reader):
    write(learning, decision(reader, "exemption", learning.clock(), exemption="other"))

    rows = rows_in(page_of(reader))

    assert rows["You have an exemption"] == "23 november 2026"
    assert rows["Status"].startswith("You do not have to follow this course")


def test_nobody_sees_what_is_about_another(learning, completer):
    hand_over(learning)
    other = learner(learning, group="labour")

    page = page_of(other)

    assert NUMBER not in page
    assert "Nothing about you was sent so far." in page


def test_an_objection_is_kept_and_shown(learning, reader):
    response = send(reader.client, PATH, text=TEXT.replace("\n", "\r\n"))

    assert response.status_code == 303
    assert response.headers["Location"] == PATH
    page = page_of(reader)
    assert "I took the test on the 20th.\nI was in Ghent &amp; ill." in page
    assert "You objected on 23 november 2026" in page
    assert "There is no answer yet." in page
    assert "<textarea" not in page


def test_the_text_is_stored_sealed(learning, reader):
    send(reader.client, PATH, text=TEXT)

    with learning.ground.database.reading() as session:
        assert b"Ghent" not in session.scalars(select(Objection)).one().text_sealed


def test_a_double_tap_objects_once(learning, reader):
    send(reader.client, PATH, text=TEXT)

    response = send(reader.client, PATH, text=TEXT)

    assert response.status_code == 303
    assert count_objections(learning) == 1


def test_a_second_objection_waits_and_what_was_typed_stays(learning, reader):
    send(reader.client, PATH, text=TEXT)

    response = send(reader.client, PATH, text="And another thing.")

    assert response.status_code == 409
    assert "And another thing.</textarea>" in response.text
    assert "is not answered yet" in response.text
    assert count_objections(learning) == 1


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001])
def test_what_is_no_objection_is_refused_and_stays(learning, reader, text):
    response = send(reader.client, PATH, text=text)

    assert response.status_code == 422
    assert 'href="#text"' in response.text
    assert f"{text.strip()}</textarea>" in response.text
    assert count_objections(learning) == 0


def test_an_objection_may_have_every_character_allowed(learning, reader):
    assert send(reader.client, PATH, text="ሀ" * 1999 + "\r\n" + "x").status_code == 422
    assert send(reader.client, PATH, text="ሀ" * 1998 + "\r\n" + "x").status_code == 303


def test_the_answer_is_marked_as_dutch(learning, reader):
    send(reader.client, PATH, text=TEXT)
    learning.clock.forward(days=3)
    answer(learning, reader, "refused", "U legde de toets af op 23 november.")

    page = page_of(reader, "ar")

    assert '<p class="written" lang="nl" dir="ltr">U legde de toets af op 23 november.</p>' in page
    assert "Staff do not agree with you." in page
    assert "26 نوفمبر 2026" in page


def test_after_the_answer_one_can_object_again(learning, reader):
    send(reader.client, PATH, text=TEXT)
    answer(learning, reader, "upheld", "U hebt gelijk.")

    page = page_of(reader)

    assert "Staff agree with you." in page
    assert "<textarea" in page
    assert "Your objection was answered" in rows_in(page)


def test_my_path_leads_here(reader):
    assert f'href="{PATH}"' in reader.client.get("/nl/my/").text


def test_my_path_does_not_call_a_withdrawn_course_completed(learning, completer):
    revises = completion_reference(learning)
    write(learning, decision(completer, "revocation", learning.clock(), revises=revises))

    page = completer.client.get("/nl/my/").text

    assert "You have completed the course" not in page
    assert "Your completion was withdrawn" in page
    assert f'href="{PATH}"' in page


def test_my_path_of_who_has_an_exemption_by_decision_asks_nothing(learning, reader):
    write(learning, decision(reader, "exemption", learning.clock(), exemption="other"))

    page = reader.client.get("/nl/my/").text

    assert "You do not have to follow this course" in page
    assert "By when" not in page


def test_my_path_of_a_corrected_completion_says_completed(learning, reader):
    corrected = {"completed_on": learning.clock().date(), "assurance": "supervised"}
    write(learning, decision(reader, "correction", learning.clock(), **corrected))

    assert "You have completed the course" in reader.client.get("/nl/my/").text


def completion_reference(learning):
    with learning.ground.database.reading() as session:
        return session.scalars(select(TrackCompletion.reference)).one()
