"""A lock that serves in order of arrival."""

from collections import deque
from threading import Event, Lock


class Turns:
    """Let one at a time through, first come first served.

    `threading.Lock` lets a late comer overtake, and under load the unlucky wait for
    seconds; here a waiter is handed the turn by the one before.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Event] = deque()

    def take(self) -> None:
        """Wait for the turn."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            called = Event()
            self._waiting.append(called)
        called.wait()

    def give_back(self) -> None:
        """Hand the turn to the one who waits longest, or leave it free."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
