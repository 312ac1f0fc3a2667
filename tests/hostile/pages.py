"""Reading pages as a browser does: their forms, and anything in them that could run."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID_ACTION = ""
EVIL = "evil.example"
TYPED = frozenset({"text", "email", "number", "tel", "search", "url"})
TICKED = frozenset({"radio", "checkbox"})


@dataclass
class Control:
    """One field of a form: the values it may have, and those it has."""

    name: str
    kind: str
    values: list = field(default_factory=list)
    chosen: list = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    controls: dict = field(default_factory=dict)


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms = []
        self.dangers = []
        self._form = self._select = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._look_for_danger(tag, given)
        if tag == "form":
            action, method = given.get("action", VOID_ACTION), given.get("method", "get")
            self._form = Form(action, method.upper())
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "button", "select", "textarea"):
            self._take(tag, given)
        elif tag == "option" and self._select is not None:
            self._choose(self._select, given.get("value", ""), "selected" in given)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _take(self, tag, given):
        name, kind = given.get("name"), given.get("type", "text") if tag == "input" else tag
        if not name:
            return
        control = self._form.controls.setdefault(name, Control(name, kind))
        if tag == "select":
            self._select = control
        elif kind in TICKED:
            self._choose(control, given.get("value", "on"), "checked" in given)
        else:
            self._choose(control, given.get("value") or "", chosen=True)

    @staticmethod
    def _choose(control, value, chosen):
        control.values.append(value)
        if chosen:
            control.chosen.append(value)

    def _look_for_danger(self, tag, given):
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.dangers.append("a script of its own")
        self.dangers += [f"the attribute {name}" for name in given if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            address = (given.get(name) or "").strip().lower()
            if (
                address.startswith(("javascript:", "data:", "//", "/\\"))
                or urlsplit(address).hostname == EVIL
            ):
                self.dangers.append(f"the {name} {address[:40]}")
