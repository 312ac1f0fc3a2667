"""The numbers people are known by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.enrolment.rules import read_insz


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("53480200724", "53480200724"),  # the example of Belgif's "BelgianSSIN": a BIS number
        ("85.07.30-033.28", "85073003328"),
        ("85073003328", "85073003328"),
        ("٨٥٠٧٣٠٠٣٣٢٨", "85073003328"),
        ("17 07 30 033 84", "17073003384"),  # born in 2017
        ("00000000196", "00000000196"),  # nothing known of the birth date
    ],
)
def test_an_insz_is_read_however_it_is_written(written, digits):
    assert read_insz(written) == digits


@pytest.mark.parametrize("written", ["", "85073003329", "8507300332", "850730033280", "GV-1", "8507300332x"])
def test_what_has_other_check_digits_or_another_form_is_none(written):
    assert read_insz(written) is None


@given(st.text())
def test_any_text_is_read_or_refused(text):
    found = read_insz(text)

    assert found is None or (len(found) == 11 and found.isascii() and found.isdigit())
