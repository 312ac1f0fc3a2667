from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pretraject.completion import feed, rules
from pretraject.completion.lines import lines_after, pages_after
from pretraject.completion.models import FeedEvent, FeedHead
from pretraject.core.chain import START_HASH
from tests.world import (
    AT,
    DAY,
    VAULT,
    add_file_number,
    complete,
    learner,
)

WEWIS = "wewis"


@pytest.fixture
def stamped(session, release):
    """The people of three events that have their places."""
    people = [learner(session, number=f"GV-000{number}") for number in range(3)]
    for person in people:
        complete(session, person, release)
    feed.stamp(session, WEWIS, at=AT)
    session.commit()
    return people


def events(session):
    return session.scalars(select(FeedEvent).order_by(FeedEvent.seq)).all()


def cursors(session):
    return [rules.cursor_of(event.seq, event.hash) for event in events(session)]


def add_event(session, number, recipient=WEWIS):
    session.add(
        FeedEvent(
            recipient=recipient,
            kind="completed",
            payload={"reference": f"{number}"},
            salt=f"{number:032}",
            created_at=AT,
            key=f"completed:{number}",
        )
    )
    session.flush()


def recomputed(found):
    """Chain the events anew, as a recipient can who keeps what it was given."""
    previous, hashes = START_HASH, []
    for event in found:
        previous = rules.link_hash(
            previous, recipient=event.recipient, seq=event.seq, payload=event.payload, salt=event.salt
        )
        hashes.append(previous)
    return hashes


def test_an_event_has_no_place_until_somebody_pulls(session, release):
    complete(session, learner(session), release)

    assert [event.seq for event in events(session)] == [None]


def test_places_are_gapless_and_the_hashes_a_chain(session, stamped):
    found = events(session)

    assert [event.seq for event in found] == [1, 2, 3]
    assert [event.hash for event in found] == recomputed(found)
    assert [event.previous_hash for event in found] == [START_HASH, *recomputed(found)[:-1]]


def test_a_payload_changed_afterwards_breaks_the_chain(session, stamped):
    found = events(session)
    found[1].payload = {**found[1].payload, "completedOn": "2020-01-01"}

    assert found[1].hash != recomputed(found)[1]


def test_stamping_goes_on_where_it_stopped(session):
    for number in range(5):
        add_event(session, number)

    assert [feed.stamp(session, WEWIS, at=AT, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert [event.seq for event in events(session)] == [1, 2, 3, 4, 5]


def test_recipients_have_feeds_of_their_own(database, session):
    for number, recipient in enumerate([WEWIS, "agii", WEWIS]):
        add_event(session, number, recipient)
    session.commit()

    assert feed.stamp_all(database, at=AT) == 3
    assert {event.recipient: event.seq for event in events(session)} == {"agii": 1, WEWIS: 2}


def test_stamping_for_one_recipient_leaves_the_others(database, session):
    for recipient in (WEWIS, "agii"):
        add_event(session, 1, recipient)
    session.commit()

    assert feed.stamp_all(database, at=AT, recipient="agii") == 1


def seqs(session, cursor):
    return [line["seq"] for line in lines_after(session, VAULT, recipient=WEWIS, cursor=cursor)]


def test_the_empty_cursor_is_the_beginning(session, stamped):
    assert seqs(session, "") == [1, 2, 3]


def test_a_cursor_goes_on_after_its_place(session, stamped):
    second = cursors(session)[1]

    assert seqs(session, second) == [3]


NO_CURSORS = [
    "x",
    "1",
    "1.abc",
    f"0.{'0' * 16}",
    f"-1.{'0' * 16}",
    f"1.{'A' * 16}",
    f"١.{'0' * 16}",
    f"1.{'0' * 16}\n",
]


@pytest.mark.parametrize("text", NO_CURSORS)
def test_what_is_no_cursor_is_not_read_as_one(text):
    assert rules.parse_cursor(text) is None


def test_what_is_no_cursor_is_refused_as_such(session):
    with pytest.raises(feed.InvalidCursorError):
        feed.place_of(session, WEWIS, "yesterday")


@pytest.mark.parametrize("seq", [2**31 - 1, 2**31, 10**17])
def test_a_place_no_feed_can_have_is_refused_as_beyond_the_end(session, stamped, seq):
    with pytest.raises(feed.CursorMismatchError) as refused:
        feed.place_of(session, WEWIS, f"{seq}.{'0' * 16}")

    assert refused.value.last_common == cursors(session)[2]


def test_a_restored_database_refuses_a_cursor_beyond_its_end(session, stamped):
    last, before = cursors(session)[2], cursors(session)[1]
    session.delete(events(session)[2])
    head = session.scalars(select(FeedHead)).one()
    head.seq, head.hash = 2, events(session)[1].hash
    session.flush()

    with pytest.raises(feed.CursorMismatchError) as refusal:
        feed.place_of(session, WEWIS, last)

    assert refusal.value.last_common == before


def test_a_restored_database_that_went_on_differently_refuses_too(session, stamped):
    ours = cursors(session)[2]
    theirs = f"3.{'0' * 16}"

    with pytest.raises(feed.CursorMismatchError) as refusal:
        feed.place_of(session, WEWIS, theirs)

    assert refusal.value.last_common is None
    assert seqs(session, ours) == []


def test_another_recipients_cursor_is_refused(session, stamped):
    with pytest.raises(feed.CursorMismatchError):
        feed.place_of(session, "agii", cursors(session)[0])


def test_a_line_joins_every_file_number_newest_first(session, stamped):
    add_file_number(session, stamped[0], "GV-RENEWED", at=AT)

    line = lines_after(session, VAULT, recipient=WEWIS, cursor="")[0]

    assert line["fileNumbers"][0].replace("-", "") == "GVRENEWED"
    assert line["fileNumbers"][1].replace("-", "") == "GV0000"


def test_a_line_holds_what_was_agreed_and_no_more(session, stamped):
    line = lines_after(session, VAULT, recipient=WEWIS, cursor="")[0]

    assert list(line) == [
        "id",
        "seq",
        "type",
        "fileNumbers",
        "status",
        "track",
        "completedOn",
        "completedAt",
        "ruleVersion",
        "assurance",
        "reference",
        "salt",
        "previousHash",
        "hash",
        "cursor",
    ]
    assert line["id"] == f"completed:{line['reference']}"


def test_a_line_holds_all_that_its_hash_covers(session, stamped):
    events(session)[0].payload |= {"unforeseen": [1, None], "exemption": None}

    line = lines_after(session, VAULT, recipient=WEWIS, cursor="")[0]

    joined = {"id", "seq", "type", "fileNumbers", "disputed", "salt", "previousHash", "hash", "cursor"}
    payload = {name: value for name, value in line.items() if name not in joined}
    assert payload == events(session)[0].payload
    assert (line["previousHash"], line["salt"]) == ("0" * 64, events(session)[0].salt)


def test_pages_end_where_they_are_told_to(database, session, stamped):
    session.commit()
    pages = pages_after(database, VAULT, recipient=WEWIS, cursor="", end=2)

    assert [line["seq"] for page in pages for line in page] == [1, 2]


def test_a_dispute_later_is_told_with_the_line(session, stamped):
    stamped[1].last_disputed_at = AT + DAY
    session.flush()

    lines = lines_after(session, VAULT, recipient=WEWIS, cursor="")

    assert [line.get("disputed") for line in lines] == [None, True, None]


def test_erasing_a_person_leaves_the_chain_whole(session, stamped):
    event = events(session)[1]
    event.person_id = event.track_completion_id = None
    session.flush()

    found = events(session)
    lines = lines_after(session, VAULT, recipient=WEWIS, cursor="")

    assert [one.hash for one in found] == recomputed(found)
    assert [len(line["fileNumbers"]) for line in lines] == [1, 0, 1]


def test_pages_follow_each_other_without_holes(database, session, monkeypatch):
    monkeypatch.setattr(feed, "BATCH", 2)
    for number in range(5):
        add_event(session, number)
    session.commit()
    feed.stamp_all(database, at=AT)

    pages = list(pages_after(database, VAULT, recipient=WEWIS, cursor=""))

    assert [line["seq"] for page in pages for line in page] == [1, 2, 3, 4, 5]


def test_nobody_writes_when_nothing_waits(database, session, stamped):
    head = session.scalars(select(FeedHead)).one()

    assert feed.stamp_all(database, at=AT + timedelta(hours=1)) == 0
    assert head.seq == 3


@given(st.integers(1, 10**15), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_cursor_is_read_as_it_was_written(seq, hash_):
    assert rules.parse_cursor(rules.cursor_of(seq, hash_)) == (seq, hash_[:16])


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_cursor(text):
    parsed = rules.parse_cursor(text)

    assert parsed is None or text in ("", f"{parsed[0]}.{parsed[1]}")
