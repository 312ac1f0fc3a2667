"""gunicorn's threaded worker, made patient: a thread takes a request only when all of it is there.

gunicorn hands a connection to a thread at its first byte, so a few slow senders, on bad
networks or on purpose, keep everybody waiting. Here the loop that watches the connections
gathers each request, up to what we accept, within a time; threads never wait for a sender.
"""

import re
from collections import deque
from functools import partial
from selectors import EVENT_READ
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

GATHER_SECONDS = 20
"""How long a request may take to arrive: 64 KB at 26 kbit/s."""

LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 256 * 1024
"""More than the application takes: it is the one that refuses, in words."""

CHUNK = 64 * 1024
END_OF_HEAD = b"\r\n\r\n"
END_OF_CHUNKS = b"0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)


def is_whole(received: bytes | bytearray) -> bool:
    """Say whether a request is there whole, or so far that it will be refused anyway."""
    end = received.find(END_OF_HEAD)
    if end < 0:
        return len(received) > LARGEST_HEAD
    head, body = bytes(received[: end + 2]), len(received) - end - len(END_OF_HEAD)
    if body > LARGEST_BODY:
        return True
    if _CHUNKED.search(head):
        return received.endswith(END_OF_CHUNKS)
    length = _LENGTH.search(head)
    wanted = int(length[1]) if length else 0
    return body >= wanted or wanted > LARGEST_BODY


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads see whole requests only."""

    pending_conns: deque[Any]

    def accept(self, listener: Any) -> None:
        """Take a connection and wait for its request."""
        try:
            client, address = listener.accept()
        except OSError:
            return  # it has gone again, or another process has taken it
        self.nr_conns += 1
        self._gather(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Wait for the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Take in what has come, and hand the request over when it is whole."""
        try:
            more = client.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        conn.received += more
        if more and not is_whole(conn.received):
            self._encourage(conn, client)
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if more:
            self._hand_over(conn)
        else:  # the sender has gone in the middle
            self.nr_conns -= 1
            conn.close()

    def _gather(self, conn: Any) -> None:
        """Begin to wait for a request; the loop closes what takes too long."""
        conn.sock.setblocking(False)
        conn.received = bytearray()
        conn.timeout = monotonic() + GATHER_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _encourage(self, conn: Any, client: Any) -> None:
        """Tell a sender who asks first that the body may come."""
        asks = _EXPECT.search(conn.received)
        if asks and END_OF_HEAD in conn.received:
            del conn.received[asks.start() : asks.end()]
            client.send(CONTINUE)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops, let go soon of connections that have sent nothing yet."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            if not conn.received:
                conn.timeout = min(conn.timeout, deadline)
        self.pending_conns = deque(sorted(self.pending_conns, key=lambda conn: conn.timeout))

    def _hand_over(self, conn: Any) -> None:
        """Give a whole request to the next free thread."""
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(bytes(conn.received))
        self.enqueue_req(conn)
