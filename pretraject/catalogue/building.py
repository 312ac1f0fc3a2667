"""Builds a release: everything a learner can see or be asked of a module, frozen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pretraject.catalogue.catalogues import read_catalogue
from pretraject.catalogue.markdown import skeleton, text_html
from pretraject.catalogue.parsing import LessonSource, ModuleSource, QuestionSource, Source, parse_state
from pretraject.catalogue.segments import MODULE_CONTEXT, Segment, segments_of
from pretraject.catalogue.shapes import FactShape
from pretraject.catalogue.states import keys_read, reviewed_prints
from pretraject.catalogue.translated import severities_of, translated
from pretraject.catalogue.tree import Tree, catalogue_path, state_path
from pretraject.core.crypto import fingerprint
from pretraject.core.errors import FaultyFilesError
from pretraject.core.locales import SOURCE

MIMES = {"svg": "image/svg+xml", "webp": "image/webp"}

TextKey = tuple[str, str]
"""Context and locale."""


@dataclass
class Built:
    """A release before it is stored; `drafted` and `key_read` are beside it and not in its fingerprint."""

    module: dict[str, Any]
    lessons: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    media: list[dict[str, Any]]
    texts: dict[TextKey, dict[str, Any]] = field(default_factory=dict)
    drafted: dict[TextKey, bool] = field(default_factory=dict)
    key_read: set[TextKey] = field(default_factory=set)

    @property
    def fingerprint(self) -> str:
        """Return what names exactly this content, 64 hex digits."""
        content = {
            "module": self.module,
            "lessons": self.lessons,
            "questions": self.questions,
            "media": [{key: item[key] for key in ("name", "mime", "hash")} for item in self.media],
            "texts": [[*key, self.texts[key]] for key in sorted(self.texts)],
        }
        form = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(form.encode()).hexdigest()


def build_release(tree: Tree, source: Source, module: ModuleSource) -> Built:
    """Return the release of a checked module.

    Raises FaultyFilesError when a catalogue cannot be read.
    """
    media = [_media(name, body) for name, body in sorted(module.media.items())]
    hashes = {item["name"]: item["hash"] for item in media}
    draw = module.shape.draw
    built = Built(
        module={
            "minutes": module.shape.minutes,
            "themes": list(module.shape.themes),
            "languages": list(module.shape.languages),
            "values_drawn": draw.values if draw else None,
            "practical_drawn": draw.practical if draw else None,
        },
        lessons=[_lesson(n, lesson, hashes) for n, lesson in enumerate(module.lessons, 1)],
        questions=[_question(n, question) for n, question in enumerate(module.questions, 1)],
        media=media,
    )
    segments = segments_of(module)
    _add_texts(built, segments, SOURCE, {(s.context, s.text): s.text for s in segments}, source.facts, {})
    for locale in module.shape.languages:
        if locale != SOURCE:
            _add_language(built, tree, module, locale, source.facts)
    return built


def _media(name: str, body: bytes) -> dict[str, Any]:
    mime = MIMES[name.rpartition(".")[2]]
    return {"name": name, "mime": mime, "body": body, "hash": hashlib.sha256(body).hexdigest()}


def _lesson(position: int, lesson: LessonSource, hashes: Mapping[str, str]) -> dict[str, Any]:
    picture = lesson.header.picture.file if lesson.header.picture else None
    return {
        "slug": lesson.slug,
        "position": position,
        "minutes": lesson.header.minutes,
        "skeleton": skeleton(lesson.body),
        "picture": picture,
        "picture_hash": hashes[picture] if picture else None,
        "checked_on": lesson.header.checked,
        "sources": [{"title": link.title, "url": link.url} for link in lesson.header.sources],
    }


def _question(position: int, question: QuestionSource) -> dict[str, Any]:
    shape = question.shape
    return {
        "question_id": shape.id,
        "position": position,
        "lesson": shape.lesson,
        "theme": shape.theme,
        "kind": shape.kind,
        "use": shape.use,
        "type": shape.type,
        "pilot": shape.pilot,
        "options": list(shape.option_ids),
        "key": list(shape.key),
    }


def _add_language(
    built: Built, tree: Tree, module: ModuleSource, locale: str, facts: Mapping[str, FactShape]
) -> None:
    path = catalogue_path(module.slug, locale)
    trouble = Source().findings
    catalogue = read_catalogue(path, tree[path], locale, trouble)
    state, _ = parse_state(tree, state_path(module.slug, locale), trouble)
    if trouble.faults:
        raise FaultyFilesError(trouble.faults)
    segments = segments_of(module)
    found = translated(segments, catalogue, severities_of(module.changes))
    texts = found.texts
    changed = {(change.context, change.source): change.on for change in module.changes}
    since = {(one.context, one.text): changed[one.context, one.fingerprint] for one in found.outdated}
    _add_texts(built, segments, locale, texts, facts, since)
    built.key_read |= {(name, locale) for name in keys_read(state, texts, module.questions)}
    reviewed = reviewed_prints(state)
    for segment in segments:
        text = texts.get((segment.context, segment.text))
        if text is not None:
            is_draft = (segment.context, segment.fingerprint, fingerprint(text)) not in reviewed
            key = (segment.context, locale)
            built.drafted[key] = built.drafted.get(key, False) or is_draft


def _add_texts(
    built: Built,
    segments: list[Segment],
    locale: str,
    texts: Mapping[tuple[str, str], str],
    facts: Mapping[str, FactShape],
    since: Mapping[tuple[str, str], date],
) -> None:
    """Add a language's fragments; a question goes in whole or not at all.

    `since` says of texts that are older than the Dutch when that was changed.
    """
    lessons = {lesson["slug"] for lesson in built.lessons}
    questions = {question["question_id"] for question in built.questions}
    incomplete = {s.context for s in segments if (s.context, s.text) not in texts} & questions
    for segment in segments:
        text = texts.get((segment.context, segment.text))
        if text is None or segment.context in incomplete:
            continue
        fragment = {"html": text_html(text, facts, locale)}
        if (segment.context, segment.text) in since:
            fragment["since"] = since[segment.context, segment.text].isoformat()
        built.texts.setdefault((segment.context, locale), {})[segment.key] = fragment
        if segment.context in lessons and segment.key == "title":
            outline = built.texts.setdefault((MODULE_CONTEXT, locale), {})
            outline[f"lesson.{segment.context}"] = fragment
