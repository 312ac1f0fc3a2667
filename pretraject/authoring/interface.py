"""Catalogues of the interface: texts marked in code and templates, for learners and for staff."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from pretraject.catalogue.catalogues import read_catalogue, update_catalogue, write_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.tree import INTERFACE_DOMAINS
from pretraject.core.errors import FaultyFilesError
from pretraject.core.locales import LANGUAGES, SOURCE

PACKAGE = Path(__file__).resolve().parents[1]
LEARNERS, STAFF = INTERFACE_DOMAINS
STAFF_PLACES = ("templates/staff/", "insight/", "authoring/", "exchange/", "handover/", "web/finding.py")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "_n": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
"""As `web.templating` sets Jinja up: white space is part of a text's name."""

_LOCALES = [language.locale for language in LANGUAGES]


def interface_path(locale: str, domain: str) -> str:
    """Return where an interface catalogue lies."""
    return f"translations/{locale}/LC_MESSAGES/{domain}.po"


def interface_templates(package: Path = PACKAGE) -> dict[str, Catalog]:
    """Return a catalogue without language for each domain, in order of files and lines.

    A text that learners see too stays out of the staff's catalogue.
    """
    found = {domain: Catalog(charset="utf-8") for domain in INTERFACE_DOMAINS}
    places = sorted([*package.rglob("*.py"), *(package / "templates").rglob("*.html")])
    for domain in INTERFACE_DOMAINS:
        for path in places:
            name = path.relative_to(package).as_posix()
            if (domain == STAFF) == name.startswith(STAFF_PLACES):
                _extract(path, found[domain], found[LEARNERS])
    return found


def _extract(path: Path, catalogue: Catalog, learners: Catalog) -> None:
    is_template = path.suffix == ".html"
    texts = extract_from_file(
        "jinja2.ext:babel_extract" if is_template else "python",
        path,
        keywords=KEYWORDS,
        options=_TEMPLATE_OPTIONS if is_template else {},
    )
    for _line, text, _comments, context in texts:
        known = learners.get(text if isinstance(text, str) else text[0], context)
        if catalogue is learners or known is None:
            catalogue.add(text, context=context)


def interface_locales(folder: Path, domain: str) -> list[str]:
    """Return the languages that a domain has a catalogue of."""
    return [locale for locale in _LOCALES if (folder / interface_path(locale, domain)).is_file()]


def updated_interface(
    folder: Path, templates: Mapping[str, Catalog], *, added: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Return the canonical bytes of every interface catalogue; `added` are new languages.

    Staff pages are in Dutch and English, so only Dutch gets a new catalogue of their texts.
    Raises FaultyFilesError when a catalogue cannot be read.
    """
    findings = Findings()
    found: dict[str, bytes] = {}
    for domain, template in templates.items():
        new = [locale for locale in added if domain == LEARNERS or locale == SOURCE]
        for locale in dict.fromkeys([*interface_locales(folder, domain), *new]):
            path = interface_path(locale, domain)
            current = read_interface(folder, path, locale, findings)
            found[path] = write_catalogue(update_catalogue(current, template), keep_flags=True)
    if findings.faults:
        raise FaultyFilesError(findings.faults)
    return found


def read_interface(folder: Path, path: str, locale: str, findings: Findings) -> Catalog:
    """Read an interface catalogue; an absent one is empty."""
    file = folder / path
    if not file.is_file():
        return Catalog(locale=locale, charset="utf-8")
    return read_catalogue(path, file.read_bytes(), locale, findings)
