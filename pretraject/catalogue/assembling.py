"""Puts what a release holds together with its texts: from rows to what doors are handed."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup

from pretraject.catalogue.models import Release, ReleaseLesson, ReleaseQuestion
from pretraject.catalogue.reading import (
    LessonCard,
    LessonView,
    ModuleCard,
    ModuleView,
    OptionView,
    Passage,
    PictureView,
    QuestionView,
    SourceLink,
)
from pretraject.catalogue.segments import MODULE_CONTEXT
from pretraject.core.locales import SOURCE, language_of

MEDIA_ADDRESS = "/media/{module}/{hash}/{name}"
LESSON_ADDRESS = "/{tag}/modules/{module}/lessons/{lesson}/"

_LESSON_LINK = re.compile(r'<a href="lesson:([a-z0-9-]+)"')


@dataclass(frozen=True)
class Texts:
    """The texts of one context in the page's language, with others behind them.

    `second` are those in the reader's second language, shown before Dutch where a text is
    held back. With `beside`, a lesson's body has the Dutch after each text.
    """

    locale: str
    module: str
    own: Mapping[str, Any]
    source: Mapping[str, Any]
    second_locale: str | None = None
    second: Mapping[str, Any] = field(default_factory=dict)
    beside: bool = False

    def passage(self, key: str) -> Passage:
        """Return a text in the page's language, or else in the second or the source language."""
        if key in self.own:
            return Passage(self._linked(self.own[key]["html"]), self.locale)
        if self.second_locale and key in self.second:
            return Passage(self._linked(self.second[key]["html"]), self.second_locale)
        if key in self.source:
            return Passage(self._linked(self.source[key]["html"]), SOURCE)
        return Passage(Markup(), self.locale)

    @property
    def changed_on(self) -> date | None:
        """Return when the Dutch of a text here was last changed, among those that are older."""
        days = [text["since"] for text in self.own.values() if "since" in text]
        return date.fromisoformat(max(days)) if days else None

    @property
    def is_mixed(self) -> bool:
        """Say whether some of the texts are there in the page's language, and not all."""
        return bool(self.own) and not self.source.keys() <= self.own.keys()

    def numbered(self, name: str) -> list[Passage]:
        """Return the texts `name.1`, `name.2` and so on."""
        found: list[Passage] = []
        while (key := f"{name}.{len(found) + 1}") in self.source:
            found.append(self.passage(key))
        return found

    def body(self, skeleton: Sequence[Any]) -> Markup:
        """Return a lesson's page: the skeleton with its texts."""
        return Markup("").join(self._piece(piece) for piece in skeleton)

    @property
    def body_locale(self) -> str:
        """Return the language that a page with these texts is mostly in."""
        if self.own:
            return self.locale
        return self.second_locale if self.second_locale and self.second else SOURCE

    def _piece(self, piece: Any) -> Markup:
        if isinstance(piece, str):
            return Markup(piece)  # noqa: S704 — sanitised when the release was built
        passage = self.passage(piece["slot"])
        shown = passage.html if passage.locale == self.body_locale else _marked(passage)
        if not self.beside or passage.locale == SOURCE:
            return shown
        dutch = self._linked(self.source[piece["slot"]]["html"])
        return shown + _marked(Passage(dutch, SOURCE), kind="dutch")

    def _linked(self, html: str) -> Markup:
        """Let links to lessons lead to the page in the reader's language."""
        tag = language_of(self.locale).tag

        def address(match: re.Match[str]) -> str:
            place = LESSON_ADDRESS.format(tag=tag, module=self.module, lesson=match[1])
            return f'<a href="{place}"'

        return Markup(_LESSON_LINK.sub(address, html))  # noqa: S704 — sanitised when built


def _marked(passage: Passage, *, kind: str = "") -> Markup:
    """Return a text that says which language it is in."""
    language = language_of(passage.locale)
    named = Markup(' class="{}"').format(kind) if kind else Markup()
    return Markup('<span{} lang="{}" dir="{}">{}</span>').format(
        named, language.tag, language.direction, passage.html
    )


@dataclass(frozen=True)
class Shelf:
    """Texts of several contexts of a release in some languages and in Dutch, and what is a draft."""

    module: str
    locale: str
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    drafts: Collection[str] = ()
    second: str | None = None
    beside: bool = False

    def texts(self, context: str) -> Texts:
        """Return the texts of one context."""
        return Texts(
            self.locale,
            self.module,
            own=self.rows.get((context, self.locale), {}),
            source=self.rows.get((context, SOURCE), {}),
            second_locale=self.second,
            second=self.rows.get((context, self.second or ""), {}),
            beside=self.beside,
        )


def module_card(shelf: Shelf, release: Release, *, lesson_count: int, draft: bool) -> ModuleCard:
    """Return a module as it stands in a list."""
    words = shelf.texts(MODULE_CONTEXT)
    title, summary = words.passage("title"), words.passage("summary")
    return ModuleCard(shelf.module, title, summary, release.minutes, lesson_count, title.locale, draft)


def module_view(
    shelf: Shelf, release: Release, lessons: Sequence[ReleaseLesson], *, draft: bool
) -> ModuleView:
    """Return a module with its outline."""
    words = shelf.texts(MODULE_CONTEXT)
    return ModuleView(
        slug=shelf.module,
        title=words.passage("title"),
        summary=words.passage("summary"),
        minutes=release.minutes,
        lessons=[
            LessonCard(each.slug, words.passage(f"lesson.{each.slug}"), each.minutes, each.position)
            for each in lessons
        ],
        languages=list(release.languages),
        release_id=release.id,
        draft=draft,
    )


def lesson_view(
    shelf: Shelf,
    module: ModuleView,
    row: ReleaseLesson,
    questions: Sequence[ReleaseQuestion],
) -> LessonView:
    """Return a lesson of a module with its practice questions."""
    words = shelf.texts(row.slug)
    place = row.position - 1
    contexts = {row.slug, *(question.question_id for question in questions)}
    return LessonView(
        module=module,
        card=module.lessons[place],
        objectives=words.numbered("objective"),
        body=words.body(row.skeleton),
        locale=words.body_locale,
        picture=_picture(shelf.module, row, words),
        sources=[SourceLink(link["title"], link["url"]) for link in row.sources],
        checked_on=row.checked_on,
        previous=module.lessons[place - 1] if place else None,
        next=module.lessons[place + 1] if place + 1 < len(module.lessons) else None,
        draft=bool(contexts & set(shelf.drafts)),
        practice=[question_view(shelf, question) for question in questions],
        changed_on=words.changed_on,
        mixed=words.is_mixed,
    )


def _picture(module: str, row: ReleaseLesson, words: Texts) -> PictureView | None:
    if row.picture is None:
        return None
    src = MEDIA_ADDRESS.format(module=module, hash=row.picture_hash, name=row.picture)
    return PictureView(src, words.passage("picture.alt"), words.passage("picture.caption"))


def question_view(shelf: Shelf, question: ReleaseQuestion) -> QuestionView:
    """Return a question without its key."""
    words = shelf.texts(question.question_id)
    return QuestionView(
        id=question.question_id,
        kind=question.kind,
        use=question.use,
        type=question.type,
        theme=question.theme,
        lesson=question.lesson,
        pilot=question.pilot,
        text=words.passage("text"),
        options=[OptionView(option, words.passage(f"option.{option}")) for option in question.options],
        explanation=words.passage("explanation"),
        changed_on=words.changed_on,
    )
