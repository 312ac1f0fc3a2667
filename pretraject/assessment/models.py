"""What is stored about tests taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class Attempt(Model):
    """One try at a module's test, on one release; judged when handed in and never again.

    `drafted` says that the test was shown, at least in part, in a language that was only a
    machine draft. Both rules that could have judged are kept by version; `judged_by` says
    which of the two did, and `judgement` holds its bars.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "module", "number", name="uq_attempt_person_module_number"),
        Index(
            "uq_attempt_open",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        CheckConstraint("judged_by IN ('enrolment', 'submission')", name="judged_by_known"),
        CheckConstraint(
            "(submitted_at IS NULL) = (passed IS NULL) AND (submitted_at IS NULL) = (judged_by IS NULL)",
            name="judged_when_submitted",
        ),
    )

    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    drafted: Mapped[bool]
    enrolment_rule: Mapped[str | None] = mapped_column(String(64))
    submission_rule: Mapped[str | None] = mapped_column(String(64))
    judged_by: Mapped[str | None] = mapped_column(String(16))
    judgement: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    passed: Mapped[bool | None]

    @property
    def rule_version(self) -> str | None:
        """Return the version of the rule that judged; None while the attempt is open."""
        return self.enrolment_rule if self.judged_by == "enrolment" else self.submission_rule


class DrawnQuestion(Model):
    """A question drawn for an attempt, the order of its options and the answer given."""

    __tablename__ = "drawn_question"
    __table_args__ = (
        UniqueConstraint("attempt_id", "position", name="uq_drawn_question_attempt_position"),
        UniqueConstraint("attempt_id", "question_id", name="uq_drawn_question_attempt_question"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    position: Mapped[int]
    question_id: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    pilot: Mapped[bool]
    option_order: Mapped[list[str]]
    answer: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    answered_at: Mapped[datetime | None]
    locale: Mapped[str | None] = mapped_column(String(8))
    correct: Mapped[bool | None]


class ItemFigure(Model):
    """How often a question of a release was answered in a language, and how often rightly.

    Counted when tests are handed in and without the person, so that it can be kept when the
    answers are dropped. A question that goes otherwise in one language than in the others
    may be translated wrongly.
    """

    __tablename__ = "item_figure"
    __table_args__ = (
        UniqueConstraint(
            "release_id", "question_id", "locale", name="uq_item_figure_release_question_locale"
        ),
        CheckConstraint("right_count BETWEEN 0 AND answered_count", name="right_within_answered"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    question_id: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    answered_count: Mapped[int]
    right_count: Mapped[int]
