"""What changes when someone reads."""

from datetime import datetime

from sqlalchemy.orm import Session

from pretraject.core.once import insert_once, keep_newest
from pretraject.enrolment.models import Person
from pretraject.learning.models import LessonRead, Place


def mark_read(
    session: Session, *, person: Person, module: str, lesson: str, release_id: int, at: datetime
) -> None:
    """Keep that the person has read a lesson; a second time changes nothing."""
    insert_once(
        session,
        LessonRead,
        {
            "person_id": person.id,
            "module": module,
            "lesson": lesson,
            "release_id": release_id,
            "read_at": at,
        },
        key=("person_id", "module", "lesson"),
    )


def note_place(session: Session, *, person_id: int, module: str, lesson: str, at: datetime) -> None:
    """Remember where the person is; a visit that arrives late does not move them back."""
    place = {"person_id": person_id, "module": module, "lesson": lesson, "at": at}
    keep_newest(session, Place, place, key=("person_id",), by="at")
