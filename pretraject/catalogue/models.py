"""What is stored of the content: the working copy, and releases that never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class WorkingFile(Model):
    """One source file of the working copy, verbatim.

    `loaded_hash` names the bytes that came in last, so that an edit made here since
    is seen when the same file comes in again.
    """

    __tablename__ = "working_file"

    path: Mapped[str] = mapped_column(String(255), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    loaded_hash: Mapped[str] = mapped_column(String(64))


class Module(Model):
    """A module that was published at least once, and the release served now.

    `published_at` is when it was last published: labels of drafts can change without a new
    release, so this, and not the release, says whether pages are as they were.
    """

    __tablename__ = "module"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    current_release_id: Mapped[int | None] = mapped_column(
        ForeignKey("release.id", use_alter=True, name="fk_module_current_release_id_release")
    )
    published_at: Mapped[datetime | None]


class Release(Model):
    """A frozen module; its fingerprint covers everything a learner can see or be asked."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("module_id", "number", name="uq_release_module_number"),
        UniqueConstraint("module_id", "fingerprint", name="uq_release_module_fingerprint"),
    )

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    minutes: Mapped[int]
    themes: Mapped[list[str]]
    languages: Mapped[list[str]]
    values_drawn: Mapped[int | None]
    practical_drawn: Mapped[int | None]


class ReleaseText(Model):
    """The texts of one lesson, question or module in one language, ready to be shown.

    `texts` maps a segment's key to `{"html": …}`, sanitised, with `since` where the Dutch was
    changed in meaning after it was translated; a key that is absent was held back in this
    language and is shown in another one.
    """

    __tablename__ = "release_text"
    __table_args__ = (
        UniqueConstraint("release_id", "context", "locale", name="uq_release_text_release_context_locale"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    context: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(8))
    texts: Mapped[dict[str, Any]]


class ReleaseLesson(Model):
    """One lesson of a release: its place, and the page without its words.

    `skeleton` is a list of sanitised pieces of HTML and, where a text goes, `{"slot": key}`.
    """

    __tablename__ = "release_lesson"
    __table_args__ = (UniqueConstraint("release_id", "slug", name="uq_release_lesson_release_slug"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    slug: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    minutes: Mapped[int]
    skeleton: Mapped[list[Any]]
    picture: Mapped[str | None] = mapped_column(String(100))
    picture_hash: Mapped[str | None] = mapped_column(String(64))
    checked_on: Mapped[date]
    sources: Mapped[list[Any]]


class ReleaseQuestion(Model):
    """One question of a release without its words; `key` never leaves the server unasked."""

    __tablename__ = "release_question"
    __table_args__ = (
        UniqueConstraint("release_id", "question_id", name="uq_release_question_release_question"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    question_id: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    lesson: Mapped[str] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    use: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(16))
    pilot: Mapped[bool]
    options: Mapped[list[str]]
    key: Mapped[list[str]]


class ReleaseMedia(Model):
    """A picture of a release, as bytes."""

    __tablename__ = "release_media"
    __table_args__ = (UniqueConstraint("release_id", "name", name="uq_release_media_release_name"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    name: Mapped[str] = mapped_column(String(100))
    mime: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64), index=True)


class TranslationState(Model):
    """Whether a context is still a machine draft in a language; no part of a fingerprint.

    `key_read`: of a question, a second reader chose the right answer from the translation
    alone. Where nobody did, the question is only a pilot in that language.
    """

    __tablename__ = "translation_state"
    __table_args__ = (
        UniqueConstraint("module_id", "locale", "context", name="uq_translation_state_module_locale_context"),
    )

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    locale: Mapped[str] = mapped_column(String(8))
    context: Mapped[str] = mapped_column(String(64))
    drafted: Mapped[bool]
    key_read: Mapped[bool] = mapped_column(default=False, server_default=false())
