"""Brings the catalogues of the modules in line with their Dutch texts, and judges them."""

from collections.abc import Iterable
from datetime import date

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import (
    read_catalogue,
    update_catalogue,
    write_catalogue,
)
from pretraject.catalogue.checks.translations import check_translations
from pretraject.catalogue.extraction import template_of
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, Source, parse_state, parse_tree
from pretraject.catalogue.segments import segments_of
from pretraject.catalogue.states import note_drafts, translations_in, write_state
from pretraject.catalogue.tree import Tree, catalogue_path, module_of_catalogue, state_path
from pretraject.core.errors import FaultyFilesError
from pretraject.core.locales import LANGUAGES, SOURCE

_LOCALES = {language.locale for language in LANGUAGES}


def catalogues_of(tree: Iterable[str], source: Source) -> list[tuple[ModuleSource, str]]:
    """Return each module with each language it is or will be offered in, Dutch apart."""
    found = []
    for module in source.modules.values():
        there = {locale for path in tree if (locale := _locale_in(path, module.slug))}
        for locale in sorted((set(module.shape.languages) | there) & _LOCALES - {SOURCE}):
            found.append((module, locale))
    return found


def _locale_in(path: str, module: str) -> str | None:
    named = module_of_catalogue(path)
    return named[0] if named and named[1] == module and path.endswith(".po") else None


def updated_catalogues(
    tree: Tree, source: Source, wanted: Iterable[tuple[ModuleSource, str]] | None = None
) -> dict[str, bytes]:
    """Return the canonical bytes of every module catalogue, up to date with the Dutch.

    Raises FaultyFilesError when the Dutch cannot be read whole, since texts would be lost.
    """
    if source.findings.faults:
        raise FaultyFilesError(source.findings.faults)
    findings = Findings()
    found: dict[str, bytes] = {}
    for module, locale in catalogues_of(tree, source) if wanted is None else wanted:
        path = catalogue_path(module.slug, locale)
        body = tree.get(path)
        current = read_catalogue(path, body, locale, findings) if body else Catalog(locale=locale)
        found[path] = write_catalogue(update_catalogue(current, template_of(module), pair=True))
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    return found


def drafted_states(tree: Tree, source: Source, *, by: str, on: date) -> dict[str, bytes]:
    """Return every review state with a draft noted for each translation that has no entry yet.

    Entries for texts that are gone or changed go. Raises FaultyFilesError.
    """
    findings = Findings()
    found: dict[str, bytes] = {}
    for module, locale in catalogues_of(tree, source):
        path, state_file = catalogue_path(module.slug, locale), state_path(module.slug, locale)
        texts = translations_in(read_catalogue(path, tree[path], locale, findings))
        state, _ = parse_state(tree, state_file, findings)
        noted = note_drafts(state, texts, segments_of(module), by=by, on=on)
        if noted.segments or noted.keys:
            found[state_file] = write_state(noted).encode()
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    return found


def check_catalogues(tree: Tree, source: Source) -> None:
    """Note in the source's findings what is wrong with the catalogues of its modules."""
    findings = source.findings
    whole = not findings.faults
    for module, locale in catalogues_of(tree, source):
        check_translations(tree, module, locale, draws=(), facts=source.facts, findings=findings)
    if not whole:
        return
    try:
        forms = updated_catalogues(tree, parse_tree(tree))
    except FaultyFilesError:
        return
    for path, body in forms.items():
        if tree.get(path) not in (None, body):
            findings.fault(path, None, "not current with the Dutch", "run `pretraject i18n update`")
