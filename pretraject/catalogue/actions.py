"""What changes the content: taking files into the working copy, and releasing it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.catalogue import release_queries
from pretraject.catalogue.building import Built
from pretraject.catalogue.models import (
    Module,
    Release,
    ReleaseLesson,
    ReleaseMedia,
    ReleaseQuestion,
    ReleaseText,
    TranslationState,
    WorkingFile,
)
from pretraject.catalogue.tree import Tree
from pretraject.core.errors import ConflictError

PUBLISHING_LOCK = 7_051_303
"""Key of the PostgreSQL lock under which only one publishes; any fixed number will do."""


class WorkingCopyConflictError(ConflictError):
    """Files that come in were edited in the working copy since they came in last."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(f"edited in the working copy since they were loaded: {', '.join(paths)}")
        self.paths = paths


@dataclass(frozen=True)
class Loaded:
    """What loading changed."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class Published:
    """The release of a module that is served now; `new` when it was made just now."""

    module: str
    number: int
    new: bool


def lock_publishing(session: Session) -> None:
    """Wait until nobody else loads or publishes, and keep others out until the commit.

    On SQLite a declared write is alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PUBLISHING_LOCK)))


def load(session: Session, tree: Tree, *, overwrite: bool = False) -> Loaded:
    """Take files into the working copy, and out of it what is not among them.

    Raises WorkingCopyConflictError, having changed nothing, when a file was edited in the
    working copy since it came in and differs from the one that comes in now; `overwrite`
    takes the incoming files all the same.
    """
    lock_publishing(session)
    known = {file.path: file for file in session.scalars(select(WorkingFile).order_by(WorkingFile.path))}
    edited = [path for path, file in known.items() if _was_edited(file) and file.body != tree.get(path)]
    if edited and not overwrite:
        raise WorkingCopyConflictError(edited)
    written = []
    for path, body in sorted(tree.items()):
        file = known.get(path)
        if file is None or file.body != body:
            written.append(path)
        if file is None:
            session.add(WorkingFile(path=path, body=body, loaded_hash=_hash(body)))
        else:
            file.body, file.loaded_hash = body, _hash(body)
    removed = sorted(set(known) - set(tree))
    for path in removed:
        session.delete(known[path])
    session.flush()
    return Loaded(written, removed, len(tree) - len(written))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _was_edited(file: WorkingFile) -> bool:
    return _hash(file.body) != file.loaded_hash


def publish(session: Session, modules: Mapping[str, Built], *, at: datetime) -> list[Published]:
    """Release what was built of each module; content that was released before is not again.

    The review state is renewed in either case.
    """
    lock_publishing(session)
    published = []
    for slug, built in sorted(modules.items()):
        module = release_queries.find_module(session, slug)
        if module is None:
            module = Module(slug=slug)
            session.add(module)
            session.flush()
        release = release_queries.find_release(session, module.id, built.fingerprint)
        is_new = release is None
        if release is None:
            release = _store(session, module, built, at)
        module.current_release_id = release.id
        module.published_at = _later(module.published_at, at)
        _renew_states(session, module, built)
        published.append(Published(slug, release.number, is_new))
    session.flush()
    return published


def _later(before: datetime | None, at: datetime) -> datetime:
    """Return a moment after the one before, whatever the clock says: each publish is another."""
    return at if before is None else max(at, before + timedelta(microseconds=1))


def _store(session: Session, module: Module, built: Built, at: datetime) -> Release:
    release = Release(
        module_id=module.id,
        number=release_queries.last_number(session, module.id) + 1,
        fingerprint=built.fingerprint,
        published_at=at,
        **built.module,
    )
    session.add(release)
    session.flush()
    session.add_all(ReleaseLesson(release_id=release.id, **lesson) for lesson in built.lessons)
    session.add_all(ReleaseQuestion(release_id=release.id, **question) for question in built.questions)
    session.add_all(ReleaseMedia(release_id=release.id, **media) for media in built.media)
    session.add_all(
        ReleaseText(release_id=release.id, context=context, locale=locale, texts=texts)
        for (context, locale), texts in built.texts.items()
    )
    session.flush()
    return release


def _renew_states(session: Session, module: Module, built: Built) -> None:
    known = {
        (state.context, state.locale): state
        for state in session.scalars(
            select(TranslationState)
            .where(TranslationState.module_id == module.id)
            .order_by(TranslationState.id)
        )
    }
    for (context, locale), drafted in built.drafted.items():
        state = known.get((context, locale))
        if state is None:
            state = TranslationState(module_id=module.id, locale=locale, context=context)
            session.add(state)
        state.drafted, state.key_read = drafted, (context, locale) in built.key_read
    for key in set(known) - set(built.drafted):
        session.delete(known[key])
