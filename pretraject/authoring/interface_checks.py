"""Checks of interface catalogues: complete, current, and with every value in its place."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from pretraject.authoring.interface import (
    interface_locales,
    interface_path,
    read_interface,
    updated_interface,
)
from pretraject.catalogue.catalogues import messages_of, name_of
from pretraject.catalogue.checks.habits import INFLECTS_AFTER_NUMBERS, SISTERS
from pretraject.catalogue.checks.named import Teller
from pretraject.catalogue.checks.numbers import numbers_in
from pretraject.catalogue.checks.pairs import Found, pair_troubles, sister_troubles
from pretraject.catalogue.findings import Findings
from pretraject.core.locales import MSGID_LOCALE, language_of

_VALUE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def check_interface(folder: Path, templates: Mapping[str, Catalog], findings: Findings) -> None:
    """Check every interface catalogue of a folder."""
    faults = len(findings.faults)
    for domain in templates:
        catalogues = {
            locale: read_interface(folder, interface_path(locale, domain), locale, findings)
            for locale in interface_locales(folder, domain)
        }
        for locale, catalogue in catalogues.items():
            teller = Teller(findings, interface_path(locale, domain))
            for message in messages_of(catalogue):
                others = {name: _text_in(catalogues.get(name), message) for name in SISTERS.get(locale, ())}
                for check, problem, cure in _troubles(message, catalogue, others):
                    segment = f"“{name_of(message)[1][:60]}”"
                    teller.tell(check, message.lineno, problem, cure, segment=segment)
    if len(findings.faults) > faults:
        return
    for path, body in updated_interface(folder, templates).items():
        file = folder / path
        if not file.is_file() or file.read_bytes() != body:
            problem, cure = "not current with code and templates", "run `pretraject i18n update`"
            Teller(findings, path).tell("current", None, problem, cure)


def _text_in(catalogue: Catalog | None, message: Message) -> str | None:
    found = catalogue.get(name_of(message)[1], message.context) if catalogue is not None else None
    return str(found.string) if found is not None and isinstance(found.string, str) else None


def _troubles(message: Message, catalogue: Catalog, others: Mapping[str, str | None]) -> Iterator[Found]:
    locale = str(catalogue.locale_identifier)
    if message.fuzzy:
        yield "missing", "fuzzy", "look at the translation, then take the mark off"
    texts = _texts(message)
    if not texts:
        yield "missing", "not translated", "translate it"
        return
    if isinstance(message.id, str):
        yield from _value_troubles(message.id, texts[0])
        yield from sister_troubles(texts[0], others, locale)
    else:
        yield from _plural_troubles(message.id, texts, locale)
    source = message.id if isinstance(message.id, str) else message.id[-1]
    for text in texts:
        yield from pair_troubles(source, text, language_of(locale), source_locale=MSGID_LOCALE)


def _texts(message: Message) -> list[str]:
    """Return the forms that are translated; Babel adds empty ones for those a file lacks."""
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [str(text) for text in texts if text]


def _value_troubles(text: str, translation: str) -> Iterator[Found]:
    if Counter(_VALUE.findall(text)) != Counter(_VALUE.findall(translation)):
        yield "values", "other values", f"keep exactly these: {', '.join(_VALUE.findall(text)) or 'none'}"
    if numbers_in(_VALUE.sub(" ", text)) != numbers_in(_VALUE.sub(" ", translation)):
        yield "numbers", "other numbers", "write the same numbers"


def _plural_troubles(forms: Sequence[str], texts: Sequence[str], locale: str) -> Iterator[Found]:
    """Forms for none, one or two may say the number in words; the last one may not."""
    if len(texts) != (wanted := get_plural(locale).num_plurals):
        yield "plural", f"{len(texts)} plural forms", f"this language has {wanted}"
        return
    known = {value for form in forms for value in _VALUE.findall(form)}
    for text in texts:
        if unknown := set(_VALUE.findall(text)) - known:
            yield (
                "values",
                f"unknown value {', '.join(sorted(unknown))}",
                f"use only {', '.join(sorted(known))}",
            )
    if set(_VALUE.findall(texts[-1])) != set(_VALUE.findall(forms[-1])):
        yield "values", "other values in the last form", f"keep {', '.join(_VALUE.findall(forms[-1]))}"
    if locale in INFLECTS_AFTER_NUMBERS and len(set(texts)) == 1 < len(texts) and len(set(forms)) > 1:
        yield "alike", "every plural form reads the same", "look whether the language says them alike"
