"""Slow senders keep nobody waiting; whole requests are answered as ever. Against a real server."""

import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from pretraject.patience import LARGEST_BODY, LARGEST_HEAD, is_whole
from tests.cli.test_demo import ATTEMPTS, demo

GET = b"GET /nl/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /nl/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = 60

WHOLE = [
    GET + b"\r\n",
    POST + b"Content-Length: 3\r\n\r\na=b",
    POST + b"content-length:3\r\n\r\na=b" + GET,
    POST + b"Content-Length: 999999999\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
    b"x" * (LARGEST_HEAD + 1),
    POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"x" * (LARGEST_BODY + 1),
]
PARTS = [
    b"",
    GET,
    GET + b"\r",
    POST + b"Content-Length: 3\r\n\r\na=",
    POST + b"Content-Length: 3\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n",
]


@pytest.mark.parametrize("received", WHOLE)
def test_a_request_that_is_there_is_whole(received):
    assert is_whole(received)


@pytest.mark.parametrize("received", PARTS)
def test_a_request_that_has_only_begun_is_not(received):
    assert not is_whole(received)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where a server of ours listens."""
    with demo(tmp_path_factory.mktemp("demo") / "instance") as printed:
        yield urlsplit(printed["url"])


@pytest.fixture
def send(address):
    """Open a connection and send some bytes; all are closed at the end."""
    opened = []

    def sent(*pieces):
        client = socket.create_connection((address.hostname, address.port), timeout=30)
        opened.append(client)
        for piece in pieces:
            client.sendall(piece)
        return client

    yield sent
    for client in opened:
        client.close()


def health(address):
    """Return the status of /health."""
    with urllib.request.urlopen(f"{address.geturl()}/health", timeout=30) as answer:
        return answer.status


def everything(client):
    """Read until the other side ends."""
    client.shutdown(socket.SHUT_WR)
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


@pytest.mark.server
@pytest.mark.parametrize("beginning", [b"", GET + b"X-Slow: ", POST + b"Content-Length: 1000\r\n\r\nname="])
def test_many_slow_senders_keep_nobody_waiting(address, send, beginning):
    for _ in range(SLOW):
        send(beginning)

    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(lambda _number: health(address), range(50)))

    assert statuses == {200}


@pytest.mark.server
def test_a_request_in_pieces_is_answered_once_it_is_whole(address, send):
    client = send(GET[:9], GET[9:], b"Connection: close\r\n", b"\r\n")

    assert everything(client).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.server
def test_two_requests_sent_at_once_are_both_answered(address, send):
    client = send(GET + b"\r\n" + GET + b"Connection: close\r\n\r\n")

    assert everything(client).count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.server
def test_a_kept_connection_answers_again(address):
    kept = HTTPConnection(address.hostname, address.port, timeout=30)
    statuses = []
    for _ in range(3):
        kept.request("GET", "/health")
        answer = kept.getresponse()
        answer.read()
        statuses.append((answer.status, kept.sock is not None))
    kept.close()

    assert statuses == [(200, True)] * 3


@pytest.mark.server
def test_who_asks_first_is_told_to_go_on(address, send):
    client = send(POST + b"Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")

    told = client.recv(100)
    client.sendall(b"a=b")

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"HTTP/1.1 400" in everything(client)


@pytest.mark.server
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (POST + b"Content-Length: 99999999\r\nConnection: close\r\n\r\n", b"413"),
        (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (GET + b"X: " + b"x" * 70000 + b"\r\n\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_what_is_too_much_is_refused(send, request_, status):
    client = send()
    try:
        client.sendall(request_)
        answer = everything(client)
    except (BrokenPipeError, ConnectionResetError):  # refused while it was still being sent
        answer = b"HTTP/1.1 " + status

    assert answer.startswith((b"HTTP/1.1 " + status, b"HTTP/1.1 400"))


@pytest.mark.server
def test_who_goes_in_the_middle_leaves_the_server_well(address, send):
    for _ in range(20):
        send(POST + b"Content-Length: 1000\r\n\r\nname=").close()

    assert health(address) == 200


@pytest.mark.server
def test_a_server_told_to_stop_answers_what_had_begun(tmp_path):
    with ThreadPoolExecutor(1) as pool:
        with demo(tmp_path / "instance") as printed:
            address = urlsplit(printed["url"])
            half = socket.create_connection((address.hostname, address.port), timeout=60)
            half.sendall(GET)
            assert health(address) == 200
            ended = pool.submit(finish_when_nobody_else_gets_in, half, address)
        answer = ended.result()

    assert answer.startswith(b"HTTP/1.1 200 OK")


def finish_when_nobody_else_gets_in(half, address):
    """Wait until the server takes no new request, then send the rest of ours and read its answer."""
    for _ in range(ATTEMPTS):
        try:
            with socket.create_connection((address.hostname, address.port), timeout=1) as other:
                other.sendall(GET + b"\r\n")
                if not other.recv(1):
                    break
        except OSError:
            break
    with half:
        half.sendall(b"Connection: close\r\n\r\n")
        return everything(half)
