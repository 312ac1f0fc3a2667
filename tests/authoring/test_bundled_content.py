"""The content that comes with the program is faultless, whole and canonical."""

from datetime import date

import pytest

from pretraject.authoring.checking import check_content
from pretraject.catalogue.formatting import canonical_tree
from pretraject.catalogue.tree import read_folder
from pretraject.config import BUNDLED

MODULE = "history-of-belgium"


@pytest.fixture(scope="module")
def tree():
    """The bundled files."""
    return read_folder(BUNDLED)


@pytest.fixture(scope="module")
def checked(tree):
    """The bundled content and what is wrong with it, on a fixed day: facts expire."""
    return check_content(tree, today=date(2026, 11, 23), released=None)


def test_there_is_no_fault(checked):
    assert [str(fault) for fault in checked[1].faults] == []


def test_every_file_is_canonical(tree):
    assert list(canonical_tree(tree)) == []


def test_the_bank_is_large_and_varied(checked):
    shapes = [question.shape for question in checked[0].modules[MODULE].questions]
    tests = [shape for shape in shapes if shape.use == "test"]

    assert len(tests) >= 60
    assert len(shapes) - len(tests) >= 12
    assert sum(shape.kind == "values" for shape in tests) >= 16
    assert {shape.type for shape in shapes} == {"single", "multiple", "true-false", "order"}


def test_every_lesson_has_a_picture_and_an_ordinary_length(checked):
    lessons = checked[0].modules[MODULE].lessons

    assert 8 <= len(lessons) <= 10
    assert all(lesson.header.picture for lesson in lessons)
    assert [lesson.slug for lesson in lessons if not 150 <= len(lesson.body.split()) <= 330] == []
