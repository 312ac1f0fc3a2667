"""What holds for every answer, whatever was sent, and what the table expects besides."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.hostile import table
from tests.hostile.cells import LONGEST
from tests.hostile.pages import TICKED, TYPED

TRACES = ("Traceback (most recent call last)", "sqlalchemy.", "psycopg.", "werkzeug.", 'File "/')
REFLECTED = ("<script>alert", "<img src=x", '" onblur=alert', "8641969")
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
NEVER_SHOWN = frozenset({"totp"})
"""Fields for one-time secrets: typed anew each time."""
OWN = "http://127.0.0.1/"
COUNTERS = frozenset({"throttle", "audit_entry", "audit_head"})
"""Tables in which a refusal may be counted or written down."""
MOST_COUNTERS = 3
TOO_LARGE = 413
CONDITIONAL = frozenset({304, 206, 416})
TELLING = 8
"""So long is a text at least that is looked for in what was stored or logged."""


@dataclass(frozen=True)
class Seen:
    """What came of a request: the answer, what changed, and what was sent where."""

    door: object
    row: object
    request: object
    value: bytes
    answer: object
    change: object
    last: int
    """The status at the end of where a redirect leads."""


def stored(change):
    """Return what changed besides the counters."""
    return {name: count for name, count in change.tables.items() if name not in COUNTERS}


def faults_of(seen, sound, private):
    """Yield everything that is wrong about an answer."""
    yield from faults_of_answer(seen.answer, private)
    yield from faults_of_page(seen)
    yield from faults_of_change(seen)
    yield from faults_of_expectation(seen, sound)
    if seen.answer.status == 422 and seen.row.place.startswith("field "):
        yield from lost_fields(seen)


def faults_of_answer(answer, private):
    """Yield what no answer may have."""
    if answer.status >= 500:
        yield f"status {answer.status}"
    for name in HEADERS:
        if name not in answer.headers:
            yield f"no header {name}"
    for name, value in answer.headers:
        if (
            name.lower() == "hostile"
            or ("hostile=1" in value and name != "Location")
            or "\n" in value
            or "\r" in value
        ):
            yield f"header {name} took the input"
    if answer.location is not None and not is_own(answer.location):
        yield f"led to {answer.location[:60]!r}"
    for line in answer.logged:
        if line.startswith(("ERROR", "CRITICAL")) or "Traceback" in line:
            yield f"logged {line[:120]!r}"
        yield from (f"logged something private: {line[:120]!r}" for one in private if one in line)


def is_own(location):
    """Say whether an address stays on this site."""
    path = location.removeprefix(OWN[:-1]) if location.startswith(OWN) else location
    own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return own and path.isascii() and not urlsplit(path).netloc


def faults_of_page(seen):
    """Yield what of the input does something on the page, and what of us shows."""
    answer = seen.answer
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        try:
            page = answer.text
        except UnicodeDecodeError:
            yield "a page that is no UTF-8"
            return
        yield from (f"the page shows {trace!r}" for trace in TRACES if trace in page)
        yield from (f"the page holds {bit!r} as it was sent" for bit in REFLECTED if bit in page)
        yield from (f"the page has {danger}" for danger in answer.page.dangers)
    elif any(trace.encode() in answer.body for trace in TRACES):
        yield "the answer shows a trace"


def faults_of_change(seen):
    """Yield what was stored that must not be, or too much of it."""
    counters = sum(seen.change.tables.get(name, (0,))[0] for name in COUNTERS)
    if counters > MOST_COUNTERS:
        yield f"{counters} counters made"
    if seen.answer.status >= 400 and stored(seen.change):
        yield f"stored although refused: {stored(seen.change)}"
    text = seen.value.decode("utf-8", "replace").strip()
    for value in seen.change.values:
        shown = (
            value if isinstance(value, str) else json.dumps(value) if isinstance(value, list | dict) else ""
        )
        if len(value if isinstance(value, bytes) else shown) > LONGEST:
            yield f"stored {len(value)} characters in one place"
        if len(text) >= TELLING and text in shown and not seen.door.is_sound(text):
            yield "the input is in the database in clear"
    if len(text) >= TELLING and any(text in line for line in seen.answer.logged):
        yield "the input is in the log"


def faults_of_expectation(seen, sound):
    """Yield how the answer differs from what the table says."""
    status, wanted = seen.answer.status, seen.row.expectation
    refused = 400 <= status < 500
    same = status == sound.status and stored(seen.change) == sound.stored
    if seen.row.place.startswith("header ") and status in CONDITIONAL:
        same = not stored(seen.change)
    led_on = not seen.door.may_write and 300 <= sound.status < 400 and status == sound.status
    good = {
        table.MISSING: refused
        or (led_on and seen.last < 500 and not stored(seen.change))
        or (status < 400 and 400 <= seen.last < 500 and not stored(seen.change)),
        table.LED: refused or (300 <= status < 400 and seen.last < 500) or same,
        table.REFUSED: refused,
        table.TOO_LARGE: status == TOO_LARGE,
        table.HARMLESS: refused or same or (status == sound.status and not stored(seen.change)),
        table.SAME: same,
        table.KEPT_OUT: status < 500 and (not stored(seen.change) or same or seen.door.is_public),
    }[wanted]
    if not good:
        yield f"expected: {wanted}; got {status}, stored {stored(seen.change)}, the sound request {sound}"


def lost_fields(seen):
    """Yield what was typed and is not in the form that is shown again."""
    sent = seen.request.form
    names = {name for name, _value in sent}
    forms = [form.controls for form in seen.answer.page.forms]
    shown = next((one for one in forms if {n.encode() for n in one} & names - {b"csrf_token"}), None)
    if shown is None:
        if names - {b"csrf_token"}:
            yield "the form is not shown again"
        return
    for name, value in sent:
        control = shown.get(name.decode())
        text = value.decode("utf-8", "ignore")
        if text.encode() != value or control is None or not can_be_shown(control, text):
            continue
        if text not in control.chosen:
            yield f"what was typed as {name.decode()} is lost"


def can_be_shown(control, text):
    """Say whether a field can show again what was typed: no secret, and a value it may have."""
    if control.kind in TICKED or control.kind == "select":
        return text in control.values and text != ""
    return control.kind in TYPED and control.name not in NEVER_SHOWN and not set(text) & set("\r\n\0")


def path_of(location):
    """Return path and query of where a redirect leads, as an address writes them."""
    parts = urlsplit(location)
    return parts.path.encode("latin-1", "replace"), parts.query.encode("latin-1", "replace")
