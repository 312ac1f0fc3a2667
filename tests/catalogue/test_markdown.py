import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.catalogue.markdown import body_texts, skeleton, text_html
from pretraject.catalogue.sanitising import sanitise_inline, sanitise_page
from tests.catalogue.samples import FIRST_BODY

HARMLESS = re.compile(r'</?(?:em|strong|code|a)>|<a href="(?:https://[a-z]|lesson:[a-z])[^"/\\][^"]*">')


def html(text, facts=None, locale="nl"):
    return text_html(text, facts or {}, locale)


def page(body):
    """The page with its Dutch texts in it."""
    texts = {text.key: html(text.text) for text in body_texts(body)}
    return "".join(piece if isinstance(piece, str) else texts[piece["slot"]] for piece in skeleton(body))


def test_each_text_of_a_lesson_has_a_place_and_a_line():
    found = [(text.key, text.place, text.line) for text in body_texts(FIRST_BODY, first_line=10)]

    assert found[:4] == [
        ("body.1", "paragraph", 10),
        ("body.2", "heading", 12),
        ("body.3", "paragraph", 14),
        ("body.4", "term", 17),
    ]
    assert found[-1] == ("body.7", "list item", 26)


def test_a_term_shows_the_dutch_word_as_dutch():
    body = "::: term gewest\nUitleg.\n:::\n"

    assert page(body) == (
        '<aside class="term" role="note"><p class="term-word"><bdi lang="nl" dir="ltr">gewest</bdi></p>\n'
        "<p>Uitleg.</p>\n</aside>\n"
    )


def test_the_alignment_of_a_column_is_a_class():
    found = page("| a | b |\n|---|--:|\n| c | 1 |\n")

    assert "style" not in found
    assert '<th class="number" scope="col">b</th>' in found
    assert '<td class="number">1</td>' in found


def test_an_empty_cell_is_no_text():
    assert [text.text for text in body_texts("| a | |\n|---|---|\n| | b |\n")] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](//evil.example/)",
        "[x](\\\\evil.example/)",
        "[x](https:/\\evil.example/)",
        "[x](/fr/)",
        "[x](http://plain.example/)",
        "[x](data:text/html,hi)",
        "[x](lesson:../../evil)",
        '[x](https://a.example "title")',
        "![x](https://evil.example/a.png)",
        "![x](media/a.png)",
        "<https://a.example/><b>",
    ],
)
def test_nothing_dangerous_comes_out_of_a_text(text):
    tags = re.findall("<[^>]*>?", html(text))

    assert [tag for tag in tags if not HARMLESS.fullmatch(tag)] == []


def test_links_to_pages_and_lessons_stay():
    assert html("[x](https://a.example/b?c=d)") == '<a href="https://a.example/b?c=d">x</a>'
    assert html("[x](lesson:town-hall)") == '<a href="lesson:town-hall">x</a>'


@pytest.mark.parametrize(
    "text",
    ["# groot", "- een\n- twee", "::: fact\nx\n:::", "| a |\n|---|", "1. een", "> citaat", "    code", "---"],
)
def test_block_syntax_in_a_text_stays_inert(text):
    found = html(text)

    assert not any(
        f"<{tag}" in found for tag in ("h1", "ul", "ol", "li", "aside", "table", "blockquote", "pre", "hr")
    )


@pytest.mark.parametrize("text", ["x \ue000body.2\ue001 y", "::: term \ue000body.1\ue001\nx\n:::"])
def test_a_slot_cannot_be_forged(text):
    pieces = skeleton(f"{text}\n\nNog een.\n")

    assert [piece for piece in pieces if isinstance(piece, dict)] == [{"slot": "body.1"}, {"slot": "body.2"}]


def test_the_sanitiser_drops_what_is_not_on_its_list():
    dirty = '<p onclick="x">a<script>b</script><style>c</style><iframe src="https://d"></iframe></p>'

    assert sanitise_page(dirty) == "<p>a</p>"
    assert sanitise_page('<p class="evil" style="color:red">a</p>') == "<p>a</p>"
    assert sanitise_inline("<p>a</p><h2>b</h2>") == "ab"


@given(st.text(alphabet="<>[]()!*_`:/\\\"'ab \nscript", max_size=60))
def test_any_text_comes_out_sanitised(text):
    found = html(text)

    assert sanitise_inline(found) == found
