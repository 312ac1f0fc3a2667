"""The texts of a module that get translated, each with the place where it stands."""

from dataclasses import dataclass

from pretraject.catalogue.markdown import body_texts, one_line
from pretraject.catalogue.parsing import LessonSource, ModuleSource, QuestionSource
from pretraject.core.crypto import fingerprint

MODULE_CONTEXT = "module"


@dataclass(frozen=True)
class Segment:
    """A text: `context` and `text` name it in catalogues, `key` names its place in a release.

    `place` tells a translator what kind of text it is; for a question it also pairs a
    changed text with what stood in the same place before.
    """

    context: str
    key: str
    text: str
    place: str
    file: str
    line: int

    @property
    def fingerprint(self) -> str:
        """Return what names the text in `changes.yaml` and in review states."""
        return fingerprint(self.text)


def segments_of(module: ModuleSource) -> list[Segment]:
    """Return every text of a module in reading order."""
    found = _of_module(module)
    for lesson in module.lessons:
        found.extend(_of_lesson(lesson))
    for question in module.questions:
        found.extend(of_question(question))
    return found


def _of_module(module: ModuleSource) -> list[Segment]:
    def segment(key: str, text: str) -> Segment:
        file, line = module.document.file, module.document.line((key,))
        return Segment(MODULE_CONTEXT, key, one_line(text), key, file, line)

    given = [segment("title", module.shape.title), segment("summary", module.shape.summary)]
    return [found for found in given if found.text]


def _of_lesson(lesson: LessonSource) -> list[Segment]:
    found = segments_of_header(lesson)
    for text in body_texts(lesson.body, first_line=lesson.body_line):
        found.append(Segment(lesson.slug, text.key, text.text, text.place, lesson.file, text.line))
    return found


def segments_of_header(lesson: LessonSource) -> list[Segment]:
    """Return the texts of a lesson's front matter."""

    def segment(key: str, text: str, place: str, *path: str | int) -> Segment:
        line = lesson.document.line(path)
        return Segment(lesson.slug, key, one_line(text), place, lesson.file, line)

    header = lesson.header
    found = [segment("title", header.title, "title", "title")]
    for index, objective in enumerate(header.objectives):
        key = f"objective.{index + 1}"
        found.append(segment(key, objective, "objective", "objectives", index))
    if header.picture:
        alt, caption = header.picture.alt, header.picture.caption
        found.append(segment("picture.alt", alt, "what the picture shows", "picture", "alt"))
        found.append(segment("picture.caption", caption, "caption", "picture", "caption"))
    return [text for text in found if text.text]


def of_question(question: QuestionSource) -> list[Segment]:
    """Return the texts of one question."""
    shape = question.shape

    def segment(key: str, text: str, place: str, *path: str | int) -> Segment:
        line = question.line(*path)
        return Segment(shape.id, key, one_line(text), place, question.file, line)

    found = [segment("text", shape.text, "question", "text")]
    for index, option in enumerate(shape.options or ()):
        place = f"option {option.id}"
        found.append(segment(f"option.{option.id}", option.text, place, "options", index, "text"))
    found.append(segment("explanation", shape.explanation, "explanation", "explanation"))
    return found
