"""Review state beside the catalogues: which texts are drafts, which keys a second reader read.

Every entry holds the fingerprints of the texts it was made for; when either text changes
the entry no longer counts. Nothing here has to be reset by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import is_translated, messages_of, name_of
from pretraject.catalogue.parsing import QuestionSource
from pretraject.catalogue.segments import Segment, of_question
from pretraject.catalogue.shapes import KeyState, SegmentState, Signature, StateShape, plain
from pretraject.catalogue.yaml_form import write_yaml
from pretraject.core.crypto import fingerprint

Texts = Mapping[tuple[str, str], str]
"""Translations by context and source text."""


def translations_in(catalogue: Catalog) -> dict[tuple[str, str], str]:
    """Return a module catalogue's finished translations; fuzzy ones are not."""
    return {
        (message.context or "", name_of(message)[1]): str(message.string)
        for message in messages_of(catalogue)
        if is_translated(message) and not message.fuzzy
    }


def reviewed_prints(state: StateShape) -> set[tuple[str, str, str]]:
    """Return context and both fingerprints of every reviewed text."""
    return {(entry.context, entry.source, entry.text) for entry in state.segments if entry.reviewed}


def question_print(question: QuestionSource, texts: Texts | None = None) -> str:
    """Return what names a question with its answers and key, in Dutch or as translated."""
    shape = question.shape
    words = [
        segment.text if texts is None else texts.get((segment.context, segment.text), "")
        for segment in of_question(question)
        if segment.key != "explanation"
    ]
    return fingerprint("\n".join([shape.type, *words, *shape.option_ids, *shape.key]))


def keys_read(state: StateShape, texts: Texts, questions: Iterable[QuestionSource]) -> set[str]:
    """Return the questions whose right answer a second reader chose from the translation as it is now."""
    entries = {entry.question: entry for entry in state.keys}
    return {
        question.shape.id
        for question in questions
        if (entry := entries.get(question.shape.id)) is not None
        and is_of_now(entry, question, texts)
        and is_right_choice(entry, question)
    }


def is_of_now(entry: KeyState, question: QuestionSource, texts: Texts) -> bool:
    """Say whether a key was read in the texts as they are now, the Dutch and the translation."""
    return (entry.source, entry.text) == (question_print(question), question_print(question, texts))


def is_right_choice(entry: KeyState, question: QuestionSource) -> bool:
    """Say whether a reader chose what the key says."""
    chosen, key = list(entry.chosen), list(question.shape.key)
    return chosen == key if question.shape.type == "order" else sorted(chosen) == sorted(key)


def note_drafts(
    state: StateShape, texts: Texts, segments: Iterable[Segment], *, by: str, on: date
) -> StateShape:
    """Return the state with an entry for every translation that has none yet."""
    entries = {(entry.context, entry.source): entry for entry in state.segments}
    wanted: dict[tuple[str, str], SegmentState] = {}
    for segment in segments:
        text = texts.get((segment.context, segment.text))
        if text is None:
            continue
        name = (segment.context, segment.fingerprint)
        known = entries.get(name)
        if known is not None and known.text == fingerprint(text):
            wanted[name] = known
        else:
            drafted = Signature(by=by, on=on)
            wanted[name] = SegmentState(
                context=name[0], source=name[1], text=fingerprint(text), drafted=drafted
            )
    return StateShape(segments=list(wanted.values()), keys=state.keys)


def note_keys(
    state: StateShape,
    texts: Texts,
    questions: Sequence[QuestionSource],
    *,
    chosen: Mapping[str, Sequence[str]],
    by: str,
    on: date,
) -> StateShape:
    """Return the state with what a second reader chose for questions from the translation alone."""
    keys = {entry.question: entry for entry in state.keys}
    for question in questions:
        answer = chosen.get(question.shape.id)
        if answer is not None:
            keys[question.shape.id] = KeyState(
                question=question.shape.id,
                source=question_print(question),
                text=question_print(question, texts),
                chosen=list(answer),
                by=by,
                on=on,
            )
    return StateShape(segments=state.segments, keys=list(keys.values()))


def write_state(state: StateShape) -> str:
    """Return the canonical text of a review state: sorted, one entry per text and question."""
    segments = {(entry.context, entry.source): entry for entry in state.segments}
    keys = {entry.question: entry for entry in state.keys}
    value: dict[str, Any] = {
        "segments": [plain(segments[name]) for name in sorted(segments)],
        "keys": [plain(keys[name]) for name in sorted(keys)],
    }
    return write_yaml(value)
