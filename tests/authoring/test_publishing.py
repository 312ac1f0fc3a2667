from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from pretraject.authoring.publishing import (
    NothingLoadedError,
    load_folder,
    publish_folder,
    publish_working_copy,
)
from pretraject.catalogue.actions import WorkingCopyConflictError
from pretraject.catalogue.models import Module, Release, WorkingFile
from pretraject.catalogue.release_queries import working_tree
from pretraject.catalogue.tree import write_folder
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.queries import current_policy
from tests.catalogue.samples import FIRST, POLICY, QUESTIONS, dutch, replaced, sample, translated

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """A folder with the sample in it."""
    folder = tmp_path / "source"
    write_folder(folder, sample())
    return folder


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_folder_is_published_with_its_policy(database, folder):
    publication = publish_folder(database, folder, at=AT)

    assert [(each.module, each.number, each.new) for each in publication.modules] == [("town", 1, True)]
    with database.reading() as session:
        assert current_policy(session)[0].body.encode() == sample()[POLICY]


def test_publishing_twice_changes_nothing(database, folder):
    publish_folder(database, folder, at=AT)
    publication = publish_working_copy(database, at=AT)

    assert not publication.modules[0].new
    assert count(database, Release) == 1


def test_faulty_content_leaves_everything_as_it_was(database, folder):
    write_folder(folder, replaced(sample(), FIRST, "Welkom.", "<b>Welkom</b>."))

    with pytest.raises(FaultyFilesError) as refused:
        publish_folder(database, folder, at=AT)
    assert any("raw HTML" in str(fault) for fault in refused.value.faults)
    assert count(database, WorkingFile) == count(database, Module) == 0


def test_a_vanished_id_stops_the_release(database, folder):
    publish_folder(database, folder, at=AT)
    write_folder(folder, translated(replaced(dutch(), QUESTIONS, "id: to-007", "id: to-099")))

    with pytest.raises(FaultyFilesError) as refused:
        publish_folder(database, folder, at=AT)
    assert "id changed since the last release: to-007 is now to-099" in str(refused.value.faults[0])


def test_an_edit_in_the_working_copy_stops_a_folder(database, folder):
    load_folder(database, folder)
    with database.writing() as session:
        session.scalars(select(WorkingFile).where(WorkingFile.path == FIRST)).one().body = b"mine"
        session.commit()

    with pytest.raises(WorkingCopyConflictError):
        publish_folder(database, folder, at=AT)
    assert count(database, Module) == 0


def test_an_empty_working_copy_is_not_published(database):
    with pytest.raises(NothingLoadedError):
        publish_working_copy(database, at=AT)


def test_publishers_at_the_same_time_make_one_release(database, folder):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: publish_folder(database, folder, at=AT), range(8)))

    assert sum(publication.modules[0].new for publication in done) == 1
    assert count(database, Release) == 1
    with database.reading() as session:
        assert working_tree(session) == sample()
