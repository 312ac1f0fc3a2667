"""Facts of the register, written as each language writes dates and numbers.

Dates are Gregorian and digits are European everywhere: people copy them into forms.
"""

import re
from collections.abc import Mapping

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from markupsafe import escape

from pretraject.catalogue.shapes import DateFact, FactShape, PhoneFact, YearFact
from pretraject.core.locales import language_of

FACT = re.compile(r"\{fact:([^{}\s]*)\}")


def fact_html(fact: FactShape, locale: str) -> str:
    """Write a fact's value for a language, as HTML."""
    if isinstance(fact, PhoneFact):
        return f'<bdi dir="ltr">{escape(fact.value)}</bdi>'
    if isinstance(fact, DateFact):
        return str(escape(format_date(fact.value, "long", locale=language_of(locale).formats)))
    if isinstance(fact, YearFact):
        return str(fact.value)
    if fact.kind == "money":
        return str(escape(_amount(fact.value, locale)))
    return str(escape(format_decimal(fact.value, locale=locale, numbering_system="latn")))


def _amount(value: float, locale: str) -> str:
    """Write an amount in euro, without cents where there are none."""
    whole = float(value).is_integer()
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    return str(
        format_currency(
            value,
            "EUR",
            format=pattern.replace("0.00", "0") if whole else pattern,
            locale=locale,
            currency_digits=False,
            numbering_system="latn",
        )
    )


def fill_in(html: str, facts: Mapping[str, FactShape], locale: str) -> str:
    """Put the values of facts into a text; KeyError for one the register lacks."""
    return FACT.sub(lambda match: fact_html(facts[match[1]], locale), html)


def facts_in(text: str) -> list[str]:
    """Return the ids of the facts a text asks for, in order."""
    return FACT.findall(text)
