"""What clients were promised, on disk: a line for each thing sent and each success that came back.

A promise is noted only when its success answer has arrived, and is on disk before the client
goes on. What was sent is noted before it is sent: an unanswered form may have been kept or not.
"""

import json
import os
from collections import Counter
from threading import Condition, Event


class Ledger:
    """The notes of all clients of a run, in one file."""

    def __init__(self, path):
        self.path = path
        self.file = path.open("a", encoding="utf-8")
        self.changed = Condition()
        self.counts = Counter()

    def sent(self, kind, **what):
        """Note what is about to be sent."""
        self._note({"sent": kind, **what})

    def promised(self, kind, **what):
        """Note a success that was answered, and have it on disk."""
        self._note({"promised": kind, **what}, durable=True)

    def surprise(self, kind, **what):
        """Note an answer that nobody should get."""
        self._note({"surprise": kind, **what})

    def refused(self, status):
        """Note that a client was told to try again later."""
        self._note({"refused": status})

    def wait_for(self, more, *, kind="promised", seconds=90):
        """Wait until so many more notes of a kind are made; it fails when they never are."""
        with self.changed:
            enough = self.counts[kind] + more
            assert self.changed.wait_for(lambda: self.counts[kind] >= enough, timeout=seconds), (
                f"only {self.counts[kind]} of {enough} {kind} in {seconds} seconds"
            )

    def pause(self, seconds):
        """Let the clients work for a while."""
        Event().wait(seconds)

    def lines(self):
        """Return all notes in their order."""
        self.file.flush()
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]

    def close(self):
        """Close the file."""
        self.file.close()

    def _note(self, line, *, durable=False):
        with self.changed:
            self.file.write(json.dumps(line) + "\n")
            if durable:
                self.file.flush()
                os.fsync(self.file.fileno())
            kind = next(iter(line))
            self.counts[kind] += 1
            self.counts[f"{kind} {line[kind]}"] += 1
            self.changed.notify_all()
