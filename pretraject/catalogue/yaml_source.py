"""YAML as our files use it: no aliases, tags or comments, and a line for every value.

Of YAML 1.1's guesses only whole numbers, decimals, dates, `true`, `false` and `null` are
kept: `on:` is a word here, and `12:30` is not a number to the base of sixty.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from pretraject.core.errors import Fault

Path = tuple[str | int, ...]

_MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("tag:yaml.org,2002:null", r"~|null|", "~n"),
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
    ("tag:yaml.org,2002:timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": []}
    for tag, pattern, firsts in _MEANINGS:
        for first in firsts:
            found.setdefault(first, []).append((tag, re.compile(f"(?:{pattern})$")))
    found[""].append((_MEANINGS[0][0], re.compile("$")))
    return found


class PlainLoader(yaml.CSafeLoader):
    """PyYAML's fast loader with our few meanings of a plain word."""

    yaml_implicit_resolvers = _resolvers()


@dataclass
class Document:
    """What a YAML file says, and on which line it says it."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    first_line: int = 1

    @property
    def readable(self) -> bool:
        """Say whether there is a value to look at, faulty in places or not."""
        return self.value is not None or not self.faults

    def line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing round it that exists."""
        known = tuple(part for part in path if part != "[key]")
        at: Path = ()
        for part in known:
            if (*at, part) in self.lines:
                at = (*at, part)
        return self.lines.get(at, self.first_line)


def read_yaml(file: str, text: str, *, first_line: int = 1) -> Document:
    """Read a YAML text; what is wrong with it is in the document's faults."""
    document = Document(file, first_line=first_line)
    try:
        _look_for_aliases(document, text)
        if not document.faults:
            node = yaml.compose(text, Loader=PlainLoader)
            if node is not None:
                document.value = _value(document, node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _fault(document, mark.line if mark else 0, f"not YAML: {error.problem}", "put the text right here")
    except yaml.YAMLError as error:
        _fault(document, 0, f"not YAML: {error}", "save the file as plain UTF-8 text")
    _look_for_comments(document, text)
    return document


def _fault(document: Document, line: int, problem: str, cure: str) -> None:
    document.faults.append(Fault(document.file, line + document.first_line, problem, cure))


def _look_for_aliases(document: Document, text: str) -> None:
    """Refuse anchors, aliases, tags and second documents: they hide what a file says."""
    documents = 0
    for event in yaml.parse(text, Loader=PlainLoader):
        line = event.start_mark.line if event.start_mark else 0
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _fault(document, line, "YAML alias or anchor", "write the value out in full")
        if isinstance(event, yaml.CollectionStartEvent | yaml.ScalarEvent) and event.tag:
            _fault(document, line, f"YAML tag {event.tag}", "write the plain value without a tag")
    if documents > 1:
        _fault(document, 0, "more than one YAML document", "keep one document per file")


def _look_for_comments(document: Document, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        if line.lstrip().startswith("#"):
            cure = "comments are lost when the file is written again; say it in a key such as `note`"
            _fault(document, number, "comment in a YAML file", cure)


def _value(document: Document, node: yaml.Node, path: Path) -> Any:
    document.lines.setdefault(path, node.start_mark.line + document.first_line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*path, index)) for index, item in enumerate(node.value)]
    return _scalar(document, node)


def _mapping(document: Document, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            _fault(document, line, "a key that is not a word", "use a plain word as key")
            continue
        key = str(key_node.value)
        if key in found:
            first = document.lines[(*path, key)]
            _fault(document, line, f"key {key!r} twice, first on line {first}", "keep one of the two")
            continue
        document.lines[(*path, key)] = line + document.first_line
        found[key] = _value(document, value_node, (*path, key))
    return found


def _scalar(document: Document, node: yaml.Node) -> Any:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                line = node.start_mark.line
                _fault(document, line, f"{text} is no date", "write a day that exists, as yyyy-mm-dd")
    return text
