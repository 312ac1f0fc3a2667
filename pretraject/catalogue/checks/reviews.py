"""Checks of a review state: its form, what went stale, and keys that were read otherwise."""

from collections.abc import Sequence

from pretraject.catalogue.checks.named import Teller
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, parse_state
from pretraject.catalogue.segments import Segment
from pretraject.catalogue.shapes import StateShape
from pretraject.catalogue.states import Texts, is_of_now, is_right_choice, keys_read
from pretraject.catalogue.tree import Tree, state_path
from pretraject.catalogue.yaml_source import Document
from pretraject.core.crypto import fingerprint


def check_state(
    tree: Tree,
    module: ModuleSource,
    locale: str,
    segments: Sequence[Segment],
    texts: Texts,
    findings: Findings,
) -> set[str]:
    """Check the review state beside a catalogue; return the questions whose key was read."""
    path = state_path(module.slug, locale)
    state, document = parse_state(tree, path, findings)
    if document is None:
        problem = "no review state, so everything counts as a draft"
        Teller(findings, path).tell("unnoted", None, problem, "note who translated it")
        return set()
    teller = Teller(findings, path)
    _check_stale(state, document, segments, texts, teller)
    _check_keys(state, document, module, texts, teller)
    return keys_read(state, texts, module.questions)


def _check_keys(
    state: StateShape, document: Document, module: ModuleSource, texts: Texts, teller: Teller
) -> None:
    read = {entry.question: (index, entry) for index, entry in enumerate(state.keys)}
    unread = [question.shape.id for question in module.questions if question.shape.id not in read]
    if unread:
        problem = f"keys read by nobody: {', '.join(unread[:5])}{' …' if len(unread) > 5 else ''}"
        teller.tell("unread", document.line(("keys",)), problem, "let a second reader answer them")
    for question in module.questions:
        name = question.shape.id
        if name in unread:
            continue
        index, entry = read[name]
        line = document.line(("keys", index))
        if not is_of_now(entry, question, texts):
            teller.tell(
                "stale", line, "its key was read in an older text", "let it be read again", segment=name
            )
        elif not is_right_choice(entry, question):
            problem = f"a reader of the translation chose {', '.join(entry.chosen)}"
            cure = f"correct the translation or the key ({', '.join(question.shape.key)}), then read again"
            teller.tell("key", line, problem, cure, segment=name)


def _check_stale(
    state: StateShape,
    document: Document,
    segments: Sequence[Segment],
    texts: Texts,
    teller: Teller,
) -> None:
    current = {
        (segment.context, segment.fingerprint, fingerprint(text))
        for segment in segments
        if (text := texts.get((segment.context, segment.text))) is not None
    }
    for index, entry in enumerate(state.segments):
        if (entry.context, entry.source, entry.text) not in current:
            line = document.line(("segments", index))
            problem, cure = (
                "the text changed since this entry",
                "it counts as a draft until somebody reviews it",
            )
            teller.tell("stale", line, problem, cure, segment=entry.context)
