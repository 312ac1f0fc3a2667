"""How far each language is: of the interface and of each module."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog

from pretraject.authoring.interface import (
    LEARNERS,
    interface_locales,
    interface_path,
    interface_templates,
    read_interface,
)
from pretraject.catalogue.catalogues import is_translated, messages_of, read_catalogue, update_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, parse_state, parse_tree
from pretraject.catalogue.segments import segments_of
from pretraject.catalogue.states import keys_read, reviewed_prints
from pretraject.catalogue.translated import severities_of, translated
from pretraject.catalogue.tree import Tree, catalogue_path, read_folder, state_path
from pretraject.core.crypto import fingerprint
from pretraject.core.locales import LANGUAGES, MSGID_LOCALE, SOURCE

INTERFACE = "interface"


@dataclass(frozen=True)
class Progress:
    """What there is of one part in one language, in segments; `key_read` counts questions.

    `complete` can be shown, so it counts outdated texts and not those held back. A draft is
    complete and reviewed by nobody. Texts of the source language are neither.
    """

    segments: int
    complete: int
    draft: int = 0
    reviewed: int = 0
    key_read: int = 0
    outdated: int = 0
    held_back: int = 0
    questions: int = 0

    @property
    def percent(self) -> int:
        """Return how much is complete, rounded down, so that 100 means all."""
        return 100 * self.complete // self.segments if self.segments else 100

    def as_json(self) -> dict[str, int]:
        """Return the counts under the names of the report."""
        return {
            "segments": self.segments,
            "complete": self.complete,
            "draft": self.draft,
            "reviewed": self.reviewed,
            "keyRead": self.key_read,
            "outdated": self.outdated,
            "heldBack": self.held_back,
        }


Report = dict[str, dict[str, Progress]]
"""Progress by language tag and part: the interface, and each module by its slug."""


def report_of(folder: Path) -> Report:
    """Return how far every language of a folder is, in the registry's order."""
    tree = read_folder(folder)
    modules = parse_tree(tree).modules.values()
    found: Report = {}
    for language in LANGUAGES:
        parts = dict(_parts(folder, tree, modules, language.locale))
        if parts:
            found[language.tag] = parts
    return found


def _parts(
    folder: Path, tree: Tree, modules: Iterable[ModuleSource], locale: str
) -> Iterable[tuple[str, Progress]]:
    if locale == MSGID_LOCALE or locale in interface_locales(folder, LEARNERS):
        yield INTERFACE, _interface(folder, locale)
    for module in modules:
        if locale == SOURCE:
            count = len(segments_of(module))
            yield module.slug, Progress(count, count, questions=len(module.questions))
        elif catalogue_path(module.slug, locale) in tree:
            yield module.slug, _module(tree, module, locale)


def _interface(folder: Path, locale: str) -> Progress:
    """Count the interface, with all that the templates ask for now; nobody reviews it in a file yet."""
    template = interface_templates()[LEARNERS]
    wanted = messages_of(template)
    if locale == MSGID_LOCALE:
        return Progress(len(wanted), len(wanted))
    current = read_interface(folder, interface_path(locale, LEARNERS), locale, Findings())
    texts: Catalog = update_catalogue(current, template)
    complete = sum(is_translated(one) and not one.fuzzy for one in messages_of(texts))
    return Progress(len(wanted), complete, draft=0 if locale == SOURCE else complete)


def _module(tree: Tree, module: ModuleSource, locale: str) -> Progress:
    """Count a module; its review state says what is reviewed and which keys were read."""
    findings = Findings()
    path = catalogue_path(module.slug, locale)
    state, _ = parse_state(tree, state_path(module.slug, locale), findings)
    segments = segments_of(module)
    catalogue = read_catalogue(path, tree[path], locale, findings)
    found = translated(segments, catalogue, severities_of(module.changes))
    reviewed = reviewed_prints(state)
    texts = [(segment, text) for segment in segments if (text := found.text(segment)) is not None]
    accepted = sum((one.context, one.fingerprint, fingerprint(text)) in reviewed for one, text in texts)
    return Progress(
        segments=len(segments),
        complete=len(texts),
        draft=len(texts) - accepted,
        reviewed=accepted,
        key_read=len(keys_read(state, found.texts, module.questions)),
        outdated=len(found.outdated),
        held_back=len(found.held_back),
        questions=len(module.questions),
    )


def name_of_language(tag: str) -> str:
    """Return a language's own name."""
    return next(one.name for one in LANGUAGES if one.tag == tag)


def as_json(report: Report) -> dict[str, object]:
    """Return the report in the form other programs read."""
    return {
        "languages": {
            tag: {part: one.as_json() for part, one in parts.items()} for tag, parts in report.items()
        }
    }
