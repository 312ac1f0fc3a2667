"""What doors and other packages read of published content."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, and_, exists, func, select
from sqlalchemy.orm import Session, defer

from pretraject.catalogue.assembling import Shelf, lesson_view, module_card, module_view, question_view
from pretraject.catalogue.models import (
    Module,
    Release,
    ReleaseLesson,
    ReleaseMedia,
    ReleaseQuestion,
    ReleaseText,
    TranslationState,
)
from pretraject.catalogue.reading import (
    BankItem,
    Draw,
    LessonCard,
    LessonView,
    ModuleCard,
    ModuleView,
    OptionView,
    Passage,
    QuestionView,
)
from pretraject.catalogue.segments import MODULE_CONTEXT
from pretraject.core.errors import NotFoundError
from pretraject.core.locales import SOURCE

__all__ = [
    "BankItem",
    "Draw",
    "LessonCard",
    "LessonNotFoundError",
    "LessonView",
    "MediaNotFoundError",
    "ModuleCard",
    "ModuleNotFoundError",
    "ModuleView",
    "OptionView",
    "Passage",
    "QuestionNotFoundError",
    "QuestionView",
    "get_lesson",
    "get_module",
    "get_question",
    "is_draft",
    "media",
    "modules_in",
    "own_draw",
    "question_keys",
    "questions_of",
]


class ModuleNotFoundError(NotFoundError):
    """No module with this slug was published."""


class LessonNotFoundError(NotFoundError):
    """The module has no lesson with this slug."""


class QuestionNotFoundError(NotFoundError):
    """The release has no question with this id."""


class MediaNotFoundError(NotFoundError):
    """No release of the module has a picture with this name and content."""


def modules_in(session: Session, locale: str) -> Sequence[ModuleCard]:
    """Return every published module, in Dutch where it lacks the language."""
    count = select(func.count()).where(ReleaseLesson.release_id == Release.id).scalar_subquery()
    rows = session.execute(
        select(Module.slug, Release, count, _any_draft(locale))
        .join(Release, Module.current_release_id == Release.id)
        .order_by(Module.slug)
    ).all()
    texts = session.execute(
        select(ReleaseText.release_id, ReleaseText.locale, ReleaseText.texts)
        .where(
            ReleaseText.release_id.in_([release.id for _, release, _, _ in rows]),
            ReleaseText.context == MODULE_CONTEXT,
            ReleaseText.locale.in_({locale, SOURCE}),
        )
        .order_by(ReleaseText.id)
    ).all()
    cards = []
    for slug, release, lessons, draft in rows:
        own = {(MODULE_CONTEXT, text.locale): text.texts for text in texts if text.release_id == release.id}
        shelf = Shelf(slug, locale, own)
        cards.append(module_card(shelf, release, lesson_count=lessons, draft=draft))
    return cards


def get_module(session: Session, slug: str, locale: str) -> ModuleView:
    """Return a module with its outline; raises ModuleNotFoundError."""
    release, draft = _current(session, slug, locale)
    shelf = _shelf(session, slug, release, locale, [MODULE_CONTEXT])
    return module_view(shelf, release, _lessons(session, release.id), draft=draft)


def get_lesson(
    session: Session, slug: str, lesson: str, locale: str, *, second: str | None = None, beside: bool = False
) -> LessonView:
    """Return a lesson with its practice questions; `beside` puts the Dutch after each text.

    What is held back is in the `second` language where it is there, else in Dutch.
    Raises ModuleNotFoundError and LessonNotFoundError.
    """
    release, draft = _current(session, slug, locale)
    lessons = _lessons(session, release.id, whole=True)
    row = next((each for each in lessons if each.slug == lesson), None)
    if row is None:
        raise LessonNotFoundError(lesson)
    questions = session.scalars(
        select(ReleaseQuestion)
        .where(
            ReleaseQuestion.release_id == release.id,
            ReleaseQuestion.lesson == lesson,
            ReleaseQuestion.use == "practice",
        )
        .order_by(ReleaseQuestion.position)
    ).all()
    contexts = [MODULE_CONTEXT, lesson, *(question.question_id for question in questions)]
    shelf = _shelf(session, slug, release, locale, contexts, second=second, beside=beside)
    module = module_view(shelf, release, lessons, draft=draft)
    return lesson_view(shelf, module, row, questions)


def get_question(session: Session, release_id: int, question_id: str, locale: str) -> QuestionView:
    """Return a question of a release; raises QuestionNotFoundError."""
    found = questions_of(session, release_id, [question_id], locale)
    if question_id not in found:
        raise QuestionNotFoundError(question_id)
    return found[question_id]


def questions_of(
    session: Session, release_id: int, ids: Collection[str], locale: str
) -> dict[str, QuestionView]:
    """Return questions of a release by id, in Dutch where a question is held back; one query."""
    rows = session.execute(
        select(Module.slug, ReleaseQuestion, ReleaseText.locale, ReleaseText.texts)
        .join(Release, Release.id == ReleaseQuestion.release_id)
        .join(Module, Module.id == Release.module_id)
        .join(
            ReleaseText,
            and_(
                ReleaseText.release_id == ReleaseQuestion.release_id,
                ReleaseText.context == ReleaseQuestion.question_id,
                ReleaseText.locale.in_({locale, SOURCE}),
            ),
        )
        .where(ReleaseQuestion.release_id == release_id, ReleaseQuestion.question_id.in_(ids))
        .order_by(ReleaseQuestion.position)
    ).all()
    texts = {(question.question_id, language): words for _, question, language, words in rows}
    return {
        question.question_id: question_view(Shelf(slug, locale, texts), question)
        for slug, question, _, _ in rows
    }


def question_keys(session: Session, release_id: int, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the right answers to questions of a release, by id."""
    rows = session.execute(
        select(ReleaseQuestion.question_id, ReleaseQuestion.key)
        .where(ReleaseQuestion.release_id == release_id, ReleaseQuestion.question_id.in_(ids))
        .order_by(ReleaseQuestion.position)
    )
    return {question: tuple(key) for question, key in rows}


def own_draw(session: Session, release_id: int) -> Draw | None:
    """Return the module's own test composition; None when the policy decides."""
    values, practical = session.execute(
        select(Release.values_drawn, Release.practical_drawn).where(Release.id == release_id)
    ).one()
    return None if values is None or practical is None else Draw(values, practical)


def is_draft(session: Session, module_slug: str, locale: str, contexts: Collection[str]) -> bool:
    """Say whether any of these lessons or questions is a machine draft in a language."""
    query = select(
        exists().where(
            Module.slug == module_slug,
            TranslationState.module_id == Module.id,
            TranslationState.locale == locale,
            TranslationState.context.in_(contexts),
            TranslationState.drafted,
        )
    )
    return bool(session.scalar(query))


def media(session: Session, module: str, hash: str, name: str) -> ReleaseMedia:
    """Return a picture of any release of a module; raises MediaNotFoundError."""
    found = session.scalars(
        select(ReleaseMedia)
        .join(Release, Release.id == ReleaseMedia.release_id)
        .join(Module, Module.id == Release.module_id)
        .where(Module.slug == module, ReleaseMedia.hash == hash, ReleaseMedia.name == name)
        .order_by(ReleaseMedia.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise MediaNotFoundError(name)
    return found


def served_state(session: Session) -> tuple[tuple[int, datetime | None], ...]:
    """Return what changes whenever anything published is shown otherwise than before."""
    rows = session.execute(select(Module.id, Module.published_at).order_by(Module.id))
    return tuple((row.id, row.published_at) for row in rows)


def _any_draft(locale: str) -> Exists:
    return exists().where(
        TranslationState.module_id == Module.id,
        TranslationState.locale == locale,
        TranslationState.drafted,
    )


def _current(session: Session, slug: str, locale: str) -> tuple[Release, bool]:
    """Return the release that is served, and whether any of it is a draft in the language."""
    row = session.execute(
        select(Release, _any_draft(locale))
        .join(Module, Module.current_release_id == Release.id)
        .where(Module.slug == slug)
    ).one_or_none()
    if row is None:
        raise ModuleNotFoundError(slug)
    return row[0], row[1]


def _lessons(session: Session, release_id: int, *, whole: bool = False) -> Sequence[ReleaseLesson]:
    query = (
        select(ReleaseLesson).where(ReleaseLesson.release_id == release_id).order_by(ReleaseLesson.position)
    )
    if not whole:
        query = query.options(defer(ReleaseLesson.skeleton), defer(ReleaseLesson.sources))
    return session.scalars(query).all()


def _shelf(
    session: Session,
    slug: str,
    release: Release,
    locale: str,
    contexts: Collection[str],
    *,
    second: str | None = None,
    beside: bool = False,
) -> Shelf:
    rows = session.execute(
        select(ReleaseText.context, ReleaseText.locale, ReleaseText.texts, TranslationState.drafted)
        .outerjoin(
            TranslationState,
            and_(
                TranslationState.module_id == release.module_id,
                TranslationState.locale == ReleaseText.locale,
                TranslationState.context == ReleaseText.context,
            ),
        )
        .where(
            ReleaseText.release_id == release.id,
            ReleaseText.locale.in_({locale, SOURCE, second or SOURCE}),
            ReleaseText.context.in_(contexts),
        )
        .order_by(ReleaseText.id)
    ).all()
    texts: dict[tuple[str, str], Any] = {(row.context, row.locale): row.texts for row in rows}
    drafts = {row.context for row in rows if row.drafted and row.locale == locale}
    return Shelf(slug, locale, texts, drafts, second=second, beside=beside)
