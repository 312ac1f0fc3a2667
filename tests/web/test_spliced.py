"""A page compressed beforehand, with a text put in later, is the page."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from pretraject.web.spliced import Spliced

PAGES = st.lists(st.binary(max_size=3000), min_size=1, max_size=4)


@given(PAGES, st.binary(max_size=500))
def test_what_is_unpacked_is_the_page_with_the_text(parts, text):
    assert gzip.decompress(Spliced(parts).with_text(text)) == text.join(parts)


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_one_text_leaves_no_trace_in_the_page_with_another(first, second):
    page = Spliced([b"<p>one</p>", b"<p>two</p>"])
    page.with_text(first)

    assert gzip.decompress(page.with_text(second)) == b"<p>one</p>" + second + b"<p>two</p>"


def test_it_is_about_as_short_as_a_page_compressed_as_a_whole():
    parts = [
        b"<p>a sentence of a page, and one more</p>" * 300,
        b"<p>its other half, with other words</p>" * 300,
    ]
    token = b"x" * 90

    assert len(Spliced(parts).with_text(token)) < len(gzip.compress(token.join(parts), 9)) + 300
