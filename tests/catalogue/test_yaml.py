from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.catalogue.yaml_form import write_yaml
from pretraject.catalogue.yaml_source import read_yaml


def problems(text):
    return [(fault.line, fault.problem) for fault in read_yaml("x.yaml", text).faults]


def test_every_value_knows_its_line():
    document = read_yaml("x.yaml", "a:\n  - b: 1\n    c: 2\n  - b: 3\n")

    assert document.line(("a", 0, "c")) == 3
    assert document.line(("a", 1, "b")) == 4
    assert document.line(("a", 1, "unheard of")) == 4


def test_words_of_old_yaml_are_words():
    document = read_yaml("x.yaml", "on: 2026-11-23\nno: yes\ntime: 12:30\nnumber: 007\n")

    assert document.value == {"on": date(2026, 11, 23), "no": "yes", "time": "12:30", "number": "007"}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: &x 1\nb: *x\n", 1, "YAML alias or anchor"),
        ("b: 1\na: !!python/object:os.system 1\n", 2, "YAML tag"),
        ("a: 1\na: 2\n", 2, "key 'a' twice, first on line 1"),
        ("a: 1\n# why\nb: 2\n", 2, "comment in a YAML file"),
        ("a: 1\n---\nb: 2\n", 1, "more than one YAML document"),
        ("a: [1\n", 2, "not YAML"),
        ("a: 2026-02-30\n", 1, "2026-02-30 is no date"),
        ("? [a]\n: 1\n", 1, "a key that is not a word"),
        ("a: \x00\n", 1, "not YAML"),
    ],
)
def test_what_hides_meaning_is_refused(text, line, problem):
    found = problems(text)

    assert found
    assert found[0][0] == line
    assert found[0][1].startswith(problem)


def test_a_bomb_of_aliases_is_not_unfolded():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n"
        for a, b in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
    )

    assert read_yaml("x.yaml", bomb).value is None


def test_texts_are_quoted_only_where_a_reader_would_take_them_for_something_else():
    value = {"a": "Ja: nee", "b": "no", "c": "12", "d": "gewoon", "e": "12:30", "on": date(2026, 1, 2)}

    assert write_yaml(value) == ('a: "Ja: nee"\nb: "no"\nc: "12"\nd: gewoon\ne: "12:30"\non: 2026-01-02\n')


def test_an_empty_list_is_written_on_one_line():
    assert write_yaml([]) == "[]\n"
    assert write_yaml({"a": []}) == "a: []\n"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
values = st.recursive(
    st.booleans() | st.integers(-(10**9), 10**9) | st.dates() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.filter(bool), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_is_read_back(value):
    document = read_yaml("x.yaml", write_yaml({"value": value}))

    assert document.faults == []
    assert document.value == {"value": value}
