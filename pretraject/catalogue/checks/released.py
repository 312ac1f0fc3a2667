"""Checks against the last release: ids are permanent, since answers point at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pretraject.catalogue.findings import Findings
from pretraject.catalogue.markdown import text_html
from pretraject.catalogue.parsing import ModuleSource
from pretraject.catalogue.shapes import FactShape
from pretraject.core.locales import SOURCE


@dataclass(frozen=True)
class ReleasedQuestion:
    """What the last release says of a question; `html` is its Dutch text."""

    id: str
    type: str
    options: tuple[str, ...]
    html: str


def check_released(
    module: ModuleSource,
    released: Sequence[ReleasedQuestion],
    facts: Mapping[str, FactShape],
    findings: Findings,
) -> None:
    """Check that every released question and option is still there under its id.

    An entry for the question in `changes.yaml` says that its end is meant.
    """
    if module.questions_document is None:
        return
    file = module.questions_document.file
    there = {question.shape.id: question for question in module.questions}
    named = _ids_named(module)
    meant = {change.context for change in module.changes}
    by_text = {
        text_html(question.shape.text, facts, SOURCE): question
        for question in module.questions
        if question.shape.id not in {old.id for old in released} and "{fact" not in question.shape.text
    }
    for old in released:
        if old.id in meant or (old.id in named and old.id not in there):
            continue
        if old.id in there:
            _check_options(there[old.id].line("options"), file, old, there[old.id].shape.option_ids, findings)
        elif old.html in by_text:
            new = by_text[old.html]
            problem = f"id changed since the last release: {old.id} is now {new.shape.id}"
            findings.fault(file, new.line("id"), problem, f"give it back the id {old.id}")
        else:
            cure = "put it back, or say in changes.yaml why it ends"
            findings.fault(file, 1, f"id vanished since the last release: {old.id}", cure)


def _ids_named(module: ModuleSource) -> set[str]:
    """Return the ids in the file, those of faulty questions included."""
    said = module.questions_document.value if module.questions_document else None
    items = said if isinstance(said, list) else []
    return {str(item.get("id")) for item in items if isinstance(item, dict)}


def _check_options(
    line: int, file: str, old: ReleasedQuestion, options: Sequence[str], findings: Findings
) -> None:
    for option in old.options:
        if option not in options:
            problem = f"id vanished since the last release: option {option} of {old.id}"
            findings.fault(file, line, problem, "put it back, or say in changes.yaml why it ends")
