"""Recipients that pull their feed all the time, and what they have taken so far."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from pretraject.completion import feed
from pretraject.completion.lines import pages_after
from pretraject.completion.models import FeedEvent
from pretraject.core.crypto import Vault
from pretraject.core.db import Database
from pretraject.core.errors import AppError
from tests.site import SECRET

PAUSE_SECONDS = 0.1
ENDING_SECONDS = 90


class Stamper:
    """What `pretraject work` and every pull does first, again and again."""

    def __init__(self, url, recipient=None, stop=None):
        self.database = Database(url)
        self.recipient = recipient
        self.stop = stop or Event()
        self.failures = []

    def work(self):
        """Go on until told to stop; a database that is away or busy comes back."""
        while not self.stop.is_set():
            self.try_once()
            self.stop.wait(PAUSE_SECONDS)

    def try_once(self):
        """Do one round and note what cannot be a database that is away."""
        try:
            self.act()
        except OperationalError:
            return
        except (SQLAlchemyError, AppError) as error:
            self.failures.append(f"{self.recipient}: {type(error).__name__}")

    def act(self):
        """Stamp what waits."""
        feed.stamp_all(self.database, at=datetime.now(UTC), recipient=self.recipient)

    def finish(self):
        """Do a last round and close."""
        self.try_once()
        self.database.dispose()


class Puller(Stamper):
    """One recipient's machine; it goes on from its last cursor, like the export with --after."""

    def __init__(self, url, recipient, stop=None):
        super().__init__(url, recipient, stop)
        self.vault = Vault(SECRET)
        self.taken = []
        self.cursor = ""

    def act(self):
        """Stamp, and take what is new."""
        super().act()
        for page in pages_after(self.database, self.vault, recipient=self.recipient, cursor=self.cursor):
            self.taken += [(line["seq"], line["id"], line["hash"]) for line in page]
            self.cursor = page[-1]["cursor"]


class PullerById(Puller):
    """A mutant: its cursor is the highest id it has seen, as in many feeds."""

    last = 0

    def act(self):
        """Take what has a higher id than anything before."""
        with self.database.reading() as session:
            events = session.scalars(
                select(FeedEvent)
                .where(FeedEvent.recipient == self.recipient, FeedEvent.id > self.last)
                .order_by(FeedEvent.id)
            ).all()
        self.taken += [(event.seq, event.key, event.hash) for event in events]
        self.last = max([self.last, *(event.id for event in events)])


@contextmanager
def pulling(url, recipients, *, kind=Puller):
    """Have recipients pull for as long as the block lasts; each takes the rest at its end."""
    stop = Event()
    pullers = [kind(url, recipient, stop) for recipient in recipients]
    with ThreadPoolExecutor(len(pullers)) as pool:
        working = [pool.submit(puller.work) for puller in pullers]
        try:
            yield pullers
        finally:
            stop.set()
    for work in working:
        work.result(timeout=ENDING_SECONDS)
    for puller in pullers:
        puller.finish()
