"""Checks of a text's Markdown, Dutch or translated: what must not be in it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from pretraject.catalogue.facts import FACT
from pretraject.catalogue.markdown import make_parser
from pretraject.catalogue.sanitising import LESSON_LINK, is_safe_link
from pretraject.catalogue.shapes import FactShape

Trouble = tuple[str, str]
"""What is wrong, and the cure."""

lenient = make_parser(lenient=True)
_FACT_LIKE = re.compile(r"\{\s*fact\b[^}]*\}?")
_INLINE = {
    "text",
    "em_open",
    "em_close",
    "strong_open",
    "strong_close",
    "link_open",
    "link_close",
    "softbreak",
    "text_special",
}


def text_troubles(text: str, *, lessons: Sequence[str], facts: Mapping[str, FactShape]) -> Iterator[Trouble]:
    """Yield what is wrong with one text: markup, links and facts."""
    for token in lenient.parseInline(text)[0].children or ():
        yield from inline_troubles(token, lessons)
    yield from fact_troubles(text, facts)


def inline_troubles(token: Token, lessons: Sequence[str]) -> Iterator[Trouble]:
    """Yield what is wrong with one piece of inline Markdown."""
    if token.type == "html_inline":
        yield f"raw HTML {token.content}", "write Markdown; write < as &lt; where a sign is meant"
    elif token.type == "image":
        source = str(token.attrs.get("src", ""))
        kind = "remote picture" if "//" in source else "picture"
        yield f"{kind} {source} in a text", "put it in media/ and name it under `picture` in the front matter"
    elif token.type == "link_open":
        yield from _link_troubles(str(token.attrs.get("href", "")), lessons)
    elif token.type not in _INLINE:
        yield f"{token.type.replace('_', ' ')} is not allowed", "use only **strong**, *emphasis* and links"


def _link_troubles(address: str, lessons: Sequence[str]) -> Iterator[Trouble]:
    if not is_safe_link(address):
        yield f"broken link {address}", "link to https://… or to lesson:name-of-the-lesson"
    elif LESSON_LINK.fullmatch(address) and address.removeprefix("lesson:") not in lessons:
        yield f"broken link {address}: no such lesson in this module", f"choose one of: {', '.join(lessons)}"


def fact_troubles(text: str, facts: Mapping[str, FactShape]) -> Iterator[Trouble]:
    """Yield facts that the register lacks and those that are written wrongly."""
    for match in _FACT_LIKE.finditer(text):
        exact = FACT.fullmatch(match[0])
        if exact is None:
            yield f"{match[0]} is not how a fact is asked for", "write {fact:id-of-the-fact}"
        elif exact[1] not in facts:
            yield f"unknown fact {exact[1]}", "correct the id, or add the fact to content/facts.yaml"
