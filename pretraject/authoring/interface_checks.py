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
from pretraject.catalogue.checks.numbers import numbers_in
from pretraject.catalogue.findings import Findings

_VALUE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def check_interface(folder: Path, templates: Mapping[str, Catalog], findings: Findings) -> None:
    """Check every interface catalogue of a folder."""
    for domain in templates:
        for locale in interface_locales(folder, domain):
            path = interface_path(locale, domain)
            catalogue = read_interface(folder, path, locale, findings)
            for message in messages_of(catalogue):
                for problem, cure in _troubles(message, catalogue):
                    findings.fault(path, message.lineno, f"“{name_of(message)[1][:60]}”: {problem}", cure)
    if findings.faults:
        return
    for path, body in updated_interface(folder, templates).items():
        file = folder / path
        if not file.is_file() or file.read_bytes() != body:
            findings.fault(path, None, "not current with code and templates", "run `pretraject i18n update`")


def _troubles(message: Message, catalogue: Catalog) -> Iterator[tuple[str, str]]:
    if message.fuzzy:
        yield "fuzzy", "look at the translation, then take the mark off"
    texts = _texts(message)
    if not texts:
        yield "translation missing", "translate it"
    elif isinstance(message.id, str):
        yield from _value_troubles(message.id, texts[0])
    elif len(texts) != (wanted := get_plural(str(catalogue.locale)).num_plurals):
        yield f"{len(texts)} plural forms", f"this language has {wanted}"
    else:
        yield from _plural_troubles(message.id, texts)


def _texts(message: Message) -> list[str]:
    """Return the forms that are translated; Babel adds empty ones for those a file lacks."""
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [str(text) for text in texts if text]


def _value_troubles(text: str, translation: str) -> Iterator[tuple[str, str]]:
    if Counter(_VALUE.findall(text)) != Counter(_VALUE.findall(translation)):
        yield "values differ", f"keep exactly these: {', '.join(_VALUE.findall(text)) or 'none'}"
    if numbers_in(_VALUE.sub(" ", text)) != numbers_in(_VALUE.sub(" ", translation)):
        yield "numbers differ", "write the same numbers"


def _plural_troubles(forms: Sequence[str], translations: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Forms for none, one or two may say the number in words; the last one may not."""
    known = {value for form in forms for value in _VALUE.findall(form)}
    for translation in translations:
        if unknown := set(_VALUE.findall(translation)) - known:
            yield f"unknown value {', '.join(sorted(unknown))}", f"use only {', '.join(sorted(known))}"
    if set(_VALUE.findall(translations[-1])) != set(_VALUE.findall(forms[-1])):
        yield "values differ in the last form", f"keep {', '.join(_VALUE.findall(forms[-1]))}"
