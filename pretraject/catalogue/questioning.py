"""What a module's test needs of published content: few queries, several languages at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from pretraject.catalogue.assembling import Shelf, question_view
from pretraject.catalogue.models import Module, Release, ReleaseQuestion, ReleaseText, TranslationState
from pretraject.catalogue.queries import ModuleNotFoundError
from pretraject.catalogue.reading import BankItem, Draw, Passage, QuestionView
from pretraject.catalogue.segments import MODULE_CONTEXT
from pretraject.core.locales import SOURCE


@dataclass(frozen=True)
class ModuleTest:
    """A module's test as it would be begun now; `draft` when any of its questions is one."""

    slug: str
    title: Passage
    release_id: int
    languages: list[str]
    own_draw: Draw | None
    draft: bool


@dataclass(frozen=True)
class QuestionTexts:
    """The questions of a drawn test, from the release it was drawn from."""

    module: str
    rows: Mapping[tuple[str, str], Mapping[str, object]]
    questions: Mapping[str, ReleaseQuestion]

    def title(self, locale: str) -> Passage:
        """Return the title of the module."""
        return self._shelf(locale).texts(MODULE_CONTEXT).passage("title")

    def lesson_title(self, lesson: str, locale: str) -> Passage:
        """Return the title of one of its lessons."""
        return self._shelf(locale).texts(MODULE_CONTEXT).passage(f"lesson.{lesson}")

    def question(self, question_id: str, locale: str, *, second: str | None = None) -> QuestionView:
        """Return a question; where it is not there in the language, in the second one or in Dutch."""
        return question_view(self._shelf(locale, second), self.questions[question_id])

    def key(self, question_id: str) -> tuple[str, ...]:
        """Return the right answer; only for pages of a test that was handed in."""
        return tuple(self.questions[question_id].key)

    def _shelf(self, locale: str, second: str | None = None) -> Shelf:
        return Shelf(self.module, locale, self.rows, second=second)


def get_test(session: Session, slug: str, locale: str) -> ModuleTest:
    """Return a module's test. Raises ModuleNotFoundError."""
    draft = exists().where(
        TranslationState.module_id == Module.id,
        TranslationState.locale == locale,
        TranslationState.drafted,
        TranslationState.context == ReleaseQuestion.question_id,
        ReleaseQuestion.release_id == Release.id,
        ReleaseQuestion.use == "test",
    )
    row = session.execute(
        select(Release, draft)
        .join(Module, Module.current_release_id == Release.id)
        .where(Module.slug == slug)
    ).one_or_none()
    if row is None:
        raise ModuleNotFoundError(slug)
    release, drafted = row
    values, practical = release.values_drawn, release.practical_drawn
    return ModuleTest(
        slug=slug,
        title=texts_of_test(session, slug, release.id, (), [locale]).title(locale),
        release_id=release.id,
        languages=list(release.languages),
        own_draw=None if values is None or practical is None else Draw(values, practical),
        draft=drafted,
    )


def texts_of_test(
    session: Session, module: str, release_id: int, ids: Collection[str], locales: Collection[str]
) -> QuestionTexts:
    """Return questions of a release with the titles around them, in these languages and Dutch."""
    texts = session.execute(
        select(ReleaseText.context, ReleaseText.locale, ReleaseText.texts)
        .where(
            ReleaseText.release_id == release_id,
            ReleaseText.context.in_([MODULE_CONTEXT, *ids]),
            ReleaseText.locale.in_({SOURCE, *locales}),
        )
        .order_by(ReleaseText.id)
    ).all()
    rows = {(row.context, row.locale): row.texts for row in texts}
    if not ids:
        return QuestionTexts(module, rows, {})
    questions = session.scalars(
        select(ReleaseQuestion)
        .where(ReleaseQuestion.release_id == release_id, ReleaseQuestion.question_id.in_(ids))
        .order_by(ReleaseQuestion.position)
    )
    return QuestionTexts(module, rows, {question.question_id: question for question in questions})


def asked_as(session: Session, module_slug: str, release_id: int, context: str, locale: str) -> str | None:
    """Say whether a question of a release is `drafted` or `made` in a language; None if it is not there."""
    there = exists().where(
        ReleaseText.release_id == release_id, ReleaseText.context == context, ReleaseText.locale == locale
    )
    drafted = exists().where(
        Module.slug == module_slug,
        TranslationState.module_id == Module.id,
        TranslationState.locale == locale,
        TranslationState.context == context,
        TranslationState.drafted,
    )
    is_there, is_drafted = session.execute(select(there, drafted)).one()
    if not is_there:
        return None
    return "drafted" if is_drafted else "made"


def bank(session: Session, release_id: int, locale: str | None = None) -> Sequence[BankItem]:
    """Return the test questions of a release; with a locale, those not held back in it.

    Where nobody chose the answer from the translation alone, a question is a pilot in it.
    """
    query = select(ReleaseQuestion, _key_read(locale)).where(
        ReleaseQuestion.release_id == release_id, ReleaseQuestion.use == "test"
    )
    if locale is not None:
        query = query.where(
            exists().where(
                ReleaseText.release_id == ReleaseQuestion.release_id,
                ReleaseText.context == ReleaseQuestion.question_id,
                ReleaseText.locale == locale,
            )
        )
    return [
        BankItem(one.question_id, one.type, one.kind, one.theme, one.pilot or not read, tuple(one.options))
        for one, read in session.execute(query.order_by(ReleaseQuestion.position))
    ]


def _key_read(locale: str | None) -> ColumnElement[bool]:
    """Return whether the query's question may count in a language; in the source language it may."""
    if locale in (None, SOURCE):
        return true()
    return exists().where(
        Release.id == ReleaseQuestion.release_id,
        TranslationState.module_id == Release.module_id,
        TranslationState.locale == locale,
        TranslationState.context == ReleaseQuestion.question_id,
        TranslationState.key_read,
    )
