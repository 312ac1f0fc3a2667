from datetime import date

import pytest

from pretraject.enrolment.dated_rules import Renewal
from pretraject.enrolment.rules import end_of_term


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


def test_a_renewal_window_in_days_opens_and_closes_before_expiry():
    renewal = Renewal.model_validate({"opens-days": 137, "closes-days": 61})

    assert renewal.window(date(2027, 8, 31)) == (date(2027, 4, 16), date(2027, 7, 1))


@pytest.mark.parametrize(
    ("expiry", "opens", "closes"),
    [
        (date(2028, 8, 31), date(2028, 4, 15), date(2028, 6, 30)),
        (date(2028, 9, 30), date(2028, 5, 15), date(2028, 7, 30)),
        (date(2028, 4, 30), date(2027, 12, 15), date(2028, 2, 29)),
        (date(2028, 1, 10), date(2027, 8, 26), date(2027, 11, 10)),
    ],
)
def test_a_renewal_window_in_months_follows_the_calendar(expiry, opens, closes):
    renewal = Renewal.model_validate({"opens-months": 4.5, "closes-months": 2})

    assert renewal.window(expiry) == (opens, closes)
