"""What no client library sends, to a real server: refused, nothing stored, and it goes on serving."""

import pytest

from tests.hostile.cells import Cells
from tests.hostile.rules import TRACES
from tests.hostile.serving import server_over

pytestmark = pytest.mark.server

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
PAGE = b"GET /nl/ HTTP/1.1\r\n" + HOST + CLOSE
POST = b"POST /nl/sign-in/ HTTP/1.1\r\n" + HOST + CLOSE + FORM
BODY = b"name=a&secret=b"
LENGTH = b"Content-Length: 15\r\n"


def chunked(body):
    """Return a chunked request with this body."""
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + body


REFUSED = {
    "no HTTP": b"hello\r\n\r\n",
    "bytes": bytes(range(256)) * 4 + b"\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n",
    "an old version": b"GET /nl/\r\n\r\n",
    "a version to come": b"GET /nl/ HTTP/9.9\r\n" + HOST + b"\r\n",
    "a version that is none": b"GET /nl/ HTTP/x\r\n" + HOST + b"\r\n",
    "NUL in the address": b"GET /nl/\0a HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "escaped NUL in the address": b"GET /nl/%00 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a surrogate in the address": b"GET /nl/%ED%A0%80/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "raw bytes in the address": b"GET /nl/\xff\xfe/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a space in the address": b"GET /nl/ a HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "100 kB of address": b"GET /nl/" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a million characters of address": b"GET /nl/?next=" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    "another host": b"GET /nl/ HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE + b"\r\n",
    "another host in the address": b"GET http://evil.example/nl/x HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "two hosts": b"GET /nl/ HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n" + CLOSE + b"\r\n",
    "a header of 65 kB": PAGE + b"X-Long: " + b"a" * 65_536 + b"\r\n\r\n",
    "a cookie of 65 kB": PAGE + b"Cookie: pretraject=" + b"a" * 65_536 + b"\r\n\r\n",
    "ten thousand headers": PAGE + b"".join(b"X-%d: a\r\n" % number for number in range(10_000)) + b"\r\n",
    "a header without name": PAGE + b": a\r\n\r\n",
    "a header without colon": PAGE + b"X-Odd\r\n\r\n",
    "a space before the colon": PAGE + b"X-Odd : a\r\n\r\n",
    "a folded header": PAGE + b"X-Odd: a\r\n b\r\n\r\n",
    "NUL in a header": PAGE + b"X-Odd: a\0b\r\n\r\n",
    "a bare CR in a header": PAGE + b"X-Odd: a\rSet-Cookie: hostile=1\r\n\r\n",
    "bytes in the name of a header": PAGE + b"X-\xff: a\r\n\r\n",
    "an underscore for a dash": POST.replace(b"Content-Type", b"Content_Type") + LENGTH + b"\r\n" + BODY,
    "a method in small letters": b"get /nl/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a method of 10 kB": b"A" * 10_000 + b" /nl/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "TRACE": b"TRACE /nl/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length that is none": POST + b"Content-Length: abc\r\n\r\n" + BODY,
    "a length with a sign": POST + b"Content-Length: +15\r\n\r\n" + BODY,
    "a length of 5,000 digits": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "two lengths": POST + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "length and chunks": POST + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without size": chunked(b"zz\r\nabc\r\n0\r\n\r\n"),
    "a chunk of a huge size": chunked(b"FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"),
    "a chunk cut short": chunked(b"f\r\nname=a"),
    "chunks without end": chunked(b"f\r\n" + BODY + b"\r\n"),
    "a body cut short": POST + b"Content-Length: 100\r\n\r\n" + BODY,
    "a million characters of body": POST + b"Content-Length: 1000000\r\n\r\n" + b"a" * 1_000_000,
    "a body without token": POST + LENGTH + b"\r\n" + BODY,
    "a body that waits to be asked": POST + LENGTH + b"Expect: 200-ok\r\n\r\n" + BODY,
    "another coding": POST + b"Transfer-Encoding: gzip\r\n\r\n" + BODY,
    "a coding twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a coding that is none": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
}
LOWEST, HIGHEST = 400, 499
NOT_OURS = {"another coding": 501, "a coding that is none": 501, "a version to come": 505}
"""Refusals that HTTP itself gives a status from 500 on."""


@pytest.fixture(scope="module")
def server(ready, tmp_path_factory):
    """A real server over the stage."""
    with server_over(ready, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def cells(server):
    """What its database holds."""
    found = Cells(f"sqlite:///{server.path}")
    yield found
    found.close()


def statuses(answer):
    """Return the status of an answer and of what follows it on the same connection."""
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_and_the_server_goes_on(server, cells, name):
    answer = server.ask(REFUSED[name])

    allowed = {*range(LOWEST, HIGHEST + 1), NOT_OURS.get(name)}
    assert set(statuses(answer)) <= allowed, answer[:500]
    assert not any(trace.encode() in answer for trace in TRACES)
    assert b"hostile=1" not in answer
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]
    assert cells.change().tables == {}
    assert server.is_well()


def test_a_second_request_in_a_body_is_not_answered(server, cells):
    inner = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(inner)

    answer = server.ask(POST.replace(CLOSE, b"") + length + inner)

    assert statuses(answer) == [400]
    assert cells.change().tables == {}


def test_who_never_ends_a_request_keeps_nobody_out(server):
    for piece in (b"", b"GET", PAGE, POST + b"Content-Length: 100\r\n\r\n"):
        for _ in range(10):
            server.leave(piece)

    assert server.is_well()


def test_a_line_break_that_is_escaped_makes_no_header(server):
    answer = server.ask(
        b"GET /languages/nl/?next=/nl/%0d%0aSet-Cookie:%20hostile=1 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"
    )

    assert statuses(answer) == [302]
    assert b"\r\nLocation: /nl/\r\n" in answer
    assert b"hostile=1" not in answer.partition(b"\r\n\r\n")[0]


def test_nothing_of_it_is_in_what_the_server_says(ready, server):
    address = f"/nl/sign-in/?next={ready.cast.sound['letter']}".encode()
    server.ask(b"GET " + address + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    for sent in REFUSED.values():
        server.ask(sent)

    said = server.said.read_text(errors="replace")

    assert [one for one in ready.cast.private if one in said] == []
    assert "Traceback" not in said
