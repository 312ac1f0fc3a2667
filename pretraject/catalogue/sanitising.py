"""The explicit lists of what HTML may come out of content; everything else is dropped."""

import re

import nh3

INLINE_TAGS = {"a", "bdi", "code", "em", "strong"}
BLOCK_TAGS = {
    "aside",
    "div",
    "h2",
    "h3",
    "li",
    "ol",
    "p",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
LESSON_LINK = re.compile(r"lesson:[a-z0-9]+(?:-[a-z0-9]+)*")
_HTTPS_LINK = re.compile(r"https://[A-Za-z0-9][^\s/\\]*(?:[/?#][^\s\\]*)?")
_FIXED = {
    ("aside", "class"): {"term", "fact", "help"},
    ("aside", "role"): {"note"},
    ("bdi", "dir"): {"ltr"},
    ("bdi", "lang"): {"nl"},
    ("div", "class"): {"table", "timeline"},
    ("div", "tabindex"): {"0"},
    ("ol", "start"): {str(number) for number in range(1, 100)},
    ("p", "class"): {"term-word"},
    ("td", "class"): {"align-center", "number"},
    ("th", "class"): {"align-center", "number"},
    ("th", "scope"): {"col"},
}
"""The attributes we write ourselves, with every value they may have."""


def is_safe_link(address: str) -> bool:
    """Say whether a link leads to a lesson of ours or, by https, to a page elsewhere."""
    return bool(LESSON_LINK.fullmatch(address) or _HTTPS_LINK.fullmatch(address))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep an attribute only with a value that we write ourselves, or a safe link."""
    if (tag, name) == ("a", "href"):
        return value if is_safe_link(value) else None
    return value if value in _FIXED.get((tag, name), ()) else None


def _attributes(tags: set[str]) -> dict[str, set[str]]:
    """Return the attributes that tags may have at all."""
    allowed: dict[str, set[str]] = {"a": {"href"}}
    for tag, name in _FIXED:
        if tag in tags:
            allowed.setdefault(tag, set()).add(name)
    return allowed


def _clean(html: str, tags: set[str]) -> str:
    return nh3.clean(
        html,
        tags=tags,
        clean_content_tags={"script", "style"},
        attributes=_attributes(tags),
        attribute_filter=_attribute,
        url_schemes={"https", "lesson"},
        link_rel=None,
    )


def sanitise_inline(html: str) -> str:
    """Return a text's HTML with nothing in it but emphasis, links and isolated numbers."""
    return _clean(html, INLINE_TAGS)


def sanitise_page(html: str) -> str:
    """Return a lesson's HTML with nothing in it but the blocks we know."""
    return _clean(html, INLINE_TAGS | BLOCK_TAGS)
