"""What is stored about reading."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class LessonRead(Model):
    """A person marked a lesson as read; the first time counts and is kept."""

    __tablename__ = "lesson_read"
    __table_args__ = (
        UniqueConstraint("person_id", "module", "lesson", name="uq_lesson_read_person_module_lesson"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module: Mapped[str] = mapped_column(String(64))
    lesson: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    read_at: Mapped[datetime]


class Place(Model):
    """The lesson a person last looked at, so that any device goes on from there."""

    __tablename__ = "place"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    module: Mapped[str] = mapped_column(String(64))
    lesson: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
