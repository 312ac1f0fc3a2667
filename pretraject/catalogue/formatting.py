"""The canonical form of every content file: the same meaning has the same bytes."""

from typing import Any

from pretraject.catalogue import tree as files
from pretraject.catalogue.catalogues import read_catalogue, write_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.markdown import make_parser
from pretraject.catalogue.parsing import FENCE
from pretraject.catalogue.shapes import (
    ChangeShape,
    FactShape,
    LessonShape,
    ModuleShape,
    QuestionShape,
    StateShape,
    plain,
)
from pretraject.catalogue.states import write_state
from pretraject.catalogue.tree import Tree
from pretraject.catalogue.validation import validate
from pretraject.catalogue.yaml_form import write_yaml
from pretraject.catalogue.yaml_source import Document, read_yaml

_LISTS: dict[str, Any] = {"questions.yaml": list[QuestionShape], "changes.yaml": list[ChangeShape]}


def canonical_tree(tree: Tree) -> dict[str, bytes]:
    """Return the canonical bytes of every file that is not in canonical form.

    A file with faults in it is left out: what it means is not known yet.
    """
    return {
        path: form
        for path, body in sorted(tree.items())
        if (form := canonical_form(path, body)) is not None and form != body
    }


def canonical_form(path: str, body: bytes) -> bytes | None:
    """Return a file's canonical bytes; None when it has faults or no canonical form."""
    if "/media/" in path:
        return None
    try:
        text = body.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None
    if path.endswith(".po"):
        return _catalogue(path, text.encode())
    if files.lesson_slug(path):
        formed = _lesson(path, text)
    elif path.endswith(".yaml"):
        document = read_yaml(path, text)
        formed = None if document.faults else _yaml(path, document)
    else:
        return None
    return None if formed is None else formed.encode()


def _catalogue(path: str, body: bytes) -> bytes | None:
    named = files.module_of_catalogue(path)
    findings = Findings()
    if named is None:
        return None
    catalogue = read_catalogue(path, body, named[0], findings)
    return None if findings.faults else write_catalogue(catalogue)


def _yaml(path: str, document: Document) -> str | None:
    name = path.rpartition("/")[2]
    if path == files.POLICY:
        return write_yaml(document.value)
    if path == files.FACTS:
        return _facts(document)
    if name.endswith(".state.yaml"):
        state = validate(document, StateShape, document.value)
        return write_state(state) if state and not document.faults else None
    if name == "module.yaml":
        shape = validate(document, ModuleShape, document.value)
        return write_yaml(plain(shape)) if shape and not document.faults else None
    if name in _LISTS:
        items = validate(document, _LISTS[name], document.value)
        return None if document.faults else write_yaml([plain(item) for item in items])
    return None


def _facts(document: Document) -> str | None:
    facts = validate(document, dict[str, FactShape], document.value or {})
    if document.faults:
        return None
    return write_yaml({name: plain(facts[name]) for name in sorted(facts)})


def _lesson(path: str, text: str) -> str | None:
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), None)
    if lines[0].rstrip() != FENCE or end is None:
        return None
    document = read_yaml(path, "\n".join(lines[1:end]))
    if document.faults:
        return None
    header = validate(document, LessonShape, document.value)
    if header is None or document.faults:
        return None
    body = canonical_body("\n".join(lines[end + 1 :]))
    return f"{FENCE}\n{write_yaml(plain(header))}{FENCE}\n\n{body}\n"


def canonical_body(body: str) -> str:
    """Return a lesson's Markdown with each paragraph on one line and single empty lines between."""
    lines = [line.rstrip() for line in body.split("\n")]
    for first, last in _broken_paragraphs(body):
        lines[first] = " ".join([lines[first], *(line.strip() for line in lines[first + 1 : last])])
        for index in range(first + 1, last):
            lines[index] = "\0"
    kept: list[str] = []
    for line in lines:
        if line == "\0" or (not line and (not kept or not kept[-1])):
            continue
        kept.append(line)
    return "\n".join(kept).strip("\n")


def _broken_paragraphs(body: str) -> list[tuple[int, int]]:
    """Return first and last line of the paragraphs that go over several lines.

    One with a hard break (a backslash at the end) stays: that is a fault, not a form.
    """
    lines = body.split("\n")
    spans = [token.map for token in make_parser().parse(body) if token.type == "inline" and token.map]
    return [
        (first, last)
        for first, last in spans
        if last - first > 1 and not any(line.endswith("\\") for line in lines[first:last])
    ]
