from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.accounts.birth_dates import BirthDate, birth_date_of, parse_birth_date
from pretraject.accounts.rules import (
    NAME_DELAY,
    canonical_secret,
    kind_of_secret,
    network_of,
    read_email,
    waits_until,
    weakness_of,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("secret", "weakness"),
    [
        ("12345", "length"),
        ("1234567", "length"),
        ("short", "length"),
        ("x" * 201, "too-long"),
        ("000000", "same-digits"),
        ("٧٧٧٧٧٧", "same-digits"),
        ("123456", "run"),
        ("۱۲۳۴۵۶", "run"),
        ("987654", "run"),
        ("890123", "run"),
        ("121212", "pattern"),
        ("123123", "pattern"),
        ("123321", "pattern"),
        ("112233", "pattern"),
        ("159753", "common"),
        ("170590", "birth-date"),
        ("051990", "birth-date"),
        ("199005", "birth-date"),
        ("1234567890", "run"),
        ("aaaaaaaaaaaa", "same-digits"),
        ("abcabcabcabc", "pattern"),
        ("Qwertyuiop", "common"),
        ("Wachtwoord2026!", "common"),
        ("samira@example.org", "name"),
    ],
)
def test_a_secret_easy_to_guess_is_refused(secret, weakness):
    born = BirthDate(1990, 5, 17)

    assert weakness_of(secret, birth_date=born, name="samira@example.org") == weakness


@pytest.mark.parametrize("secret", ["408172", "۴۰۸۱۷۲", "40 81 72", "een lange zin", "سلام دنیای من"])
def test_a_good_secret_is_taken(secret):
    assert weakness_of(secret, birth_date=BirthDate(1990, 5, 17), name="samira@example.org") is None


def test_a_secret_is_the_same_on_every_keyboard():
    assert canonical_secret(" ۴۰۸ ١٧٢\u200e") == "408172"
    assert kind_of_secret("۴۰۸۱۷۲") == "pin"
    assert kind_of_secret("4081720000") == "password"


def test_a_pin_is_not_enough_where_none_is_allowed():
    assert weakness_of("408172", pin_allowed=False) == "length"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1990-05-17", BirthDate(1990, 5, 17)),
        ("۱۹۹۰-۰۵-۱۷", BirthDate(1990, 5, 17)),
        ("1990-05-00", BirthDate(1990, 5)),
        ("1990-05", BirthDate(1990, 5)),
        ("1990-00-00", BirthDate(1990)),
        ("1990", BirthDate(1990)),
        ("2000-02-29", BirthDate(2000, 2, 29)),
        ("1900-02-29", None),
        ("1990-13-01", None),
        ("1990-00-17", None),
        ("1369-02-27", None),
        ("17/05/1990", None),
        ("", None),
    ],
)
def test_birth_dates_may_be_partly_unknown(text, expected):
    assert parse_birth_date(text) == expected


def test_fields_of_a_birth_date_take_any_digits_and_may_be_empty():
    assert birth_date_of("١٩٩٠", " ٥ ", "") == BirthDate(1990, 5)
    assert birth_date_of("1990", "mei", "1") is None
    assert birth_date_of("", "", "") is None


def test_a_part_on_record_must_be_given():
    assert not BirthDate(1990, 5, 17).accepts(BirthDate(1990, 5))
    assert not BirthDate(1990, 5, 17).accepts(BirthDate(1990))


def test_a_part_unknown_on_record_may_be_anything():
    assert BirthDate(1990).accepts(BirthDate(1990, 5, 17))
    assert BirthDate(1990, 5).accepts(BirthDate(1990, 5))
    assert not BirthDate(1990, 5).accepts(BirthDate(1990, 6))


@given(st.integers(0, 500))
def test_a_wait_never_gets_shorter_nor_endless(count):
    here = waits_until(NAME_DELAY, count=count, last_at=AT)
    next_one = waits_until(NAME_DELAY, count=count + 1, last_at=AT)

    assert AT <= here <= next_one <= AT + timedelta(hours=4)


def test_an_address_is_counted_by_line():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1")
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == "unknown"


@pytest.mark.parametrize("text", ["a@b.be", "  Samira@Example.ORG ", "سميرة@example.org"])
def test_an_address_is_read(text):
    assert read_email(text) == text.strip().casefold()


@pytest.mark.parametrize("text", ["", "a@b", "a b@c.be", "@c.be", "a@@c.be", "x" * 260 + "@c.be", "a@.be"])
def test_what_is_no_address_is_not_read(text):
    assert read_email(text) is None
