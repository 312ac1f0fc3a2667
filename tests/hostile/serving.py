"""A real server over a copy of the stage, and bytes sent to it through a socket."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.site import SECRET

PATIENCE = 30
TRIES = 400


@dataclass
class Server:
    """Where it listens, the file its data lies in, and the file of what it says."""

    port: int
    path: object
    said: object

    def ask(self, *pieces):
        """Send bytes and return everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            answer = b""
            with suppress(OSError):  # it had heard enough and closed
                for piece in pieces:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):  # it closed while we were still talking
                while piece := connection.recv(65_536):
                    answer += piece
            return answer

    def leave(self, *pieces):
        """Send bytes and go away without waiting."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            for piece in pieces:
                connection.sendall(piece)

    def is_well(self):
        """Say whether it still answers."""
        answer = self.ask(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return answer.startswith(b"HTTP/1.1 200") and b'"UP"' in answer


def free_port():
    """Return a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server_over(ready, folder):
    """Run `pretraject serve` on a copy of the stage."""
    path, said, port = folder / "served.db", folder / "said", free_port()
    shutil.copyfile(ready.path, path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    environment |= {
        "PRETRAJECT_DATABASE_URL": f"sqlite:///{path}",
        "PRETRAJECT_SECRET_KEY": SECRET,
        "PRETRAJECT_TRUSTED_HOSTS": "127.0.0.1",
        "PRETRAJECT_SOURCE": str(ready.folder),
    }
    command = [sys.executable, "-c", "from pretraject.cli import main; main()", "serve", "--port", str(port)]
    with said.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=folder)
        try:
            server = Server(port, path, said)
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _wait_for(server, process):
    """Ask until it answers, watching between two times whether the process has ended."""
    for _ in range(TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            raise AssertionError(server.said.read_text())
    raise AssertionError("the server never answered")
