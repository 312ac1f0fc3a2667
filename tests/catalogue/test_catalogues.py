from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import (
    messages_of,
    read_catalogue,
    update_catalogue,
    write_catalogue,
)
from pretraject.catalogue.extraction import template_of
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import parse_tree
from tests.catalogue.samples import ENGLISH, FIRST, QUESTIONS, dutch, in_english, replaced, sample, translated


def template(tree):
    return template_of(parse_tree(tree).modules["town"])


def updated(before, after):
    """The English catalogue made for one tree, brought in line with another."""
    return update_catalogue(catalogue_in(translated(before)), template(after), pair=True)


def catalogue_in(tree):
    return read_catalogue(ENGLISH, tree[ENGLISH], "en", Findings())


def entry(catalogue, context, text):
    return catalogue.get(text, context)


def test_extraction_is_stable_and_in_reading_order():
    first, second = template(dutch()), template(dict(reversed(dutch().items())))
    texts = [(message.context, message.id) for message in messages_of(first)]

    assert texts[:3] == [
        ("module", "De stad"),
        ("module", "Hoe je aankomt in een stad."),
        ("arrival", "Aankomst"),
    ]
    assert write_catalogue(first) == write_catalogue(second)


def test_an_update_without_changes_changes_nothing():
    tree = sample()

    assert write_catalogue(updated(dutch(), dutch())) == tree[ENGLISH]


def test_a_changed_sentence_keeps_its_place_and_is_flagged():
    after = replaced(dutch(), FIRST, "Een stad of dorp", "Een stad, dorp of wijk")
    found = entry(updated(dutch(), after), "arrival", "Een stad, dorp of wijk met een eigen bestuur.")

    assert found.fuzzy
    assert found.string == in_english("Een stad of dorp met een eigen bestuur.")
    assert found.previous_id == ["Een stad of dorp met een eigen bestuur."]


def test_likeness_never_pairs_texts():
    """A question with nearly the same words in another place is another question."""
    before = replaced(dutch(), QUESTIONS, "Vraag nummer 1?", "Iemand mag je dwingen.")
    after = replaced(dutch(), QUESTIONS, "Vraag nummer 3?", "Niemand mag je dwingen.")
    found = entry(updated(before, after), "to-003", "Niemand mag je dwingen.")

    assert found.string == in_english("Vraag nummer 3?")
    assert found.fuzzy


def test_options_are_paired_by_id():
    after = replaced(dutch(), QUESTIONS, "Antwoord b op 1", "Een ander antwoord b op 1")
    found = entry(updated(dutch(), after), "to-001", "Een ander antwoord b op 1")

    assert found.string == in_english("Antwoord b op 1")


def test_a_new_paragraph_takes_nobodys_translation():
    after = replaced(dutch(), FIRST, "Welkom.", "Iets heel nieuws.\n\nWelkom.")
    catalogue = updated(dutch(), after)

    assert not entry(catalogue, "arrival", "Iets heel nieuws.").string
    assert not any(message.fuzzy for message in messages_of(catalogue))


def test_a_text_that_goes_and_comes_back_has_its_translation_again():
    without = replaced(dutch(), FIRST, "- **1831**: de koning ook.\n", "")
    gone = updated(dutch(), without)
    back = update_catalogue(gone, template(dutch()), pair=True)

    assert entry(gone, "arrival", "**1831**: de koning ook.") is None
    assert entry(back, "arrival", "**1831**: de koning ook.").string == in_english("**1831**: de koning ook.")


def test_what_is_no_longer_asked_for_survives_writing_and_reading():
    without = replaced(dutch(), FIRST, "- **1831**: de koning ook.\n", "")
    body = write_catalogue(updated(dutch(), without))
    again = read_catalogue(ENGLISH, body, "en", Findings())

    assert b"#~ msgid" in body
    assert write_catalogue(update_catalogue(again, template(without), pair=True)) == body


def test_a_percentage_is_no_format():
    catalogue = Catalog(locale="en")
    catalogue.add("80 % die {fact:x}", "80 % who {fact:x}", context="a")

    assert b"format" not in write_catalogue(catalogue)


def test_a_catalogue_has_no_dates_and_no_places():
    body = sample()[ENGLISH].decode()

    assert "Date" not in body
    assert "#:" not in body


def test_a_broken_catalogue_is_a_fault_with_its_line():
    findings = Findings()
    read_catalogue("x.po", b'msgid "a"\nmsgstr "b"\n\nmsgid "c\n', "en", findings)

    assert [(fault.file, fault.line) for fault in findings.faults] == [("x.po", 4)]
