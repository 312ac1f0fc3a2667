"""Takes the texts to translate out of content files, by Babel's rules for extractors."""

from collections.abc import Collection, Generator, Mapping
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from pretraject.catalogue.parsing import ModuleSource
from pretraject.catalogue.segments import Segment, segments_of

_KEYWORDS = {"pgettext": ((1, "c"), 2)}

Extracted = tuple[int, str, tuple[str, str], list[str]]


def extract_module(
    _file: object, _keywords: Mapping[str, Any], _tags: Collection[str], options: Mapping[str, Any]
) -> Generator[Extracted, None, None]:
    """Yield a module's texts for Babel: the lesson or question is the message's context.

    A text can only be told from its neighbours when the whole module is read, so this
    takes the parsed module from the options and not a file.
    """
    for segment in options["segments"]:
        yield segment.line, "pgettext", (segment.context, segment.text), [segment.place]


def template_of(module: ModuleSource) -> Catalog:
    """Return a catalogue without language that holds each text of the module once."""
    return template_from(segments_of(module))


def template_from(segments: Collection[Segment]) -> Catalog:
    """Return a catalogue without language that holds each of the texts once."""
    catalogue = Catalog(charset="utf-8")
    extractor: Any = extract_module
    found = extract(extractor, BytesIO(), keywords=_KEYWORDS, options={"segments": segments})
    for _line, text, comments, context in found:
        catalogue.add(text, auto_comments=comments, context=context)
    return catalogue
