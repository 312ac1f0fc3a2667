"""Which translation of each text may be shown: what is ready, outdated, held back or missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel.messages.catalog import Catalog, Message

from pretraject.catalogue.catalogues import is_translated
from pretraject.catalogue.segments import Segment
from pretraject.catalogue.shapes import ChangeShape, Severity

Severities = Mapping[tuple[str, str], Severity]
"""How much an edit weighs, by context and fingerprint of the new Dutch text."""


@dataclass
class Translated:
    """The state of one module in one language.

    `held_back` are texts whose Dutch changed in meaning too much for the old translation
    and that an editor declared so: Dutch is shown until they are translated again.
    """

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    outdated: list[Segment] = field(default_factory=list)
    held_back: list[Segment] = field(default_factory=list)
    missing: list[Segment] = field(default_factory=list)

    def text(self, segment: Segment) -> str | None:
        """Return the translation to show for a text; None to show the Dutch."""
        return self.texts.get((segment.context, segment.text))


def severities_of(changes: Iterable[ChangeShape]) -> Severities:
    """Return how much each noted edit weighs."""
    return {(change.context, change.source): change.severity for change in changes}


def translated(segments: Iterable[Segment], catalogue: Catalog, severities: Severities) -> Translated:
    """Sort a module's texts by what may be shown of them in the catalogue's language."""
    found = Translated()
    for segment in segments:
        message = catalogue.get(segment.text, segment.context)
        severity = severities.get((segment.context, segment.fingerprint))
        if message is not None and _may_be_shown(message, severity):
            found.texts[segment.context, segment.text] = str(message.string)
            if message.fuzzy and severity == "meaning":
                found.outdated.append(segment)
        elif severity == "answer":
            found.held_back.append(segment)
        else:
            found.missing.append(segment)
    return found


def _may_be_shown(message: Message, severity: Severity | None) -> bool:
    if not is_translated(message):
        return False
    return not message.fuzzy or severity in ("wording", "meaning")
