from datetime import date

import pytest

from pretraject.enrolment.rules import end_of_term, renewal_window


@pytest.mark.parametrize(
    ("arrival", "months", "end"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_last_of_the_month(arrival, months, end):
    assert end_of_term(arrival, months=months) == end


def test_a_renewal_window_opens_and_closes_before_expiry():
    window = renewal_window(date(2027, 8, 31), opens_days=137, closes_days=61)

    assert window == (date(2027, 4, 16), date(2027, 7, 1))
