import pytest
from sqlalchemy import select

from pretraject.catalogue.actions import WorkingCopyConflictError, load
from pretraject.catalogue.models import WorkingFile
from pretraject.catalogue.release_queries import working_tree
from tests.catalogue.samples import FACTS, FIRST, PICTURE, sample


def edit(session, path, body):
    """Edit a file in the working copy, as an editor's page would."""
    file = session.scalars(select(WorkingFile).where(WorkingFile.path == path)).one()
    file.body = body
    session.flush()


def test_what_is_loaded_comes_out_byte_for_byte(session):
    load(session, sample())

    assert working_tree(session) == sample()


def test_loading_the_same_again_changes_nothing(session):
    load(session, sample())
    loaded = load(session, sample())

    assert (loaded.written, loaded.removed, loaded.unchanged) == ([], [], len(sample()))


def test_a_file_that_is_gone_leaves_the_working_copy(session):
    load(session, sample())
    tree = sample()
    del tree[PICTURE]

    assert load(session, tree).removed == [PICTURE]
    assert working_tree(session) == tree


def test_an_edit_is_not_overwritten(session):
    load(session, sample())
    edit(session, FIRST, b"mine")

    with pytest.raises(WorkingCopyConflictError) as refused:
        load(session, {**sample(), FACTS: b"theirs"})
    assert refused.value.paths == [FIRST]
    assert working_tree(session) == {**sample(), FIRST: b"mine"}


def test_a_file_that_became_what_was_edited_is_no_conflict(session):
    load(session, sample())
    edit(session, FIRST, b"agreed")

    assert load(session, {**sample(), FIRST: b"agreed"}).written == []
    assert load(session, sample()).written == [FIRST]


def test_an_edited_file_is_not_removed(session):
    load(session, sample())
    edit(session, PICTURE, b"mine")
    tree = sample()
    del tree[PICTURE]

    with pytest.raises(WorkingCopyConflictError):
        load(session, tree)


def test_overwriting_is_possible_when_asked_for(session):
    load(session, sample())
    edit(session, FIRST, b"mine")
    load(session, sample(), overwrite=True)

    assert working_tree(session) == sample()
