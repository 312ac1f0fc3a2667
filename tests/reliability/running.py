"""The program as an operator runs it: processes of its own, started, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from threading import Event

from tests.reliability.browsing import Browser, Unanswered

COMMAND = (sys.executable, "-c", "from pretraject.cli import main; main()")
SCRIPT = (sys.executable, "-m", "tests.reliability.served")
STARTING_SECONDS = 90
ENDING_SECONDS = 60
LOOK_SECONDS = 0.05


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings(prepared, **more):
    """Return the environment of a process on a prepared database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    return kept | prepared.environment | more


def until(condition, *, seconds, what):
    """Look again and again until something is so; it fails when it never is."""
    pause = Event()
    for _ in range(round(seconds / LOOK_SECONDS)):
        if condition():
            return
        pause.wait(LOOK_SECONDS)
    raise AssertionError(f"{what}: not within {seconds} seconds")


class Process:
    """A process with everything it starts, its words kept in a file."""

    def __init__(self, command, *, environment, log):
        self.command = command
        self.environment = environment
        self.log = log
        self.running = None

    def start(self):
        """Start it."""
        with self.log.open("ab") as words:
            self.running = subprocess.Popen(
                self.command, env=self.environment, stdout=words, stderr=words, start_new_session=True
            )

    def kill(self):
        """End it and all it started with no chance to say a word, as kill -9 does."""
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(timeout=ENDING_SECONDS)

    def stop(self):
        """Ask it to end, and wait."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def ended(self):
        """Say whether it has ended by itself."""
        return self.running.poll() is not None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error):
        self.stop()


class Server(Process):
    """`pretraject serve`, or our script that serves with a mutant or a moved clock."""

    def __init__(self, prepared, folder, *, port=None, mutant=None, clock=None, processes=1):
        self.port = port or free_port()
        options = [f"--mutant={mutant}"] if mutant else []
        options += [f"--clock={clock}"] if clock else []
        command = (
            (*SCRIPT, f"--port={self.port}", *options)
            if options
            else (*COMMAND, "serve", f"--port={self.port}", f"--processes={processes}")
        )
        log = folder / f"server-{self.port}.log"
        super().__init__(command, environment=settings(prepared), log=log)

    def start(self):
        """Start it and wait until it is well."""
        super().start()
        until(self.is_up, seconds=STARTING_SECONDS, what=f"{self.command} is up, see {self.log}")

    def health(self):
        """Return the status of /health; None when nobody answers."""
        try:
            return Browser(self.port).once("GET", "/health").status
        except Unanswered:
            return None

    def is_up(self):
        """Say whether it is well."""
        assert not self.ended(), self.log.read_text(errors="replace")[-2000:]
        return self.health() == 200

    def workers(self):
        """Return the processes that answer requests."""
        children = f"/proc/{self.running.pid}/task/{self.running.pid}/children"
        with open(children) as file:
            return [int(number) for number in file.read().split()]

    def kill_workers(self):
        """Kill the processes that answer; the one above them starts others."""
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)

    def crashes(self):
        """Return what the server says about faults nobody foresaw."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if "unforeseen" in line or "Traceback" in line]
