"""An authority's program, written from the document alone, while servers die and lines are cut."""

from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from pretraject.completion.models import FeedEvent, Receipt, TrackCompletion
from pretraject.core.db import Database
from pretraject.enrolment.models import AccessCode, Identifier
from pretraject.exchange import clients
from pretraject.exchange.clients import SCOPES
from tests.exchange.stranger import Key, Ledger, Stranger, signed_head
from tests.reliability.bad_network import bad_network
from tests.reliability.running import Server
from tests.reliability.test_kills import kill_and_start_again
from tests.reliability.writers import writing

pytestmark = pytest.mark.server

NAME, RECIPIENT = "wewis-permits", "wewis"
AUDIENCE = "http://127.0.0.1:8000/oauth2/token"
PEOPLE, BATCH, COMPLETIONS = 1000, 250, 12
PAGES = (1, 7, 100, 1000)
CHANCES = {"before": 0.1, "after": 0.1}


def let_in(url):
    """Let the program in, as `pretraject client add` does, and return its key."""
    key, database = Key("first"), Database(url)
    with database.writing() as session:
        keys = clients.read_keys(key.jwks)
        clients.add_client(
            session, name=NAME, party=RECIPIENT, scopes=SCOPES, keys=keys, at=datetime.now(UTC)
        )
        session.commit()
    database.dispose()
    return key


def enrol(stranger):
    """Enrol people, batch by batch, and return the code of each; codes that got lost are ordered anew."""
    codes = {}
    numbers = [f"NEW-{number:04}" for number in range(PEOPLE)]
    for start in range(0, PEOPLE, BATCH):
        items = [
            {
                "fileNumber": one,
                "birthDate": "1990-04-15",
                "group": "labour",
                "competentRegion": "flanders",
            }
            for one in numbers[start : start + BATCH]
        ]
        take_codes(stranger, f"batch-{start}", items, codes)
    while missing := [one for one in numbers if one not in codes]:
        items = [{"fileNumber": one, "newAccessCode": True} for one in missing]
        take_codes(stranger, f"again-{len(missing)}-{stranger.now()}", items, codes)
    return codes


def take_codes(stranger, request_id, items, codes):
    answer = stranger.patiently("sendEnrolments", {"requestId": request_id, "items": items})
    assert answer["rejected"] == 0, answer["items"][:3]
    for told in answer["items"]:
        if "accessCode" in told:
            codes[items[told["position"]]["fileNumber"]] = told["accessCode"]


class Follower:
    """Follows the feed and says what it took in, until told to stop; then to the very end."""

    def __init__(self, stranger):
        self.stranger, self.ledger = stranger, Ledger(RECIPIENT)
        self.stop, self.random, self.error = Event(), Random(5), None
        self.head = None

    def work(self):
        try:
            while not self.stop.is_set():
                self.take_page()
            while self.take_page():
                pass
        except BaseException as error:  # noqa: BLE001 — told to who waits
            self.error = error

    def take_page(self):
        """Take the next events, keep them, and only then send receipts; return how many there were."""
        query = {"limit": self.random.choice(PAGES), "after": self.ledger.cursor}
        answer = self.stranger.patiently("getEvents", query=query)
        self.ledger.take(answer)
        self.head = answer["head"]
        if answer["items"]:
            items = [{"eventId": one["id"], "status": "accepted"} for one in answer["items"]]
            self.stranger.patiently("sendReceipts", {"items": items})
        return len(answer["items"])


@contextmanager
def following(stranger):
    """Follow the feed meanwhile; at the end everything is taken."""
    follower = Follower(stranger)
    thread = Thread(target=follower.work)
    thread.start()
    try:
        yield follower
    finally:
        follower.stop.set()
        thread.join()
    if follower.error is not None:
        raise follower.error


def test_a_program_written_from_the_document_ends_with_exactly_what_was_completed(
    prepared, ledger, tmp_path, rounds, figures
):
    key = let_in(prepared.url)
    kills = rounds(2)
    with Server(prepared, tmp_path) as server, bad_network(server.port, **CHANCES) as network:
        stranger = Stranger(f"http://127.0.0.1:{network.port}", NAME, key, audience=AUDIENCE)
        codes = enrol(stranger)
        with following(stranger) as follower, writing(server.port, ledger, prepared.learners):
            kill_and_start_again(server, ledger, kills)
            ledger.wait_for(COMPLETIONS, kind="promised completion")
        keys = stranger.patiently_get("/.well-known/jwks.json")
    stored = what_is_stored(prepared.url, before=len(prepared.learners))

    held = {event["reference"]: event for event in follower.ledger.events}
    figures(kills=kills, enrolled=len(codes), completions=len(held), cut=network.counts["after"])
    assert len(codes) == stored["new files"] == stored["open codes"] == PEOPLE
    assert held.keys() == stored["completions"]
    assert len(follower.ledger.events) == len(held)
    assert stored["receipts"] == len(held)
    assert signed_head(follower.head, keys)["hash"] == follower.ledger.hash


def what_is_stored(url, *, before):
    """Return what the database has at the end."""
    database = Database(url)
    with database.reading() as session:
        told = select(TrackCompletion.reference).join(
            FeedEvent, FeedEvent.track_completion_id == TrackCompletion.id
        )
        accepted = select(func.count(func.distinct(Receipt.feed_event_id))).where(
            Receipt.status == "accepted"
        )
        found = {
            "new files": session.scalar(select(func.count()).select_from(Identifier)) - before,
            "open codes": session.scalar(
                select(func.count()).select_from(AccessCode).where(AccessCode.ended_at.is_(None))
            ),
            "completions": set(session.scalars(told.where(FeedEvent.recipient == RECIPIENT))),
            "receipts": session.scalar(accepted),
        }
    database.dispose()
    return found
