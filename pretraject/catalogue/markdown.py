"""Markdown as our lessons use it: CommonMark with tables and named blocks, no raw HTML.

A lesson becomes a skeleton and texts. Each text is parsed by itself as a single line, so
that a translation can bring emphasis and links but never a heading, a list or a block.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape
from mdit_py_plugins.container import container_plugin

from pretraject.catalogue.facts import fill_in
from pretraject.catalogue.sanitising import sanitise_inline, sanitise_page
from pretraject.catalogue.shapes import FactShape

BLOCKS = ("term", "fact", "help", "timeline")
Piece = str | dict[str, str]
"""HTML, or `{"slot": key}` where a text goes."""

_PLACES = {
    "heading_open": "heading",
    "list_item_open": "list item",
    "th_open": "table heading",
    "td_open": "table cell",
    **{f"container_{name}_open": name for name in BLOCKS},
}
_SLOT = re.compile("\ue000([a-z0-9.]+)\ue001")
_ALIGNED = {"center": "align-center", "right": "number"}
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class BodyText:
    """One text of a lesson's body, with the kind of place it stands in."""

    key: str
    text: str
    place: str
    line: int


def one_line(text: str) -> str:
    """Return a text with its white space normalised; no-break spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def block_name(token: Token) -> str | None:
    """Return the name of the block that a token opens."""
    match = re.fullmatch("container_([a-z]+)_open", token.type)
    return match[1] if match else None


def _open_block(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    name = block_name(tokens[index]) or ""
    if name == "timeline":
        return '<div class="timeline">\n'
    if name != "term":
        return f'<aside class="{name}" role="note">\n'
    word = tokens[index].info.strip().removeprefix("term").strip()
    label = f'<p class="term-word"><bdi lang="nl" dir="ltr">{escape(word)}</bdi></p>'
    return f'<aside class="term" role="note">{label}\n'


def _close_block(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</div>\n" if tokens[index].type == "container_timeline_close" else "</aside>\n"


def _open_table(
    _self: RendererProtocol, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="table" tabindex="0"><table>\n'


def _close_table(
    _self: RendererProtocol, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</table></div>\n"


def make_parser(*, lenient: bool = False) -> MarkdownIt:
    """Return a parser; the lenient one sees HTML, pictures and bad links, to report them."""
    parser = MarkdownIt("commonmark", {"html": lenient}).enable("table")
    for name in BLOCKS:
        container_plugin(parser, name)
        parser.add_render_rule(f"container_{name}_open", _open_block)
        parser.add_render_rule(f"container_{name}_close", _close_block)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    if lenient:
        parser.validateLink = lambda url: True  # type: ignore[method-assign]
    else:
        parser.disable(["image"])
    return parser


_parser = make_parser()


def body_texts(body: str, *, first_line: int = 1) -> list[BodyText]:
    """Return the texts of a lesson's body in reading order."""
    return _cut(_parser.parse(body), first_line)


def _cut(tokens: Sequence[Token], first_line: int = 1) -> list[BodyText]:
    """Return the texts among tokens, and leave a slot where each of them stood."""
    found: list[BodyText] = []
    open_places = ["paragraph"]
    for token in tokens:
        if token.type in _PLACES:
            open_places.append(_PLACES[token.type])
        elif token.type.replace("_close", "_open") in _PLACES:
            open_places.pop()
        elif token.type == "inline" and one_line(token.content):
            key = f"body.{len(found) + 1}"
            line = (token.map[0] if token.map else 0) + first_line
            found.append(BodyText(key, one_line(token.content), open_places[-1], line))
            token.children = [Token("text", "", 0, content=f"\ue000{key}\ue001")]
    return found


def skeleton(body: str) -> list[Piece]:
    """Return a lesson's page without its words: sanitised HTML between slots."""
    env: dict[str, Any] = {}
    tokens = _parser.parse(body.replace("\ue000", "").replace("\ue001", ""), env)
    _cut(tokens)
    for token in tokens:
        _align(token)
    parts = _SLOT.split(sanitise_page(_parser.renderer.render(tokens, _parser.options, env)))
    pieces: list[Piece] = [{"slot": part} if n % 2 else part for n, part in enumerate(parts)]
    return [piece for piece in pieces if piece]


def _align(token: Token) -> None:
    """Turn the alignment of a table's column from a style into a class."""
    style = str(token.attrs.pop("style", ""))
    side = _ALIGNED.get(style.partition(":")[2].strip())
    if side:
        token.attrs["class"] = side
    if token.type == "th_open":
        token.attrs["scope"] = "col"


def text_html(text: str, facts: Mapping[str, FactShape], locale: str) -> str:
    """Return one text as sanitised HTML, its facts written for the language."""
    html = _parser.renderInline(one_line(text))
    return sanitise_inline(fill_in(html, facts, locale))
