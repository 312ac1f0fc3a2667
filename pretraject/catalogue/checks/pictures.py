"""Checks of pictures: small, without words, without anything that runs or is fetched."""

from collections.abc import Callable, Mapping
from xml.parsers import expat

from pretraject.catalogue.findings import Findings

SVG_LIMIT = 4 * 1024
SHAPES = {
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "clipPath",
    "mask",
    "path",
    "circle",
    "ellipse",
    "rect",
    "line",
    "polyline",
    "polygon",
}
_WEBP = (b"RIFF", b"WEBP")


def check_picture(path: str, body: bytes, findings: Findings) -> None:
    """Check one file of a media folder."""
    if path.endswith(".svg"):
        _check_svg(path, body, findings)
    elif not path.endswith(".webp"):
        findings.fault(path, None, "a file of a kind that is not used", "use SVG or WebP")
    elif (body[:4], body[8:12]) != _WEBP:
        findings.fault(path, None, "not a WebP picture", "save the picture as WebP")


def _check_svg(path: str, body: bytes, findings: Findings) -> None:
    if len(body) > SVG_LIMIT:
        problem = f"a drawing of {len(body):,} bytes; at most {SVG_LIMIT:,} are allowed"
        findings.fault(path, None, problem, "simplify it: fewer points, whole numbers")
    parser = expat.ParserCreate(namespace_separator=" ")

    def fault(problem: str, cure: str) -> None:
        findings.fault(path, parser.CurrentLineNumber, problem, cure)

    def start(name: str, attributes: Mapping[str, str]) -> None:
        shape = name.rpartition(" ")[2]
        if shape not in SHAPES:
            fault(f"<{shape}> in a drawing", "draw shapes only: no text, script, style or picture")
        for key, value in attributes.items():
            _check_attribute(key.rpartition(" ")[2], value, fault)

    def text(words: str) -> None:
        if words.strip():
            fault(
                f"words in a drawing: {words.strip()[:40]}",
                "put them in `alt` and `caption`: those get translated",
            )

    def doctype(*_parts: object) -> None:
        fault("a document type in a drawing", "take the line <!DOCTYPE …> out")

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        findings.fault(
            path, error.lineno, f"not a drawing: {expat.ErrorString(error.code)}", "save it as SVG again"
        )


def _check_attribute(name: str, value: str, fault: Callable[[str, str], None]) -> None:
    if name.lower().startswith("on"):
        fault(f"{name}=… in a drawing", "take it out: drawings do not run")
    elif name == "style":
        fault("style=… in a drawing", "use attributes such as fill and stroke")
    elif (name == "href" or "url(" in value) and not value.replace("url(", "").startswith("#"):
        fault(f"{name}={value[:40]} fetches from elsewhere", "draw it in the file itself")
