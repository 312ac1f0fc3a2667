"""What publishing reads: the working copy, and what was released before."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.catalogue.checks.released import ReleasedQuestion
from pretraject.catalogue.models import Module, Release, ReleaseQuestion, ReleaseText, WorkingFile
from pretraject.core.locales import SOURCE


def working_tree(session: Session) -> dict[str, bytes]:
    """Return the files of the working copy."""
    rows = session.execute(select(WorkingFile.path, WorkingFile.body).order_by(WorkingFile.path))
    return {row.path: row.body for row in rows}


def find_module(session: Session, slug: str) -> Module | None:
    """Return the module with this slug, if it was ever published."""
    return session.scalars(select(Module).where(Module.slug == slug)).one_or_none()


def find_release(session: Session, module_id: int, fingerprint: str) -> Release | None:
    """Return the module's release of exactly this content, if there is one."""
    query = select(Release).where(Release.module_id == module_id, Release.fingerprint == fingerprint)
    return session.scalars(query).one_or_none()


def last_number(session: Session, module_id: int) -> int:
    """Return the number of the module's latest release; 0 when it has none."""
    number = session.scalar(select(func.max(Release.number)).where(Release.module_id == module_id))
    return number or 0


def served_releases(session: Session) -> dict[str, int]:
    """Return the id of the release that is served, by module."""
    rows = session.execute(
        select(Module.slug, Module.current_release_id)
        .where(Module.current_release_id.is_not(None))
        .order_by(Module.slug)
    )
    return {row.slug: row.current_release_id for row in rows}


def released_questions(session: Session) -> dict[str, list[ReleasedQuestion]]:
    """Return the questions of each module's current release, by module."""
    rows = session.execute(
        select(Module.slug, ReleaseQuestion, ReleaseText.texts)
        .join(ReleaseQuestion, ReleaseQuestion.release_id == Module.current_release_id)
        .join(
            ReleaseText,
            (ReleaseText.release_id == ReleaseQuestion.release_id)
            & (ReleaseText.context == ReleaseQuestion.question_id),
        )
        .where(ReleaseText.locale == SOURCE)
        .order_by(Module.slug, ReleaseQuestion.position)
    )
    found: dict[str, list[ReleasedQuestion]] = {}
    for slug, row, texts in rows:
        options = tuple(row.options)
        question = ReleasedQuestion(row.question_id, row.type, options, texts["text"]["html"])
        found.setdefault(slug, []).append(question)
    return found
