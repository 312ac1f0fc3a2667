import pytest
from babel import Locale

from pretraject.core.locales import LANGUAGES, best_language, find_language, language_of


def test_there_are_dutch_and_23_translations():
    assert len(LANGUAGES) == 24
    assert LANGUAGES[0].locale == "nl"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_babel_knows_every_language_and_agrees_on_its_direction(language):
    assert Locale.parse(language.locale).text_direction == language.direction


@pytest.mark.parametrize(
    ("alias", "locale"),
    [("prs", "fa_AF"), ("kmr", "ku"), ("zh", "zh"), ("zh-CN", "zh"), ("FA-af", "fa_AF"), ("fa_AF", "fa_AF")],
)
def test_accepted_spellings_find_their_language(alias, locale):
    assert find_language(alias) == language_of(locale)


def test_a_regional_wish_gets_the_language_when_the_region_is_unknown():
    assert best_language(["fr-BE", "nl"], LANGUAGES) == language_of("fr")


def test_a_language_that_is_not_offered_is_passed_over():
    assert best_language(["fr", "ar"], [language_of("nl"), language_of("ar")]) == language_of("ar")


def test_no_wish_met_is_none():
    assert best_language(["xx", ""], LANGUAGES) is None


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_the_way_dates_are_written_is_known_and_of_the_same_language(language):
    assert Locale.parse(language.formats).language == Locale.parse(language.locale).language
