"""Reads a tree of content files into modules, lessons, questions and facts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pretraject.catalogue import tree as files
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.shapes import (
    ChangeShape,
    FactShape,
    LessonShape,
    ModuleShape,
    QuestionShape,
    StateShape,
)
from pretraject.catalogue.tree import Tree
from pretraject.catalogue.validation import validate
from pretraject.catalogue.yaml_source import Document, read_yaml
from pretraject.core.errors import Fault

FENCE = "---"


@dataclass(frozen=True)
class LessonSource:
    """A lesson as written: front matter and Markdown."""

    file: str
    slug: str
    header: LessonShape
    document: Document
    body: str
    body_line: int


@dataclass(frozen=True)
class QuestionSource:
    """A question and where it stands in its file."""

    file: str
    index: int
    shape: QuestionShape
    document: Document

    def line(self, *path: str | int) -> int:
        """Return the line of a part of the question."""
        return self.document.line((self.index, *path))


@dataclass
class ModuleSource:
    """Everything a module's folder says."""

    slug: str
    shape: ModuleShape
    document: Document
    lessons: list[LessonSource] = field(default_factory=list)
    questions: list[QuestionSource] = field(default_factory=list)
    changes: list[ChangeShape] = field(default_factory=list)
    questions_document: Document | None = None
    changes_document: Document | None = None
    media: dict[str, bytes] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Return the folder's path."""
        return f"content/{self.slug}"


@dataclass
class Source:
    """All content of a tree; `findings` says what of it could not be read."""

    modules: dict[str, ModuleSource] = field(default_factory=dict)
    facts: dict[str, FactShape] = field(default_factory=dict)
    facts_document: Document | None = None
    findings: Findings = field(default_factory=Findings)


def read_text(tree: Tree, path: str, findings: Findings) -> str | None:
    """Return a file's text; None when there is no such file or it is not UTF-8."""
    body = tree.get(path)
    if body is None:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        findings.fault(path, line, "not UTF-8", "save the file as UTF-8 without byte order mark")
        return None
    if text.startswith("\ufeff"):
        findings.fault(path, 1, "byte order mark", "save the file as UTF-8 without byte order mark")
        text = text.removeprefix("\ufeff")
    if "\r" in text:
        findings.fault(path, 1, "Windows line ends", "run `pretraject content format`")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_tree(tree: Tree) -> Source:
    """Read all content; faults are collected, and what can be read is returned all the same."""
    source = Source()
    _parse_facts(tree, source)
    for slug in files.module_slugs(tree):
        module = _parse_module(tree, slug, source.findings)
        if module:
            source.modules[slug] = module
    return source


def _document(tree: Tree, path: str, findings: Findings) -> Document | None:
    text = read_text(tree, path, findings)
    return None if text is None else read_yaml(path, text)


def _parse_facts(tree: Tree, source: Source) -> None:
    document = _document(tree, files.FACTS, source.findings)
    if document is None:
        return
    source.facts_document = document
    if document.value is not None and not isinstance(document.value, dict):
        source.findings.fault(files.FACTS, 1, "not a mapping of facts", "begin each fact with its id")
    elif document.value:
        for name, value in document.value.items():
            fact = validate(document, FactShape, value, (name,))
            if fact is not None:
                source.facts[name] = fact
    source.findings.add(document.faults)


def _parse_module(tree: Tree, slug: str, findings: Findings) -> ModuleSource | None:
    path = f"content/{slug}/module.yaml"
    document = _document(tree, path, findings)
    if document is None:
        findings.fault(
            path, None, "module.yaml is missing", "describe the module in it, or remove the folder"
        )
        return None
    shape = validate(document, ModuleShape, document.value) if document.readable else None
    findings.add(document.faults)
    if shape is None:
        shape = _what_can_be_read(document.value)
    module = ModuleSource(slug, shape, document)
    for name in files.module_paths(tree, slug):
        _parse_file(tree, name, module, findings)
    order = {lesson: place for place, lesson in enumerate(shape.lessons)}
    module.lessons.sort(key=lambda lesson: (order.get(lesson.slug, len(order)), lesson.file))
    return module


def _what_can_be_read(value: Any) -> ModuleShape:
    """Return a stand-in for a faulty `module.yaml`, so that the rest can be checked."""
    given = value if isinstance(value, dict) else {}

    def words(name: str) -> list[str]:
        found = given.get(name)
        return [str(item) for item in found] if isinstance(found, list) else []

    known: dict[str, Any] = {
        "title": str(given.get("title", "")),
        "summary": str(given.get("summary", "")),
        "themes": words("themes"),
        "minutes": 1,
        "lessons": words("lessons"),
        "languages": words("languages"),
    }
    return ModuleShape.model_construct(**known)


def _parse_file(tree: Tree, path: str, module: ModuleSource, findings: Findings) -> None:
    name = path.removeprefix(f"{module.folder}/")
    slug = files.lesson_slug(path)
    if slug is not None:
        lesson = _parse_lesson(tree, path, slug, findings)
        if lesson:
            module.lessons.append(lesson)
    elif name.startswith("media/") and name.count("/") == 1:
        module.media[name.removeprefix("media/")] = tree[path]
    elif name == "questions.yaml":
        _parse_questions(tree, path, module, findings)
    elif name == "changes.yaml":
        _parse_changes(tree, path, module, findings)
    elif name != "module.yaml":
        cure = "lessons are NN-name.md, pictures lie in media/; take anything else out"
        findings.fault(path, None, "a file that belongs to no part of a module", cure)


def _parse_lesson(tree: Tree, path: str, slug: str, findings: Findings) -> LessonSource | None:
    text = read_text(tree, path, findings)
    if text is None:
        return None
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), None)
    if lines[0].rstrip() != FENCE or end is None:
        findings.fault(path, 1, "no front matter", "begin with --- , the lesson's keys and --- again")
        return LessonSource(path, slug, _stand_in(None), Document(path), text, 1)
    document = read_yaml(path, "\n".join(lines[1:end]), first_line=2)
    header = validate(document, LessonShape, document.value) if document.readable else None
    findings.add(document.faults)
    body = "\n".join(lines[end + 1 :])
    return LessonSource(path, slug, header or _stand_in(document.value), document, body, end + 2)


def _stand_in(value: Any) -> LessonShape:
    """Return a stand-in for a faulty front matter, so that the body can be checked."""
    given = value if isinstance(value, dict) else {}
    known: dict[str, Any] = {"title": str(given.get("title", "")), "minutes": 1, "objectives": []}
    return LessonShape.model_construct(**known, sources=[], checked=date.min)


def _items(document: Document, kind: Any) -> list[tuple[int, Any]]:
    """Validate a list item by item, so that one faulty item hides no other."""
    if document.value is None or not isinstance(document.value, list):
        cure = "begin each item with `- `; an empty list is []"
        document.faults.append(Fault(document.file, document.first_line, "not a list", cure))
        return []
    found = [(index, validate(document, kind, item, (index,))) for index, item in enumerate(document.value)]
    return [(index, item) for index, item in found if item is not None]


def _parse_questions(tree: Tree, path: str, module: ModuleSource, findings: Findings) -> None:
    document = _document(tree, path, findings)
    if document is not None:
        module.questions_document = document
        if document.readable:
            for index, shape in _items(document, QuestionShape):
                module.questions.append(QuestionSource(path, index, shape, document))
        findings.add(document.faults)


def _parse_changes(tree: Tree, path: str, module: ModuleSource, findings: Findings) -> None:
    document = _document(tree, path, findings)
    if document is not None:
        module.changes_document = document
        if document.readable:
            module.changes.extend(change for _, change in _items(document, ChangeShape))
        findings.add(document.faults)


def parse_state(tree: Tree, path: str, findings: Findings) -> tuple[StateShape, Document | None]:
    """Read a review state; an absent or faulty one says nothing about any text."""
    document = _document(tree, path, findings)
    if document is None:
        return StateShape(segments=[], keys=[]), None
    state = validate(document, StateShape, document.value) if document.readable else None
    findings.add(document.faults)
    return state or StateShape(segments=[], keys=[]), document
