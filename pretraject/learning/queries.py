"""What is read about reading."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, false, literal, select, true, union_all
from sqlalchemy.orm import Session

from pretraject.enrolment.models import Person
from pretraject.learning.models import LessonRead, Place


@dataclass
class Progress:
    """How far a person is in reading: the lessons read, by module, and where they were last."""

    read: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    place: tuple[str, str] | None = None
    person_id: int | None = None

    def lesson_in(self, module: str) -> str | None:
        """Return the lesson the person was last at, when it is in this module."""
        return self.place[1] if self.place and self.place[0] == module else None


_PERSON, _READ, _HERE = 0, 1, 2
_NOTHING = literal("")
_OF_ACCOUNT = Person.account_id == bindparam("account_id")
_PROGRESS = union_all(
    select(
        literal(_PERSON).label("what"),
        Person.id.label("person_id"),
        _NOTHING.label("module"),
        _NOTHING.label("lesson"),
    ).where(_OF_ACCOUNT),
    select(literal(_READ), LessonRead.person_id, LessonRead.module, LessonRead.lesson)
    .join(Person, Person.id == LessonRead.person_id)
    .where(_OF_ACCOUNT),
    select(literal(_HERE), Place.person_id, Place.module, Place.lesson)
    .join(Person, Person.id == Place.person_id)
    .where(_OF_ACCOUNT),
).order_by("what", "module", "lesson")
"""Built once, since every page of a learner asks it."""


def progress_of_account(session: Session, account_id: int) -> Progress:
    """Return how far the person behind an account is; one query."""
    progress = Progress()
    for what, person_id, module, lesson in session.execute(_PROGRESS, {"account_id": account_id}):
        progress.person_id = person_id
        if what == _READ:
            progress.read[module].add(lesson)
        elif what == _HERE:
            progress.place = (module, lesson)
    return progress


def progress_of(session: Session, person: Person) -> Progress:
    """Return how far a person is; one query, for pages that show both."""
    read = select(LessonRead.module, LessonRead.lesson, false().label("here")).where(
        LessonRead.person_id == person.id
    )
    place = select(Place.module, Place.lesson, true().label("here")).where(Place.person_id == person.id)
    progress = Progress(person_id=person.id)
    for module, lesson, here in session.execute(union_all(read, place).order_by("module", "lesson", "here")):
        if here:
            progress.place = (module, lesson)
        else:
            progress.read[module].add(lesson)
    return progress


def reads_of(session: Session, person: Person) -> Sequence[LessonRead]:
    """Return what the person has read, of all modules, first read first."""
    return session.scalars(
        select(LessonRead)
        .where(LessonRead.person_id == person.id)
        .order_by(LessonRead.read_at, LessonRead.id)
    ).all()


def lessons_read(session: Session, person: Person, module: str) -> set[str]:
    """Return the lessons of a module that the person has read."""
    return {read.lesson for read in reads_of(session, person) if read.module == module}


def lessons_read_by_module(session: Session, person: Person) -> dict[str, set[str]]:
    """Return the lessons the person has read, by module."""
    lessons: defaultdict[str, set[str]] = defaultdict(set)
    for read in reads_of(session, person):
        lessons[read.module].add(read.lesson)
    return dict(lessons)


def find_place(session: Session, person: Person) -> Place | None:
    """Return where the person was last, if they have read anything."""
    return session.scalars(select(Place).where(Place.person_id == person.id)).one_or_none()
