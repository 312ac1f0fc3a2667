"""Where a person lives by now and which agency goes on with them, as a counsellor noted it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.enrolment.models import Handover, Person

NOBODY = "-"
"""Stands for no agency: what was noted before is taken back. No id of an agency looks like it."""


def find_handover(session: Session, person: Person) -> Handover | None:
    """Return what was noted last; None before anything was, or when it was taken back."""
    newest = session.scalars(
        select(Handover).where(Handover.person_id == person.id).order_by(Handover.id.desc()).limit(1)
    ).one_or_none()
    return None if newest is None or newest.agency == NOBODY else newest


def note_handover(
    session: Session, *, person: Person, postcode: str, agency: str, account_id: int, at: datetime
) -> Handover:
    """Note where a person lives and who goes on with them; what was noted before no longer counts."""
    noted = Handover(person_id=person.id, postcode=postcode, agency=agency, noted_by=account_id, noted_at=at)
    session.add(noted)
    session.flush()
    return noted
