"""Checks of the question bank: ids, keys by type, themes, lessons, and enough of each kind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pretraject.catalogue.checks.prose import Trouble, text_troubles
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, QuestionSource
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.segments import of_question
from pretraject.catalogue.shapes import TRUE_FALSE, FactShape, QuestionShape

OPTIONS = {"single": (3, 4), "multiple": (4, 5), "order": (3, 4)}
BANK_FACTOR = 2
"""The bank holds this many times what a test draws, so that a second try differs."""


def check_questions(module: ModuleSource, facts: Mapping[str, FactShape], findings: Findings) -> None:
    """Check every question of a module."""
    lessons = [lesson.slug for lesson in module.lessons]
    seen: dict[str, int] = {}
    for question in module.questions:
        shape = question.shape
        line = question.line("id")
        if shape.id in seen:
            cure = "give the newer one an id that was never used"
            findings.fault(
                question.file, line, f"duplicate id {shape.id}, first on line {seen[shape.id]}", cure
            )
        seen.setdefault(shape.id, line)
        if shape.lesson not in lessons:
            problem = f"broken link: {shape.id} belongs to lesson {shape.lesson}, which there is not"
            findings.fault(
                question.file, question.line("lesson"), problem, f"choose one of: {', '.join(lessons)}"
            )
        if shape.theme not in module.shape.themes:
            problem = f"theme {shape.theme} is not one of the module's"
            findings.advise(
                question.file, question.line("theme"), problem, "add it to module.yaml or change it"
            )
        _check_options(question, findings)
        for problem, cure in _key_troubles(shape):
            findings.fault(question.file, question.line("key"), f"{shape.id}: {problem}", cure)
        for segment in of_question(question):
            for problem, cure in text_troubles(segment.text, lessons=lessons, facts=facts):
                findings.fault(question.file, segment.line, problem, cure)


def _check_options(question: QuestionSource, findings: Findings) -> None:
    shape = question.shape
    options = shape.options or []
    line = question.line("options")
    if shape.type == "true-false":
        if shape.options is not None:
            findings.fault(
                question.file, line, f"{shape.id}: a true-false question has no options", "take them out"
            )
        return
    fewest, most = OPTIONS[shape.type]
    if not fewest <= len(options) <= most:
        problem = f"{shape.id}: {len(options)} options for a question of type {shape.type}"
        findings.fault(question.file, line, problem, f"give it {fewest} to {most}")
    for option, count in Counter(option.id for option in options).items():
        if count > 1:
            findings.fault(
                question.file, line, f"duplicate id: {shape.id} has option {option} twice", "rename one"
            )
    for text, count in Counter(option.text.casefold() for option in options).items():
        if count > 1:
            findings.fault(question.file, line, f"{shape.id}: two options say {text!r}", "change one")


def _key_troubles(shape: QuestionShape) -> Iterator[Trouble]:
    """Yield what is wrong with the key: unknown or repeated options, a wrong number of them."""
    options, key = shape.option_ids, shape.key
    if unknown := sorted(set(key) - set(options)):
        yield f"key names {', '.join(unknown)}, which is no option", f"choose from: {', '.join(options)}"
        return
    if len(set(key)) < len(key):
        yield "key names an option twice", "name each once"
    elif shape.type in ("single", "true-false") and len(key) != 1:
        what = " or ".join(TRUE_FALSE) if shape.type == "true-false" else "the id of the right option"
        yield f"wrong number of keys: {len(key)} for type {shape.type}", f"give one key: {what}"
    elif shape.type == "multiple" and not 2 <= len(key) < len(options):
        yield f"wrong number of keys: {len(key)} for type multiple", "give two or more, but not all options"
    elif shape.type == "order" and len(key) != len(options):
        yield f"wrong number of keys: {len(key)} for type order", "give all options, in the right order"
    elif shape.type == "order" and tuple(key) == options:
        yield "the options stand in the right order already", "write them in another order than the key"


def check_bank(module: ModuleSource, draws: Sequence[Draw], findings: Findings) -> None:
    """Check that the bank holds twice what each test draws; pilots do not count.

    A question with a fault in it counts all the same: the fault is told already.
    """
    if module.questions_document is None:
        return
    said = module.questions_document.value
    counts = Counter(
        str(item.get("kind"))
        for item in (said if isinstance(said, list) else [])
        if isinstance(item, dict) and item.get("use") == "test" and not item.get("pilot")
    )
    for problem, cure in bank_troubles(counts, draws):
        findings.fault(module.questions_document.file, 1, problem, cure)


def bank_troubles(counts: Mapping[str, int], draws: Sequence[Draw]) -> Iterator[Trouble]:
    """Yield the kinds of which there are fewer test questions than twice the largest draw."""
    for kind in ("values", "practical"):
        needed = BANK_FACTOR * max((getattr(draw, kind) for draw in draws), default=0)
        if counts.get(kind, 0) < needed:
            there = counts.get(kind, 0)
            problem = f"the bank has {there} test questions of kind {kind}; twice the draw is {needed}"
            yield problem, "add questions with `use: test`, or let the test draw fewer"
