"""The second reading of test questions: a sheet without keys, and what was chosen from it.

Whoever reads sees the translation alone, chooses the answers they take for right, and writes
one line a question: `hb-001: b`. Several answers, or an order, stand after each other.
"""

import random
import re
from collections.abc import Iterator, Mapping
from datetime import date

from pretraject.catalogue.catalogues import read_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, QuestionSource, parse_state
from pretraject.catalogue.segments import of_question
from pretraject.catalogue.states import Texts, keys_read, note_keys, translations_in, write_state
from pretraject.catalogue.tree import Tree, catalogue_path, state_path
from pretraject.core.errors import Fault, FaultyFilesError

_LINE = re.compile(r"([a-z]{2}-\d{3}):\s*([a-z]+(?:[\s,]+[a-z]+)*)\s*", re.ASCII)
_ASKS = {
    "single": "one answer",
    "multiple": "every right answer",
    "true-false": "right or wrong",
    "order": "all, in the right order",
}


def key_sheet(tree: Tree, module: ModuleSource, locale: str, *, every: bool) -> str:
    """Return the questions of a module for a second reader, those already read left out unless `every`.

    Answers stand in an order of chance, so that their place tells nothing. Raises
    FaultyFilesError when a question is not translated or a file cannot be read.
    """
    texts, findings = _texts(tree, module, locale)
    state, _ = parse_state(tree, state_path(module.slug, locale), findings)
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    done = set() if every else keys_read(state, texts, module.questions)
    lines = [f"# {module.slug}, {locale}: after each id, write what is right, from the text alone."]
    for question in module.questions:
        if question.shape.id not in done:
            lines += ["", *_asked(question, texts, locale)]
    return "\n".join(lines) + "\n"


def _asked(question: QuestionSource, texts: Texts, locale: str) -> Iterator[str]:
    shape = question.shape
    words = {}
    for segment in of_question(question):
        text = texts.get((segment.context, segment.text))
        if text is None and segment.key != "explanation":
            problem, cure = f"{shape.id} is not translated into {locale}", "translate it first"
            raise FaultyFilesError([Fault(segment.file, segment.line, problem, cure)])
        words[segment.key] = text
    yield f"# {words['text']} ({_ASKS[shape.type]})"
    options = list(shape.option_ids)
    if shape.type != "true-false":
        random.Random(shape.id).shuffle(options)  # noqa: S311 — the same sheet twice, nothing secret
        for option in options:
            yield f"#   {option}: {words[f'option.{option}']}"
    yield f"{shape.id}:"


def recorded_keys(
    tree: Tree, module: ModuleSource, locale: str, chosen: Mapping[str, list[str]], *, by: str, on: date
) -> tuple[bytes, list[str]]:
    """Return the review state with what was chosen, and the questions where that was not the key."""
    texts, findings = _texts(tree, module, locale)
    state, _ = parse_state(tree, state_path(module.slug, locale), findings)
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    noted = note_keys(state, texts, module.questions, chosen=chosen, by=by, on=on)
    read = keys_read(noted, texts, module.questions)
    return write_state(noted).encode(), sorted(set(chosen) - read)


def read_choices(file: str, text: str, module: ModuleSource) -> dict[str, list[str]]:
    """Return what a filled-in sheet says, by question. Raises FaultyFilesError with every fault."""
    options = {one.shape.id: set(one.shape.option_ids) for one in module.questions}
    found: dict[str, list[str]] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            faults.append(Fault(file, number, "no answer", "write, for instance, `hb-001: b`"))
        elif match[1] not in options:
            faults.append(Fault(file, number, f"no question {match[1]}", "correct the id"))
        elif wrong := set(re.findall(r"[a-z]+", match[2])) - options[match[1]]:
            cure = f"choose of {', '.join(sorted(options[match[1]]))}"
            faults.append(Fault(file, number, f"no answer {', '.join(sorted(wrong))}", cure))
        else:
            found[match[1]] = re.findall(r"[a-z]+", match[2])
    if faults:
        raise FaultyFilesError(faults)
    return found


def _texts(tree: Tree, module: ModuleSource, locale: str) -> tuple[Texts, Findings]:
    findings, path = Findings(), catalogue_path(module.slug, locale)
    if path not in tree:
        raise FaultyFilesError(
            [Fault(path, None, "there is no such catalogue", "run `pretraject i18n update`")]
        )
    return translations_in(read_catalogue(path, tree[path], locale, findings)), findings
