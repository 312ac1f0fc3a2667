from datetime import date

import pytest
from pydantic import TypeAdapter

from pretraject.catalogue.facts import fact_html, fill_in
from pretraject.catalogue.markdown import text_html
from pretraject.catalogue.shapes import FactShape
from pretraject.core.locales import LANGUAGES
from tests.catalogue import samples


def fact(kind, value):
    return TypeAdapter(FactShape).validate_python(samples.fact(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "locale", "said"),
    [
        ("date", date(1830, 10, 4), "nl", "4 oktober 1830"),
        ("date", date(1830, 10, 4), "en", "4 October 1830"),
        ("date", date(1830, 10, 4), "ar", "4 أكتوبر 1830"),
        ("date", date(1830, 10, 4), "fa", "4 اکتبر 1830"),
        ("year", 1830, "nl", "1830"),
        ("number", 25000, "nl", "25.000"),
        ("number", 25000, "en", "25,000"),
        ("number", 2.5, "nl", "2,5"),
        ("money", 90, "nl", "€\xa090"),
        ("money", 90.5, "nl", "€\xa090,50"),
        ("phone", "112", "ar", '<bdi dir="ltr">112</bdi>'),
    ],
)
def test_a_fact_is_written_as_the_language_does(kind, value, locale, said):
    assert fact_html(fact(kind, value), locale) == said


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.locale)
def test_every_language_writes_gregorian_years_in_european_digits(language):
    assert "1830" in fact_html(fact("date", date(1830, 10, 4)), language.locale)
    assert fact_html(fact("number", 262), language.locale) == "262"


def test_a_fact_takes_its_place_in_a_text():
    facts = {"emergency": fact("phone", "112")}

    assert (
        text_html("Bel **{fact:emergency}**.", facts, "ar")
        == 'Bel <strong><bdi dir="ltr">112</bdi></strong>.'
    )


def test_an_unknown_fact_is_never_left_standing():
    with pytest.raises(KeyError):
        fill_in("{fact:nothing}", {}, "nl")
