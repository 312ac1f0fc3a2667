from collections import Counter
from dataclasses import dataclass
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pretraject.assessment.drawing import Composition, draw

THEMES = ("history", "institutions", "migration")
MODULE_TEST = Composition(values=5, practical=10)
seeds = st.integers(0, 10_000).map(Random)


@dataclass(frozen=True)
class Question:
    id: str
    kind: str
    theme: str
    type: str = "single"
    pilot: bool = False
    options: tuple[str, ...] = ("a", "b", "c")


def bank_of(values=10, practical=30, pilots=0):
    kinds = ["values"] * values + ["practical"] * practical
    bank = [
        Question(f"hb-{number:03}", kind, THEMES[number % len(THEMES)]) for number, kind in enumerate(kinds)
    ]
    return bank + [Question(f"pi-{n:03}", "practical", "history", pilot=True) for n in range(pilots)]


def ids(drawn):
    return {one.question.id for one in drawn}


@given(seeds)
def test_a_test_has_the_composition_asked_for(random):
    drawn = draw(bank_of(), MODULE_TEST, avoid=(), random=random)

    assert Counter(one.question.kind for one in drawn) == {"values": 5, "practical": 10}
    assert len(ids(drawn)) == 15


@given(seeds)
def test_each_kind_is_spread_evenly_over_its_themes(random):
    drawn = draw(bank_of(), MODULE_TEST, avoid=(), random=random)

    for kind in ("values", "practical"):
        themes = Counter(one.question.theme for one in drawn if one.question.kind == kind)
        assert max(themes.values()) - min(themes.values()) <= 1


@given(seeds, seeds)
def test_nothing_of_the_last_draw_comes_back_while_others_are_left(first, second):
    last = ids(draw(bank_of(), MODULE_TEST, avoid=(), random=first))

    again = ids(draw(bank_of(), MODULE_TEST, avoid=last, random=second))

    assert not again & last


@given(seeds)
def test_old_questions_come_back_only_to_fill_what_is_wanting(random):
    bank = bank_of(values=7)
    last = {"hb-000", "hb-001", "hb-002", "hb-003", "hb-004"}

    again = ids(draw(bank, MODULE_TEST, avoid=last, random=random))

    assert {"hb-005", "hb-006"} <= again
    assert len(again & last) == 3


@given(seeds)
def test_one_pilot_question_is_added_and_takes_no_place(random):
    drawn = draw(bank_of(pilots=4), MODULE_TEST, avoid=(), random=random)

    assert sum(one.question.pilot for one in drawn) == 1
    assert sum(not one.question.pilot for one in drawn) == 15


def test_a_bank_too_small_gives_no_test():
    assert draw(bank_of(values=4), MODULE_TEST, avoid=(), random=Random(1)) is None


def test_nothing_to_count_gives_no_test():
    assert draw(bank_of(pilots=2), Composition(0, 0), avoid=(), random=Random(1)) is None


def test_the_same_seed_draws_the_same_test():
    assert draw(bank_of(), MODULE_TEST, avoid=(), random=Random(7)) == draw(
        bank_of(), MODULE_TEST, avoid=(), random=Random(7)
    )


def test_every_question_is_drawn_some_time():
    drawn = set()
    for seed in range(300):
        drawn |= ids(draw(bank_of(), MODULE_TEST, avoid=(), random=Random(seed)))

    assert drawn == {question.id for question in bank_of()}


@given(seeds)
def test_options_are_shuffled_and_none_is_lost(random):
    drawn = draw(bank_of(), MODULE_TEST, avoid=(), random=random)

    assert all(sorted(one.option_order) == ["a", "b", "c"] for one in drawn)
    assert len({tuple(one.option_order) for one in drawn}) > 1


def test_true_stays_before_false():
    bank = [
        Question(f"tf-{n}", "practical", "history", "true-false", False, ("right", "wrong")) for n in range(9)
    ]

    drawn = draw(bank, Composition(0, 9), avoid=(), random=Random(3))

    assert {tuple(one.option_order) for one in drawn} == {("right", "wrong")}
