"""A network that loses things: it stands between browsers and the server and cuts connections."""

import socket
from collections import Counter
from contextlib import contextmanager
from random import Random
from threading import Lock, Thread

CHUNK = 65536
PATIENCE_SECONDS = 60
END_OF_HEADERS = b"\r\n\r\n"


class BadNetwork:
    """Passes on one request per connection; some go half, of some the answer is lost.

    A request cut half way never reached the server whole: before the commit. An answer that
    is lost was made: after the commit.
    """

    def __init__(self, target, *, before, after, seed=3):
        self.target = target
        self.before = before
        self.after = after
        self.random = Random(seed)
        self.guard = Lock()
        self.counts = Counter()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]

    def serve(self):
        """Take connections until the listener is closed."""
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def fate(self):
        """Draw what happens to a request."""
        with self.guard:
            drawn = self.random.random()
            fate = "before" if drawn < self.before else "after" if drawn < self.before + self.after else ""
            self.counts[fate or "passed"] += 1
            return fate

    def pass_on(self, client):
        """Pass one request on, and its answer back, or not."""
        client.settimeout(PATIENCE_SECONDS)
        try:
            with client, socket.create_connection(("127.0.0.1", self.target), PATIENCE_SECONDS) as server:
                request = whole_request(client)
                fate = self.fate()
                if fate == "before":
                    server.sendall(request[: len(request) - 1 - self.random.randrange(len(request) // 2)])
                    return
                server.sendall(request)
                answer = b"".join(iter(lambda: server.recv(CHUNK), b""))
                if fate != "after":
                    client.sendall(answer)
        except OSError:
            return


def whole_request(client):
    """Read a request to its end."""
    read = b""
    while END_OF_HEADERS not in read:
        more = client.recv(CHUNK)
        if not more:
            raise OSError("the browser went away")
        read += more
    head, _, body = read.partition(END_OF_HEADERS)
    wanted = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < wanted:
        more = client.recv(CHUNK)
        if not more:
            raise OSError("the browser went away")
        body += more
    return head + END_OF_HEADERS + body


@contextmanager
def bad_network(target, **chances):
    """Have a bad network before a server; gives its port to connect to."""
    network = BadNetwork(target, **chances)
    thread = Thread(target=network.serve)
    thread.start()
    try:
        yield network
    finally:
        network.listener.shutdown(socket.SHUT_RDWR)
        network.listener.close()
        thread.join()
