"""Runs the table at a door: sends every input, and tells what broke."""

import gzip
import re
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from tests.hostile import inputs, table
from tests.hostile.doors import OTHER_HEADERS, STANDING_FOR_ALL
from tests.hostile.rules import Seen, faults_of, path_of, stored
from tests.hostile.sending import FORM, send, session_cookie, urlencoded
from tests.hostile.stage import COOKIE

REDIRECTS = 3
KEY = re.compile("[0-9a-f]{32}")
IN_BRIEF = frozenset({"parameter", "query", "field", "fields", "visitor"})
TO_THE_DATABASE = frozenset({"parameter", "field", "fields", "visitor"})
"""Kinds of places whose inputs reach a database; the others are tried on the first one only."""
KNOWN = inputs.TEXTS | inputs.NUMBERS | inputs.TYPES | inputs.DATES | inputs.PATHS
MADE = inputs.SPELLINGS | inputs.WITHIN
ESCAPED = {*inputs.PATHS, *(name for name in inputs.WITHIN if name.removesuffix(", within") in inputs.PATHS)}
"""Inputs that an address holds as they are; all others are escaped there."""


@dataclass(frozen=True)
class Sound:
    """What the right request got."""

    status: int
    location: str | None
    stored: dict

    def __str__(self):
        return f"{self.status}, {self.stored}"


@dataclass(frozen=True)
class Sent:
    """One request that a row makes, and the value that is put in."""

    row: table.Row
    value: bytes
    request: object


def values_of(row, sound, cast):
    """Yield the inputs of a row, by their names."""
    if row.input == table.FORGED:
        for name, value in cast.forged.items():
            if value.encode() != sound:
                yield name, value.encode()
    elif row.input in MADE:
        value = MADE[row.input](sound)
        if value != sound:
            yield row.input, value
    else:
        yield row.input, (KNOWN | inputs.HEADERS)[row.input]


def requests_at(door, cast):
    """Yield every request the table makes at a door."""
    for place in sorted(door.places):
        kind, _space, name = place.partition(" ")
        if door.is_brief and kind not in IN_BRIEF:
            continue
        in_brief = door.is_brief or (kind == "cookie" and door.endpoint not in STANDING_FOR_ALL)
        for row in table.rows_of(place, brief=in_brief):
            yield from MAKERS[kind](door, row, name, cast)
    yield from twins(door, cast)


def in_parameter(door, row, name, cast):
    """Put inputs into a part of the address."""
    if name == "lang" and door.may_write:
        return
    for label, value in values_of(row, door.values[name].encode(), cast):
        raw = value if row.input in ESCAPED else quote_from_bytes(value, safe="").encode()
        if row.input == "a slash behind" or row.input == "a slash before":
            raw = value
        request = door.request.but(path=door.path(**{name: raw}))
        yield Sent(table.Row(row.place, label, row.expectation), value, request)


def in_query(door, row, name, cast):
    """Put inputs behind the address."""
    for label, value in values_of(row, b"", cast):
        query = name.encode() + b"=" + (value if row.input in ESCAPED else quote_from_bytes(value).encode())
        yield Sent(table.Row(row.place, label, row.expectation), value, door.request.but(query=query))


def in_field(door, row, name, cast):
    """Put inputs into a field of the form, the others being right."""
    form = dict(door.request.form)
    for label, value in values_of(row, form.get(name.encode(), b"x"), cast):
        sent = tuple((form | {name.encode(): value}).items())
        yield Sent(table.Row(row.place, label, row.expectation), value, door.request.but(form=sent))


def twins(door, cast):
    """Put inputs into all fields at once that are to hold the same, such as a secret typed twice."""
    by_value = {}
    for name, value in door.request.form:
        by_value.setdefault(value, []).append(name)
    for value, names in by_value.items():
        if len(names) < 2 or not value:
            continue
        place = "field " + "+".join(name.decode() for name in names)
        for row in table.rows_of(place, brief=door.is_brief):
            for label, one in values_of(row, value, cast):
                form = tuple((dict(door.request.form) | dict.fromkeys(names, one)).items())
                yield Sent(table.Row(place, label, row.expectation), one, door.request.but(form=form))


def in_fields(door, row, _name, cast):
    """Send the fields of the form otherwise than a browser does."""
    form = door.request.form
    bad = inputs.TEXTS["script"]
    hostile = tuple((name, value if name == b"csrf_token" else bad) for name, value in form)
    lists = tuple((name if name == b"csrf_token" else name + b"[]", value) for name, value in form)
    others = tuple((b"is_admin person_id account_id passed track role".split()[i], b"1") for i in range(6))
    token = dict(form).get(b"csrf_token", b"")
    files = multipart({name: value for name, value in form if name != b"csrf_token"})
    made = {
        "twice": door.request.but(form=form + form),
        "sound first": door.request.but(form=form + hostile),
        "hostile first": door.request.but(form=hostile + form),
        "as lists": door.request.but(form=lists),
        "with others": door.request.but(form=form + others),
        "without token": door.request.but(form=tuple(one for one in form if one[0] != b"csrf_token")),
        "as files": door.request.but(
            form=(),
            body=files,
            headers={"Content-Type": b"multipart/form-data; boundary=x", "X-CSRFToken": token},
        ),
    }
    yield Sent(row, bad, made[row.input])


def multipart(fields):
    """Return fields as files."""
    lines = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="../a\\"b.exe"\r\n\r\n%s\r\n'
    return b"".join(lines % (name, value) for name, value in fields.items()) + b"--x--\r\n"


def in_body(door, row, _name, cast):
    """Send something else than a form, with a token that is good."""
    token = {"X-CSRFToken": dict(door.request.form).get(b"csrf_token", b"")}
    form = urlencoded(door.request.form)
    if row.input in inputs.ANSWERS:
        type_, body = inputs.ANSWERS[row.input]
        request = door.request.but(form=(), body=body, headers=token | {"Content-Type": type_})
    elif row.input == "gzip":
        packed = {"Content-Type": FORM, "Content-Encoding": b"gzip"}
        request = door.request.but(form=(), body=gzip.compress(form, mtime=0), headers=token | packed)
    elif row.input == "too short":
        longer = {"Content-Type": FORM, "Content-Length": str(len(form) + 10).encode()}
        request = door.request.but(form=(), body=form, headers=token | longer)
    else:
        chunked = {"Content-Type": FORM, "Content-Length": b"", "Transfer-Encoding": b"chunked"}
        request = door.request.but(form=(), body=form, headers=token | chunked)
    yield Sent(row, b"", request)


def in_cookie(door, row, name, cast):
    """Put inputs into a cookie."""
    others = tuple(one for one in door.request.cookies if one[0] != name.encode())
    for label, value in values_of(row, cast.visitors[door.visitor].cookie.encode(), cast):
        clean = value.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
        for sent in {clean, b'"%s"' % clean} if name == COOKIE else {clean}:
            request = door.request.but(cookies=(*others, (name.encode(), sent)))
            yield Sent(table.Row(row.place, label, row.expectation), value, request)


def in_cookies(door, row, _name, cast):
    """Send very many cookies, or one of them twice."""
    own = door.request.cookies
    more = tuple((f"c{number}".encode(), b"x") for number in range(10_000))
    double = ((COOKIE.encode(), cast.visitors["newcomer"].cookie.encode()), *own)
    yield Sent(row, b"", door.request.but(cookies=more + own if row.input == "ten thousand" else double))


def in_header(door, row, name, cast):
    """Put inputs into a header."""
    value = inputs.HEADERS.get(row.input, b"evil.example")
    clean = value.replace(b"\r", b"").replace(b"\n", b"")
    yield Sent(row, value, door.request.with_header(name, clean))


def in_headers(door, row, _name, cast):
    """Put one input into very many headers at once."""
    value = inputs.HEADERS[row.input].replace(b"\r", b"").replace(b"\n", b"")
    yield Sent(row, value, door.request.but(headers=dict.fromkeys(OTHER_HEADERS, value)))


def by_method(door, row, _name, cast):
    """Ask with another method."""
    yield Sent(row, b"", door.request.but(method=row.input))


def as_visitor(door, row, _name, cast):
    """Ask as somebody else, with a token that is good for them."""
    if row.input == door.visitor:
        return
    visitor = cast.visitors[row.input]
    form = tuple(
        (name, visitor.token.encode() if name == b"csrf_token" else value)
        for name, value in door.request.form
    )
    yield Sent(row, b"", door.request.but(form=form, cookies=session_cookie(visitor)))


MAKERS = {
    "parameter": in_parameter,
    "query": in_query,
    "field": in_field,
    "fields": in_fields,
    "body": in_body,
    "cookie": in_cookie,
    "cookies": in_cookies,
    "header": in_header,
    "headers": in_headers,
    "method": by_method,
    "visitor": as_visitor,
}


def without_keys(location):
    """Return an address without the random keys in it, which differ each time."""
    return location and KEY.sub("key", location)


class Run:
    """The table at one door of one stage, or of both."""

    def __init__(self, stages, cast):
        self.stages, self.cast = stages, cast
        self.sent = 0

    def at(self, door, *, only=None):
        """Yield every fault: place, input, and what broke."""
        sounds = [self.sound(stage, door) for stage in self.stages]
        if len(set(map(repr, sounds))) > 1:
            yield f"{door}: the right request differs: {sounds}"
        for sent in requests_at(door, self.cast):
            if only is None or only(sent):
                yield from self._try(door, sent, sounds)
        if any(stage.cells.has_other_content() for stage in self.stages):
            yield f"{door}: the content was changed"

    def sound(self, stage, door):
        """Return what the right request gets."""
        answer, change = self._ask(stage, door.request)
        return Sound(answer.status, without_keys(answer.location), stored(change))

    def _try(self, door, sent, sounds):
        where = f"{door}: {sent.row.place} ← {sent.row.input}"
        told = []
        kind = sent.row.place.partition(" ")[0]
        tried = len(self.stages) if kind in TO_THE_DATABASE else 1
        for stage, sound in list(zip(self.stages, sounds, strict=True))[:tried]:
            answer, change, last = self._follow(stage, sent)
            seen = Seen(door, sent.row, sent.request, sent.value, answer, change, last)
            yield from (f"{where}: {fault}" for fault in faults_of(seen, sound, self.cast.private))
            told.append((answer.status, without_keys(answer.location), change.tables))
        if any(one != told[0] for one in told):
            yield f"{where}: the databases differ: {told}"

    def _ask(self, stage, request):
        self.sent += 1
        answer = send(stage.app, request)
        change = stage.cells.change()
        stage.cells.undo(change)
        return answer, change

    def _follow(self, stage, sent):
        """Send a request; where the table asks what an address leads to, go there."""
        answer, change = self._ask(stage, sent.request)
        end = answer
        for _step in range(REDIRECTS):
            if end.location is None or sent.row.expectation not in (table.MISSING, table.LED):
                break
            path, query = path_of(end.location)
            there = sent.request.but(method="GET", path=path, query=query, form=(), body=None)
            end, _change = self._ask(stage, there)
        return answer, change, end.status
