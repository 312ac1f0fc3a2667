"""Templates hold one macro a component and no inline script or style; CSS is the same in every direction."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pretraject"
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")
TEMPLATE_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
INLINE = re.compile(
    r"""<style\b | <script\b(?![^>]*\ssrc=) | <[a-z][^>]*?\s(?:style|on[a-z]+)\s*=""",
    re.VERBOSE | re.IGNORECASE,
)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?<=[{;\s])([a-z][a-z-]*)\s*:\s*([^;{}]+?)\s*(?=[;}])")
SIDE = re.compile(r"(?:^|-)(?:left|right|top|bottom)(?:-|$)")
SIDED_VALUE = re.compile(r"\b(?:left|right)\b")
TAKES_SIDE = {
    "text-align",
    "text-align-last",
    "float",
    "clear",
    "justify-content",
    "justify-items",
    "justify-self",
}
FOUR_SIDES = re.compile(
    r"^(?:margin|padding|inset|scroll-margin|scroll-padding|border-(?:width|style|color))$"
)


def wrong_components(templates):
    """Return the components that do not hold exactly one macro, named like the file."""
    found = {path: MACRO.findall(path.read_text()) for path in sorted(templates.glob("components/**/*.html"))}
    return [f"{path.name}: {macros}" for path, macros in found.items() if macros != [path.stem]]


def inline_code(templates):
    """Return the templates that need a laxer Content-Security-Policy than ours."""
    return [
        f"{path.relative_to(templates)}: {match.group()}"
        for path in sorted(templates.rglob("*.html"))
        for match in INLINE.finditer(TEMPLATE_COMMENT.sub("", path.read_text()))
    ]


def is_physical(name, value):
    """Say whether a declaration means another side in a language read from right to left."""
    sides = value.split()
    return bool(
        SIDE.search(name)
        or (name in TAKES_SIDE and SIDED_VALUE.search(value))
        or (FOUR_SIDES.match(name) and len(sides) == 4 and sides[1] != sides[3])
    )


def physical_properties(static):
    return [
        f"{path.relative_to(static)}: {name}: {value}"
        for path in sorted(static.rglob("*.css"))
        for name, value in DECLARATION.findall(CSS_COMMENT.sub("", path.read_text()))
        if is_physical(name, value)
    ]


def test_a_component_is_one_macro_named_like_its_file():
    assert wrong_components(PACKAGE / "templates") == []


def test_templates_hold_no_inline_script_or_style():
    assert inline_code(PACKAGE / "templates") == []


def test_css_knows_no_left_and_right():
    assert physical_properties(PACKAGE / "static") == []


def test_a_wrong_component_is_found(tmp_path):
    components = tmp_path / "components"
    components.mkdir()
    (components / "good.html").write_text("{% macro good(name) -%}x{%- endmacro %}")
    (components / "other.html").write_text("{%- macro another() %}{% endmacro %}")
    (components / "two.html").write_text("{% macro two() %}{% endmacro %}{% macro more() %}{% endmacro %}")
    (components / "none.html").write_text("<p>Text</p>")

    assert wrong_components(tmp_path) == [
        "none.html: []",
        "other.html: ['another']",
        "two.html: ['two', 'more']",
    ]


@pytest.mark.parametrize(
    "fault",
    [
        '<p style="color: red">',
        '<p\n  class="x"\n  style="color: red">',
        "<style>p { color: red }</style>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<button onclick="go()">',
    ],
)
def test_inline_code_is_found(tmp_path, fault):
    (tmp_path / "page.html").write_text(fault)

    assert len(inline_code(tmp_path)) == 1


def test_what_only_looks_like_inline_code_is_not(tmp_path):
    (tmp_path / "page.html").write_text(
        '{# no <style> here #}<link rel="stylesheet" href="x">'
        '<script type="module" src="x"></script><p lang="nl">'
    )

    assert inline_code(tmp_path) == []


@pytest.mark.parametrize(
    "fault",
    [
        "margin-left: 1em",
        "left: 0",
        "padding-top: 1px",
        "border-right: 1px solid",
        "border-top-left-radius: 1px",
        "text-align: left",
        "float: right",
        "margin: 0 1em 0 2em",
        "scroll-margin-top: 1em",
    ],
)
def test_a_physical_property_is_found(tmp_path, fault):
    (tmp_path / "site.css").write_text(f"@media (min-width: 30em) {{ .a {{ color: red; {fault} }} }}")

    assert physical_properties(tmp_path) == [f"site.css: {fault}"]


def test_logical_properties_are_not_found(tmp_path):
    (tmp_path / "site.css").write_text(
        "/* left: 0; */ .a:hover { margin-inline-start: 1em; text-align: start; padding: 0 1em; }"
        ".b { inset-block: 0; margin: 1px 2px 3px 2px; --left-out: 1 }"
    )

    assert physical_properties(tmp_path) == []
