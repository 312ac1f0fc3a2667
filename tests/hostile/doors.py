"""Finds every place where something can be put: from the addresses, the pages and what views look at."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urlsplit

from flask import Request as FlaskRequest
from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from tests.hostile.pages import Page
from tests.hostile.sending import Request, send, session_cookie
from tests.hostile.stage import ASKED, MAILS, MEMBER, NUMBERS, PASSWORD, READ, VISITORS
from tests.site import BORN, PIN

PARAMETER = re.compile(r"<(?:[^:<>]+:)?([a-z_]+)>")
SAFE = {"GET", "HEAD", "OPTIONS"}
OTHER_HEADERS = (
    *("Accept", "Authorization", "Expect", "Forwarded", "From", "If-Match", "If-Modified-Since"),
    *("If-None-Match", "If-Unmodified-Since", "Origin", "Range", "TE", "Upgrade", "User-Agent", "Via"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Original-URL"),
    *("X-HTTP-Method-Override", "X-Real-IP", "X-Requested-With", "X-Rewrite-URL", "Forwarded-For"),
)
"""Headers sent all at once, with those that every page looks at."""
EVERYWHERE = frozenset(
    {"Host", "Cookie", "Content-Length", "Content-Type", "Referer", "Accept-Encoding", "Content-Encoding"}
)
"""Headers that what all pages share looks at."""
STANDING_FOR_ALL = frozenset({"web.root", "study.sign_in", "study.question", "staff.home"})
"""Pages at which these are tried one by one, and their cookie in full."""


SHARED = frozenset({name.title() for name in EVERYWHERE} | {"X-Csrftoken", "X-Csrf-Token", "User-Agent"})


FOR_PROGRAMS = "api."
"""Addresses that take JSON: tests/exchange/test_openapi.py sends them what they allow and forbid."""


class UnknownSoundValueError(LookupError):
    """The site asks for something nobody has told a sound value of."""


class Noted(ImmutableMultiDict):
    """Fields of a request that note which of them are looked at."""

    def __init__(self, values, kind, seen):
        super().__init__(values)
        self.kind, self.seen = kind, seen

    def _note(self, name):
        if isinstance(name, str):
            self.seen.add(f"{self.kind} {name}")

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)

    def get(self, name, *given, **more):
        self._note(name)
        return super().get(name, *given, **more)

    def getlist(self, name, *given, **more):
        self._note(name)
        return super().getlist(name, *given, **more)


class NotedHeaders(EnvironHeaders):
    """Headers of a request that note which of them are looked at."""

    seen = frozenset()

    def __getitem__(self, name, *given):
        if isinstance(name, str):
            self.seen.add(f"header {name.title()}")
        return super().__getitem__(name, *given)

    def get(self, name, *given, **more):
        self.seen.add(f"header {name.title()}")
        return super().get(name, *given, **more)


class NotingRequest(FlaskRequest):
    """A request that notes which fields, query parameters and cookies are looked at."""

    seen = frozenset()

    def __init__(self, environ, *given, **more):
        super().__init__(environ, *given, **more)
        self.headers = NotedHeaders(environ)
        self.headers.seen = self.seen

    @cached_property
    def args(self):
        """The query."""
        return Noted(super().args, "query", self.seen)

    @cached_property
    def cookies(self):
        """The cookies."""
        return Noted(super().cookies, "cookie", self.seen)

    def _load_form_data(self):
        loaded = "form" in self.__dict__
        super()._load_form_data()
        if not loaded:
            self.__dict__["form"] = Noted(self.__dict__["form"], "field", self.seen)


@dataclass
class Door:
    """One address with one method, for one kind of visitor, and the request that is right there."""

    endpoint: str
    rule: str
    values: dict
    visitor: str
    request: Request
    is_public: bool
    places: set = field(default_factory=set)
    is_brief: bool = False
    """Whether the same address was tried in full already, for another visitor or another question."""

    def __str__(self):
        return f"{self.request.method} {self.endpoint} as {self.visitor}"

    def path(self, **given):
        """Return the address with something else in it, as it would be written."""
        return address(self.rule, {name: quote(value) for name, value in self.values.items()} | given)

    def is_sound(self, text):
        """Say whether a text is one that belongs here."""
        return text in self.values.values() or text.encode() in dict(self.request.form).values()

    @property
    def may_write(self):
        """Say whether the request is one that may change something."""
        return self.request.method not in SAFE


def address(rule, values):
    """Fill the parameters of a rule; values as str, or as bytes that are put in as they are."""
    path, end = b"", 0
    for found in PARAMETER.finditer(rule):
        value = values[found[1]]
        path += rule[end : found.start()].encode() + (value if isinstance(value, bytes) else value.encode())
        end = found.end()
    return path + rule[end:].encode()


def sound_values(endpoint, rule, cast):
    """Return what the parameters of an address may be: one set, or one for each kind of question."""
    digest, name = cast.sound["picture"]
    known = {
        "lang": "nl",
        "module": ASKED,
        "lesson": "only",
        "number": "1",
        "public_id": cast.sound["result"],
        "reference": cast.sound["reference"],
        "token": cast.sound["set-up"],
        "tag": "ar",
        "digest": digest,
        "name": name,
        "look": cast.sound["look"],
        "decision": cast.sound["decision"],
        "objection": cast.sound["objection"],
        "receipt": cast.sound["receipt"],
    }
    variants = [{}]
    reading = {"module": READ, "lesson": "first"}
    if endpoint == "study.lesson":
        variants = [reading, {}]
    elif endpoint == "study.practise":
        variants = [reading | {"question": question} for question in ("pr-001", "pr-002", "pr-004")]
    elif endpoint == "media.picture":
        variants = [{"module": READ}]
    elif endpoint in ("handover.person", "handover.identity"):
        variants = [{"look": cast.sound["new look"]}, {}][: 1 + (endpoint == "handover.person")]
    elif endpoint == "cases.propose":
        variants = [{"kind": kind} for kind in ("correction", "exemption", "revocation")]
    elif endpoint in ("cases.decision", "cases.settle"):
        variants = [{"look": cast.sound["look at the other"]}]
    elif endpoint == "study.question":
        variants = [
            {"number": str(cast.sound["questions"][type_])} for type_ in ("single", "multiple", "order")
        ]
    for variant in variants:
        missing = [one for one in PARAMETER.findall(rule) if one not in known | variant]
        if missing:
            raise UnknownSoundValueError(f"{rule}: say in tests/hostile/doors.py what a good {missing} is")
        yield {one: (known | variant)[one] for one in PARAMETER.findall(rule)}


def sound_fields(endpoint, controls, cast):
    """Return a form filled in rightly. Raises UnknownSoundValueError."""
    own = {
        "study.sign_in": {"name": MAILS["own"], "secret": PIN},
        "study.register": {"email": "new.hostile@example.org", "secret": PIN},
        "study.change_secret": {"current": PIN, "secret": "a-long-word-of-mine"},
        "study.activate": {"code": cast.sound["new letter"]},
        "study.second_language": {"second": "ar"},
        "study.authority": {"text": "I took the test on another day."},
        "handover.find": {"number": NUMBERS["own"]},
        "handover.identity": {"document": "y"},
        "cases.find": {"number": NUMBERS["own"]},
        "cases.propose": {"day": "1", "month": "10", "year": "2026", "reason": "It was another day."},
        "cases.objection": {"text": "That is right."},
        "staff.sign_in": {"email": MEMBER, "password": PASSWORD, "totp": cast.sound["totp"]},
        "staff.set_up": {"password": "another-long-word", "totp": cast.sound["invited totp"]},
    }.get(endpoint, {})
    known = {
        "code": cast.sound["letter"],
        "day": str(BORN.day),
        "month": str(BORN.month),
        "year": str(BORN.year),
        "postcode": "9000",
        "secret": PIN,
        "again": own.get("secret", PIN),
    } | own
    given = {}
    for control in controls.values():
        if control.kind == "checkbox" and control.name not in ("answer", *own):
            continue
        if control.name in known:
            given[control.name] = known[control.name]
        elif control.kind in ("hidden", "radio", "checkbox"):
            given[control.name] = next(value for value in control.values if value or control.kind == "hidden")
        elif control.kind == "select":
            given[control.name] = str(1 + [*controls].index(control.name) - _first_select(controls))
        elif control.kind != "button":
            raise UnknownSoundValueError(
                f"{endpoint} asks for {control.name!r}: say in tests/hostile/doors.py what is right there"
            )
    return given


def _first_select(controls):
    return next(place for place, one in enumerate(controls.values()) if one.kind == "select")


def rules_for_people(app):
    """Return the addresses that browsers ask for."""
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(FOR_PROGRAMS)]


def find_doors(stage, cast, *, endpoint=None):
    """Return every door of the site, or of one endpoint, with every place found at it."""
    finder = Finder(stage, cast)
    rules = [rule for rule in rules_for_people(stage.app) if endpoint in (None, rule.endpoint)]
    doors = [door for rule in rules for door in finder.doors_of(rule)]
    finder.look_for_forms(doors)
    known = set()
    for door in doors:
        finder.knock(door)
        door.is_brief = (door.endpoint, door.request.method) in known
        known.add((door.endpoint, door.request.method))
    return doors


class Finder:
    """Goes round the site once."""

    def __init__(self, stage, cast):
        self.stage, self.cast = stage, cast
        self.seen = set()
        stage.app.request_class = type("Noting", (NotingRequest,), {"seen": self.seen})

    def doors_of(self, rule):
        """Return the doors of an address: each method, for each visitor it opens to."""
        endpoint = rule.endpoint
        for values in sound_values(endpoint, rule.rule, self.cast):
            path = address(rule.rule, values)
            methods = [method for method in ("GET", "POST") if method in rule.methods]
            for visitor in self._visitors(endpoint, path):
                for method in methods:
                    cookies = session_cookie(self.cast.visitors[visitor])
                    request = Request(method, path, cookies=cookies)
                    yield Door(
                        endpoint, rule.rule, values, visitor, request, self._access(endpoint) == "public"
                    )

    def _visitors(self, endpoint, path):
        """Return for whom a page opens; nobody and a learner see public pages differently."""
        access = self._access(endpoint)
        if access in ("learner", "staff"):
            return [access]
        opened = [who for who in VISITORS if self._send(who, path).status == 200]
        both = [who for who in opened if who in ("nobody", "learner")]
        return both or opened[:1] or ["nobody"]

    def _access(self, endpoint):
        """Return who a view says it is for."""
        return getattr(self.stage.app.view_functions[endpoint], "access", None)

    def _send(self, visitor, path):
        cookies = session_cookie(self.cast.visitors[visitor])
        answer = send(self.stage.app, Request("GET", path, cookies=cookies))
        self.stage.cells.undo(self.stage.cells.change())
        return answer

    def look_for_forms(self, doors):
        """Fill the requests of those doors that a form leads to."""
        adapter = self.stage.app.url_map.bind("127.0.0.1")
        forms = {}
        for door in doors:
            if door.may_write:
                continue
            answer = self._send(door.visitor, door.request.path)
            if answer.status != 200 or answer.headers.get("Content-Type", "")[:9] != "text/html":
                continue
            for form in Page(answer.text).forms:
                path = urlsplit(form.action).path or door.request.path.decode()
                try:
                    endpoint, values = adapter.match(path, method=form.method)
                except HTTPException as error:
                    raise AssertionError(f"{door}: a form leads to {path}") from error
                key = (endpoint, door.visitor, tuple(sorted((n, str(v)) for n, v in values.items())))
                forms[key] = form.controls
        for door in doors:
            key = (door.endpoint, door.visitor, tuple(sorted(door.values.items())))
            if door.may_write:
                self._fill_in(door, forms.get(key) or self._same_elsewhere(forms, door) or {})

    @staticmethod
    def _same_elsewhere(forms, door):
        """Return the form of this address on a page of another lesson or module."""
        return next((found for key, found in forms.items() if key[:2] == (door.endpoint, door.visitor)), None)

    def _fill_in(self, door, controls):
        token = {"csrf_token": self.cast.visitors[door.visitor].token}
        fields = sound_fields(door.endpoint, controls, self.cast)
        if "attempt" in fields:
            fields["attempt"] = self.cast.sound["open test"]
        door.places |= {f"field {name}" for name in controls}
        self._take(door, fields | token)

    @staticmethod
    def _take(door, fields):
        form = tuple((name.encode(), value.encode()) for name, value in fields.items())
        door.request = door.request.but(form=form)

    def knock(self, door):
        """Send the right request, and an empty one, and note what the site looks at."""
        for request in (door.request, door.request.but(form=())):
            self.seen.clear()
            send(self.stage.app, request)
            self.stage.cells.undo(self.stage.cells.change())
            door.places |= {one for one in self.seen if self._concerns(door, one)}
        door.places |= {f"parameter {name}" for name in door.values}
        if door.endpoint in STANDING_FOR_ALL:
            door.places |= {f"header {name}" for name in EVERYWHERE}
        door.places |= {"query unknown", "cookie unknown", "cookies", "headers", "method", "visitor"}
        if door.may_write:
            door.places |= {"fields", "body"}

    @staticmethod
    def _concerns(door, place):
        """Say whether a place is one of this door, and not of what all pages share."""
        kind, _space, name = place.partition(" ")
        if kind == "field":
            return door.may_write
        return kind != "header" or name.title() not in SHARED or door.endpoint in STANDING_FOR_ALL
