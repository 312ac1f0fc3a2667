"""Who was erased, so that a restored back-up does not bring them back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, inspect, or_, select
from sqlalchemy.orm import Session

from pretraject.core.once import insert_once
from pretraject.enrolment.models import Identifier, Person
from pretraject.privacy.actions import Erased, erase
from pretraject.privacy.models import Erasure

Remembered = list[tuple[str, datetime]]


def remember_erasures(connection: Connection) -> Remembered:
    """Return who was erased in a database that is about to be replaced."""
    if Erasure.__tablename__ not in inspect(connection).get_table_names():
        return []
    rows = connection.execute(select(Erasure.person_key, Erasure.erased_at).order_by(Erasure.id))
    return [(row.person_key, row.erased_at) for row in rows]


def keep_erasures(session: Session, remembered: Iterable[tuple[str, datetime]]) -> None:
    """Note erasures of before among this database's own."""
    for key, erased_at in remembered:
        insert_once(session, Erasure, {"person_key": key, "erased_at": erased_at}, key=("person_key",))


def erase_again(session: Session, *, at: datetime) -> list[Erased]:
    """Erase everybody who was erased once and is here again; the session must be a declared write."""
    done: list[Erased] = []
    while True:
        person = session.scalars(_back_again()).first()
        if person is None:
            return done
        done.append(erase(session, person=person, at=at))


def _back_again() -> Select[Person]:
    """Return the first who has an account, a birth date or a number again."""
    numbered = select(Identifier.id).where(Identifier.person_id == Person.id).exists()
    return (
        select(Person)
        .join(Erasure, Erasure.person_key == Person.key)
        .where(or_(Person.account_id.is_not(None), Person.birth_date_sealed.is_not(None), numbered))
        .order_by(Person.id)
        .limit(1)
    )
