from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.accounts.codes import (
    ALPHABET,
    RANDOM_LENGTH,
    check_character,
    draw_code,
    print_code,
    read_code,
)

BODIES = st.text(ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)


def test_a_code_carries_sixty_random_bits():
    assert len(ALPHABET) ** RANDOM_LENGTH >= 2**60


def test_no_two_codes_are_the_same():
    assert len({draw_code() for _ in range(1000)}) == 1000


@given(BODIES)
def test_a_printed_code_reads_as_itself(body):
    code = body + check_character(body)

    assert read_code(print_code(code)) == code


@given(BODIES, st.integers(0, RANDOM_LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_caught(body, place, other):
    code = body + check_character(body)
    wrong = code[:place] + other + code[place + 1 :]

    assert wrong == code or read_code(wrong) is None


def test_nearly_every_swap_of_neighbours_is_caught():
    swaps = caught = 0
    for _ in range(300):
        code = draw_code()
        for place, (one, other) in enumerate(pairwise(code)):
            if one != other:
                swaps += 1
                caught += read_code(code[:place] + other + one + code[place + 2 :]) is None

    assert caught / swaps > 0.98


EXAMPLE = "2345ABEHKMPTX" + check_character("2345ABEHKMPTX")


@pytest.mark.parametrize(
    "typed",
    [
        EXAMPLE.lower(),
        f"  {EXAMPLE[:4]} {EXAMPLE[4:8]}–{EXAMPLE[8:]}  ",
        ".".join(EXAMPLE),
        EXAMPLE.replace("2345", "۲۳۴۵"),
        EXAMPLE.replace("2345", "२३४५"),
        EXAMPLE.replace("5", "S"),
        "".join(chr(ord(c) + 0xFEE0) for c in EXAMPLE),
        EXAMPLE.replace("ABEHKMPTX", "АВЕНКМРТХ"),
        f"\u200f{EXAMPLE}\u200e",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == EXAMPLE


@pytest.mark.parametrize("typed", ["", "ABCD", "0" * 14, "x" * 5000, EXAMPLE + "2", "👍" * 14])
def test_what_is_no_code_is_not_read(typed):
    assert read_code(typed) is None
