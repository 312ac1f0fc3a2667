"""Recipients that pull their feed all the time, and what they have taken so far."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event

from sqlalchemy.exc import OperationalError

from pretraject.completion import feed
from pretraject.completion.lines import pages_after
from pretraject.core.crypto import Vault
from pretraject.core.db import Database
from tests.site import SECRET

PAUSE_SECONDS = 0.2
ENDING_SECONDS = 90


class Puller:
    """One recipient's machine; it goes on from its last cursor, like the export with --after."""

    def __init__(self, url, recipient, stop=None):
        self.database = Database(url)
        self.recipient = recipient
        self.stop = stop or Event()
        self.vault = Vault(SECRET)
        self.taken = []
        self.cursor = ""

    def pull(self):
        """Take what is new."""
        feed.stamp_all(self.database, at=datetime.now(UTC), recipient=self.recipient)
        for page in pages_after(self.database, self.vault, recipient=self.recipient, cursor=self.cursor):
            self.taken += [(line["seq"], line["id"], line["hash"]) for line in page]
            self.cursor = page[-1]["cursor"]

    def work(self):
        """Pull until told to stop; a database that is away comes back."""
        while not self.stop.is_set():
            with suppress(OperationalError):
                self.pull()
            self.stop.wait(PAUSE_SECONDS)

    def finish(self):
        """Take the rest and close."""
        self.pull()
        self.database.dispose()


@contextmanager
def pulling(url, recipients):
    """Have recipients pull for as long as the block lasts; each takes the rest at its end."""
    stop = Event()
    pullers = [Puller(url, recipient, stop) for recipient in recipients]
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
