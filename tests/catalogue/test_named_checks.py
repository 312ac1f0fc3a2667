"""Every check of a translation is documented, and tells what it finds as the table says."""

import pytest

from pretraject.catalogue.checks.named import CHECKS, Teller
from pretraject.catalogue.checks.pairs import pair_troubles
from pretraject.catalogue.findings import Findings
from pretraject.core.locales import LANGUAGES, language_of


def test_the_documentation_lists_every_check(pytestconfig):
    page = (pytestconfig.rootpath / "docs" / "translation.md").read_text()

    for check in CHECKS.values():
        kind = "gate" if check.gate else "advice"
        assert f"| {check.name} | {kind} | {check.looks_at} |" in page


@pytest.mark.parametrize("name", CHECKS)
def test_a_gate_is_a_fault_and_the_rest_is_advice(name):
    findings = Findings()
    Teller(findings, "x.po").tell(name, 3, "something", "mend it", segment="hb-001")

    told = findings.faults if CHECKS[name].gate else findings.advice
    assert [str(one) for one in told] == [f"x.po:3: hb-001: {name}: something — mend it"]
    assert len(findings.faults) + len(findings.advice) == 1


def found(source, text, locale):
    return {check for check, *_ in pair_troubles(source, text, language_of(locale), source_locale="nl")}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("ur", "یہ ایک سوال ہے؟"),
        ("ti", "እዚ ሕቶ ድዩ?"),
        ("zh", "这是问题吗？"),
        ("ar", "هل هذا سؤال؟"),
        ("th", "นี่คือคำถามหรือไม่"),
    ],
)
def test_a_question_ends_as_the_script_ends_it(locale, text):
    assert "end" not in found("Is dit een vraag?", text, locale)
    assert locale == "th" or "end" in found("Is dit een vraag?", text[:-1], locale)


@pytest.mark.parametrize(
    ("locale", "text"),
    [("ur", "یہ جملہ ہے۔"), ("hi", "यह वाक्य है।"), ("zh", "这是句子。"), ("ti", "እዚ ምሉእ ሓሳብ እዩ።")],
)
def test_a_sentence_ends_as_the_script_ends_it(locale, text):
    assert "end" not in found("Dit is een zin.", text, locale)
    assert "end" in found("Dit is een zin.", f"{text[:-1]}.", locale)


def test_a_language_without_a_full_stop_has_none():
    assert "end" not in found("Dit is een zin.", "นี่คือประโยค", "th")
    assert "end" in found("Dit is een zin.", "นี่คือประโยค.", "th")


def test_the_joiner_that_persian_needs_is_allowed_and_others_are_not():
    assert "controls" not in found("Dat kan.", "می\u200cشود.", "fa")
    assert "controls" in found("Dat kan.", "می\u200dشود.", "fa")
    assert "controls" in found("Dat kan.", "ا\u200cب.", "ar")


def test_a_name_may_stay_as_it_is():
    assert found("Brussel, Gent", "Brussel, Gent", "fr") == set()
    assert "untranslated" in found("een stad met een bestuur", "een stad met een bestuur", "fr")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.locale)
def test_every_language_can_be_checked(language):
    assert isinstance(found("Dat mag je niet doen in een stad.", "112", language.locale), set)
