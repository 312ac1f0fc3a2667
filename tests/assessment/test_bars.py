from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.assessment.rules import Bar, Judgement, can_be_answer, is_right, judge


@dataclass(frozen=True)
class Answered:
    kind: str
    correct: bool
    pilot: bool = False


@dataclass(frozen=True)
class Marks:
    overall: int = 70
    values: int = 80
    practical: int = 50


def answers(kind, *, right, total):
    return [Answered(kind, number < right) for number in range(total)]


def sheet(values, practical):
    return [
        *answers("values", right=values[0], total=values[1]),
        *answers("practical", right=practical[0], total=practical[1]),
    ]


def failed(judgement):
    return [bar.name for bar in judgement.bars if not bar.passed]


@pytest.mark.parametrize(
    ("values", "practical", "expected"),
    [
        ((9, 11), (15, 30), ["overall"]),
        ((8, 11), (30, 30), ["values"]),
        ((11, 11), (14, 30), ["overall", "practical"]),
        ((9, 11), (20, 30), []),
        ((9, 11), (19, 30), ["overall"]),
        ((4, 5), (7, 10), []),
        ((3, 5), (10, 10), ["values"]),
    ],
)
def test_each_bar_is_judged_apart(values, practical, expected):
    judgement = judge(sheet(values, practical), Marks())

    assert failed(judgement) == expected
    assert judgement.passed is (not expected)


def test_the_official_test_needs_9_of_11_and_15_of_30_and_29_of_41():
    judgement = judge(sheet((0, 11), (0, 30)), Marks())

    assert {bar.name: bar.needed for bar in judgement.bars} == {
        "overall": 29,
        "values": 9,
        "practical": 15,
    }


def test_fewer_than_five_value_questions_have_no_bar_but_count_overall():
    judgement = judge(sheet((0, 4), (10, 10)), Marks())

    assert [(bar.name, bar.correct, bar.total) for bar in judgement.bars] == [
        ("overall", 10, 14),
        ("practical", 10, 10),
    ]


def test_a_bar_without_questions_is_absent():
    assert [bar.name for bar in judge(sheet((5, 5), (0, 0)), Marks()).bars] == ["overall", "values"]


def test_a_test_without_questions_is_never_passed():
    assert not judge([], Marks(0, 0, 0)).passed


@pytest.mark.parametrize("correct", [True, False])
def test_pilot_questions_change_nothing(correct):
    questions = sheet((4, 5), (6, 10))

    with_pilots = [*questions, *[Answered("values", correct, pilot=True)] * 20]

    assert judge(with_pilots, Marks()) == judge(questions, Marks())


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 100))
def test_a_bar_is_reached_exactly_where_the_fraction_is(correct, more, percent):
    total = correct + more
    bar = Bar("overall", correct, total, percent)

    assert bar.passed is (Fraction(correct) >= Fraction(percent, 100) * total)


@given(st.integers(0, 500), st.integers(0, 100))
def test_the_number_needed_is_the_smallest_that_passes(total, percent):
    needed = Bar("overall", 0, total, percent).needed

    assert Bar("overall", needed, total, percent).passed
    assert needed == 0 or not Bar("overall", needed - 1, total, percent).passed
    assert needed <= total


counts = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))


@given(counts, counts)
def test_passing_means_that_nothing_is_missing(values, practical):
    judgement = judge(sheet(values, practical), Marks())

    assert judgement.passed is (bool(judgement.bars) and judgement.missing == 0)


@given(counts, counts)
def test_one_more_right_answer_never_takes_a_pass_away(values, practical):
    before = judge(sheet(values, practical), Marks())
    better = (min(values[0] + 1, values[1]), values[1])

    assert not before.passed or judge(sheet(better, practical), Marks()).passed


@given(counts, counts)
def test_a_judgement_is_the_same_after_keeping(values, practical):
    judgement = judge(sheet(values, practical), Marks())

    assert Judgement.read(judgement.stored()) == judgement


@pytest.mark.parametrize(
    ("type_", "answer", "key", "right"),
    [
        ("single", ["a"], ("a",), True),
        ("single", ["b"], ("a",), False),
        ("multiple", ["c", "a"], ("a", "c"), True),
        ("multiple", ["a"], ("a", "c"), False),
        ("multiple", ["a", "b", "c"], ("a", "c"), False),
        ("true-false", ["wrong"], ("wrong",), True),
        ("order", ["b", "a", "c"], ("b", "a", "c"), True),
        ("order", ["a", "b", "c"], ("b", "a", "c"), False),
        ("single", None, ("a",), False),
        ("multiple", [], ("a", "c"), False),
    ],
)
def test_an_answer_is_right_when_it_is_the_key(type_, answer, key, right):
    assert is_right(type_, answer, key) is right


@pytest.mark.parametrize(
    ("type_", "answer", "possible"),
    [
        ("single", ["a"], True),
        ("single", [], True),
        ("single", ["z"], False),
        ("single", ["a", "b"], False),
        ("multiple", ["a", "b"], True),
        ("multiple", ["a", "a"], False),
        ("order", ["c", "b", "a"], True),
        ("order", ["c", "b"], False),
        ("order", ["c", "b", "b"], False),
    ],
)
def test_an_answer_is_made_of_the_questions_own_options(type_, answer, possible):
    assert can_be_answer(type_, answer, ["a", "b", "c"]) is possible
