"""What comes next for somebody who reads a module: pure, for every page that says so."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pretraject.catalogue.reading import LessonCard, ModuleView


@dataclass(frozen=True)
class GoingOn:
    """The one next thing in a module: a lesson to read, its test, or nothing more."""

    module: ModuleView
    kind: Literal["lesson", "test", "done"]
    lesson: LessonCard | None
    begun: bool


def going_on(module: ModuleView, *, read: Collection[str], place: str | None, passed: bool) -> GoingOn:
    """Return what comes next: first the lessons, then the test.

    Who passed the test is done, whatever they read.
    """
    if passed:
        return GoingOn(module, "done", None, begun=True)
    lesson = next_lesson(module, read=read, place=place)
    kind: Literal["lesson", "test"] = "lesson" if lesson else "test"
    return GoingOn(module, kind, lesson, begun=bool(read) or place is not None)


def next_lesson(module: ModuleView, *, read: Collection[str], place: str | None) -> LessonCard | None:
    """Return the first unread lesson from the reader's place on, else the first unread one."""
    slugs = [card.slug for card in module.lessons]
    here = slugs.index(place) if place in slugs else 0
    in_turn = [*module.lessons[here:], *module.lessons[:here]]
    return next((card for card in in_turn if card.slug not in read), None)
