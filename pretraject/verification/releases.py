"""Whether what was released is still what was released: every text, question and key."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.catalogue.building import Built
from pretraject.catalogue.models import (
    Module,
    Release,
    ReleaseLesson,
    ReleaseMedia,
    ReleaseQuestion,
    ReleaseText,
)
from pretraject.core.db import Model
from pretraject.verification.rulebook import Rulebook

OF_THE_ROW = frozenset({"id", "release_id", "module_id", "number", "fingerprint", "published_at"})
"""Columns that say which release it is, not what is in it."""


def release_faults(session: Session, _book: Rulebook) -> Iterator[str]:
    """Yield which releases are not what their fingerprints say, and which are served wrongly."""
    for release_id in session.scalars(select(Release.id).order_by(Release.id)).all():
        release = session.get_one(Release, release_id)
        if fingerprint_of(session, release) != release.fingerprint:
            yield f"release {release_id}: something in it was changed, taken out or put in"
        media = select(ReleaseMedia).where(ReleaseMedia.release_id == release_id).order_by(ReleaseMedia.id)
        for picture in session.scalars(media):
            if hashlib.sha256(picture.body).hexdigest() != picture.hash:
                yield f"release_media {picture.id}: its bytes were changed"
        session.expunge_all()
    wrong = (
        select(Module.id)
        .join(Release, Release.id == Module.current_release_id)
        .where(Release.module_id != Module.id)
        .order_by(Module.id)
    )
    for module_id in session.scalars(wrong):
        yield f"module {module_id}: another module's release is served"


def fingerprint_of(session: Session, release: Release) -> str:
    """Return the fingerprint of what the rows of a release hold."""
    lessons = select(ReleaseLesson).where(ReleaseLesson.release_id == release.id)
    questions = select(ReleaseQuestion).where(ReleaseQuestion.release_id == release.id)
    media = select(ReleaseMedia).where(ReleaseMedia.release_id == release.id)
    texts = select(ReleaseText).where(ReleaseText.release_id == release.id)
    return Built(
        module=_content(release),
        lessons=[_content(row) for row in session.scalars(lessons.order_by(ReleaseLesson.position))],
        questions=[_content(row) for row in session.scalars(questions.order_by(ReleaseQuestion.position))],
        media=[_content(row) for row in session.scalars(media.order_by(ReleaseMedia.name))],
        texts={
            (row.context, row.locale): row.texts for row in session.scalars(texts.order_by(ReleaseText.id))
        },
    ).fingerprint


def _content(row: Model) -> dict[str, Any]:
    """Return what a row holds of the release's content."""
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in OF_THE_ROW
    }
