import pytest

from pretraject.catalogue.formatting import canonical_body, canonical_form, canonical_tree
from tests.catalogue.samples import CHANGES, ENGLISH, FACTS, FIRST, MODULE, QUESTIONS, STATE, sample


def formed(path, text):
    found = canonical_form(path, text.encode())
    return None if found is None else found.decode()


def test_the_sample_is_canonical():
    assert canonical_tree(sample()) == {}


@pytest.mark.parametrize("path", [MODULE, FIRST, QUESTIONS, FACTS, CHANGES, ENGLISH, STATE])
def test_windows_line_ends_and_a_byte_order_mark_go(path):
    body = sample()[path]

    assert canonical_form(path, b"\xef\xbb\xbf" + body.replace(b"\n", b"\r\n")) == body


def test_keys_come_in_their_order_and_quotes_go():
    text = "summary: 'Hoe'\ntitle: \"De stad\"\nlanguages: [nl]\nminutes: 5\nthemes: [work]\nlessons:\n- a\n"

    assert formed(MODULE, text) == (
        "title: De stad\nsummary: Hoe\nthemes:\n  - work\nminutes: 5\nlessons:\n  - a\nlanguages:\n  - nl\n"
    )


def test_facts_are_sorted():
    body = sample()[FACTS].decode()
    first, second = body.split("independence:\n")

    assert formed(FACTS, f"independence:\n{second}{first}") == body


def test_a_setting_left_at_its_default_goes():
    body = sample()[QUESTIONS].decode()

    assert (
        formed(
            QUESTIONS,
            body.replace("explanation: Uitleg bij 1.\n", "explanation: Uitleg bij 1.\n  pilot: false\n"),
        )
        == body
    )


def test_a_paragraph_comes_on_one_line_and_empty_lines_are_single():
    assert canonical_body("\n\nEen\n twee  \ndrie\n\n\n- vier\n  vijf\n") == "Een twee drie\n\n- vier vijf"


def test_lists_and_tables_stay_as_they_are():
    body = "- een\n- twee\n\n| a | b |\n|---|---|\n| c | d |\n\n::: fact\nEen.\n:::"

    assert canonical_body(body) == body


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (MODULE, "title: De stad\n"),
        (MODULE, "a: &x 1\n"),
        (FIRST, "no front matter\n"),
        (QUESTIONS, "- id: 5\n"),
        (ENGLISH, 'msgid "a\n'),
        ("content/town/media/door.svg", "<svg/>"),
        ("content/town/notes.txt", "x"),
    ],
)
def test_what_is_faulty_or_has_no_form_is_left_alone(path, text):
    assert formed(path, text) is None
