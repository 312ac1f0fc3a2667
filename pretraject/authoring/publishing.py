"""Publishes content and policy: checked and built first, stored in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pretraject.authoring.checking import Tell, check_content, nobody
from pretraject.catalogue import release_queries
from pretraject.catalogue.actions import Loaded, Published, load, lock_publishing, publish
from pretraject.catalogue.building import Built, build_release
from pretraject.catalogue.tree import POLICY, Tree, read_folder
from pretraject.core.clock import legal_date
from pretraject.core.db import Database
from pretraject.core.errors import ConflictError, Fault, FaultyFilesError
from pretraject.enrolment.policy_release import publish_policy

ATTEMPTS = 3


class NothingLoadedError(ConflictError):
    """The working copy holds no files."""


class BusyPublishingError(ConflictError):
    """Others kept publishing at the same time."""


@dataclass(frozen=True)
class Publication:
    """What publishing did: the releases served now, and advice about the content."""

    modules: list[Published]
    policy_version: int
    advice: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Prepared:
    """Content ready to be stored, checked against the releases served at that moment."""

    tree: Tree
    served: dict[str, int]
    modules: dict[str, Built]
    advice: list[Fault]


def load_folder(database: Database, folder: Path, *, overwrite: bool = False) -> Loaded:
    """Take a folder's files into the working copy.

    Raises WorkingCopyConflictError when that would undo an edit made there.
    """
    tree = read_folder(folder)
    with database.writing() as session:
        loaded = load(session, tree, overwrite=overwrite)
        session.commit()
    return loaded


def publish_folder(database: Database, folder: Path, *, at: datetime, tell: Tell = nobody) -> Publication:
    """Take a folder's files into the working copy and publish them, all or nothing.

    Raises FaultyFilesError and WorkingCopyConflictError.
    """
    return _publish(database, read_folder(folder), at=at, tell=tell)


def publish_working_copy(database: Database, *, at: datetime, tell: Tell = nobody) -> Publication:
    """Publish the working copy as it stands.

    Raises FaultyFilesError, and NothingLoadedError when it is empty.
    """
    return _publish(database, None, at=at, tell=tell)


def _publish(database: Database, tree: Tree | None, *, at: datetime, tell: Tell) -> Publication:
    """Prepare without holding the lock; begin again when somebody published meanwhile."""
    for _ in range(ATTEMPTS):
        prepared = _prepare(database, tree, at=at, tell=tell)
        with database.writing() as session:
            lock_publishing(session)
            if tree is not None:
                load(session, tree)
            if not _is_still_so(session, prepared):
                continue
            modules = publish(session, prepared.modules, at=at)
            policy = publish_policy(session, prepared.tree[POLICY].decode(), at=at)
            version = policy.id
            session.commit()
        return Publication(modules, version, prepared.advice)
    raise BusyPublishingError("others kept publishing at the same time; try again")


def _is_still_so(session: Session, prepared: _Prepared) -> bool:
    """Say whether the content was checked against what is stored now."""
    if release_queries.served_releases(session) != prepared.served:
        return False
    return release_queries.working_tree(session) == prepared.tree


def _prepare(database: Database, tree: Tree | None, *, at: datetime, tell: Tell) -> _Prepared:
    with database.reading() as session:
        served = release_queries.served_releases(session)
        released = release_queries.released_questions(session)
        files: Tree = release_queries.working_tree(session) if tree is None else tree
    if not files:
        raise NothingLoadedError("the working copy is empty; run `pretraject content load` first")
    source, findings = check_content(files, today=legal_date(at), released=released, tell=tell)
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    modules = {slug: build_release(files, source, module) for slug, module in source.modules.items()}
    return _Prepared(files, served, modules, findings.advice)


def stale_files(folder: Path, tree: Tree) -> Sequence[str]:
    """Return the content files in a folder that the working copy does not have."""
    return sorted(set(read_folder(folder)) - set(tree))
