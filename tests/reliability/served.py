"""Serves like `pretraject serve`, with a clock that can be moved or with a fault built in on purpose."""

import argparse
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

from flask import after_this_request, g, has_request_context
from itsdangerous import TimestampSigner
from sqlalchemy.orm import Session

from pretraject.cli import read_config
from pretraject.core.clock import system_clock
from pretraject.core.ground import lay_ground
from pretraject.serving import Site

WINDOW_SECONDS = 0.5


def acknowledge_before_commit():
    """Let every request say that it succeeded a moment before it commits."""
    commit = Session.commit

    def commit_later(session):
        if not has_request_context() or g.get("session") is not session:
            return commit(session)
        session.flush()
        g.pop("session")

        def finish():
            Event().wait(WINDOW_SECONDS)
            commit(session)
            session.close()

        after_this_request(lambda response: response.call_on_close(finish) and response)
        return None

    Session.commit = commit_later


MUTANTS = {"acknowledge-before-commit": acknowledge_before_commit}


class MovedClock:
    """The machine's clock, set back by as many seconds as a file says; cookies go by it too."""

    def __init__(self, path):
        self.path = path

    def back(self):
        """Return by how much it is set back."""
        return timedelta(seconds=float(self.path.read_text() or 0))

    def __call__(self):
        return system_clock() - self.back()

    def timestamp(self, _signer):
        """Return the moment a cookie is signed at."""
        return int(time.time() - self.back().total_seconds())


def main():
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--clock", type=Path)
    given = parser.parse_args()
    clock = system_clock
    if given.mutant:
        MUTANTS[given.mutant]()
    if given.clock:
        clock = MovedClock(given.clock)
        TimestampSigner.get_timestamp = lambda signer: clock.timestamp(signer)
    ground = lay_ground(read_config(), clock)
    ground.database.dispose()
    Site(ground, host="127.0.0.1", port=given.port, processes=1).run()


if __name__ == "__main__":
    main()
