"""Interface texts in the page's language, read from the catalogues as they are committed.

Catalogues are parsed from their .po files at first use, so there is no compiled copy that
could be older than its source.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Babel, Domain, gettext, lazy_gettext, ngettext
from markupsafe import Markup

from pretraject.core.clock import LEGAL_ZONE, legal_date
from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.core.locales import LANGUAGES, MSGID_LOCALE, SOURCE, Language
from pretraject.web.context import page_language

__all__ = ["_", "_l", "_n", "init_i18n", "offered_languages"]

log = logging.getLogger(__name__)

MessageName = tuple[str | None, str]
DOMAINS = ("messages", "staff")

_ = gettext
_l = lazy_gettext
_n = ngettext


class Catalogues(Domain):  # type: ignore[misc]
    """Texts of every interface domain, one merged catalogue per language."""

    def __init__(self, folder: Path) -> None:
        super().__init__(domain=DOMAINS[0])
        self.folder = folder
        self._of_locale: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Return the texts of the page's language."""
        return self.texts_of(page_language().locale)

    def texts_of(self, locale: str) -> NullTranslations:
        """Return the merged catalogue of a locale; msgids stand where it has no text."""
        if locale not in self._of_locale:
            self._of_locale[locale] = self._read(locale)
        return self._of_locale[locale]

    def _read(self, locale: str) -> NullTranslations:
        merged = Translations()
        for domain in DOMAINS:
            path = catalogue_path(self.folder, locale, domain)
            if path.is_file():
                compiled = BytesIO()
                write_mo(compiled, read_texts(path, locale, domain))
                compiled.seek(0)
                texts = Translations(compiled, domain=domain)
                merged.merge(texts)
                merged.plural = texts.plural
        return merged


class PageBabel(Babel):  # type: ignore[misc]
    """Flask-Babel with our catalogues."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__()

    @cached_property
    def domain_instance(self) -> Domain:
        """Return the domain Flask-Babel takes its texts from."""
        return Catalogues(self.folder)


def catalogue_path(folder: Path, locale: str, domain: str) -> Path:
    """Return where the catalogue of a locale lies in a translations folder."""
    return folder / locale / "LC_MESSAGES" / f"{domain}.po"


def offered_languages(folder: Path) -> tuple[Language, ...]:
    """Return the languages whose interface is complete, in the registry's order.

    Complete is what has every text that the Dutch catalogue has. A language that is not is
    left out and named in the log. Raises FaultyFilesError when a catalogue cannot be read.
    """
    wanted = _texts_in(folder, SOURCE)
    return tuple(language for language in LANGUAGES if _is_complete(folder, language.locale, wanted))


def _is_complete(folder: Path, locale: str, wanted: Collection[MessageName]) -> bool:
    """Say whether a language has every text that is wanted; the language of the names needs none."""
    if locale == MSGID_LOCALE:
        return True
    if not catalogue_path(folder, locale, DOMAINS[0]).is_file():
        return False
    lacking = len(set(wanted) - _texts_in(folder, locale))
    if lacking:
        log.warning("%s is not offered: %d texts of its interface are missing", locale, lacking)
    return not lacking


def _texts_in(folder: Path, locale: str) -> set[MessageName]:
    """Return the names of the texts that a language has; none when it has no catalogue."""
    path = catalogue_path(folder, locale, DOMAINS[0])
    if not path.is_file():
        return set()
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in read_texts(path, locale, DOMAINS[0])
        if message.id and not message.fuzzy and message.string
        if isinstance(message.string, str) or all(message.string)
    }


def read_texts(path: Path, locale: str, domain: str) -> Catalog:
    """Read a catalogue. Raises FaultyFilesError with its line."""
    try:
        with path.open("rb") as source:
            return read_po(source, locale=locale, domain=domain, abort_invalid=True)
    except PoFileError as error:
        fault = Fault(str(path), error.lineno + 1, f"not a catalogue: {error}", "put the entry right")
    except (UnicodeDecodeError, ValueError) as error:
        fault = Fault(str(path), None, f"not a catalogue: {error}", "save the file as UTF-8")
    raise FaultyFilesError([fault])


def long_date(day: date) -> str:
    """Write a day out in the page's language, in the Gregorian calendar as the law does."""
    return str(format_date(day, "long", locale=page_language().formats))


def long_moment(moment: datetime) -> str:
    """Write a moment out in Belgian time: the day as the page's language writes it, then the hour."""
    there = moment.astimezone(LEGAL_ZONE)
    return f"{long_date(there.date())} {there:%H:%M}"


def listed(items: Sequence[str]) -> str:
    """Put things one after another as the page's language does, with its own comma and “and”."""
    written = format_list(list(items), locale=page_language().formats)
    return written.replace(", ", "، ") if page_language().direction == "rtl" else written


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write texts and dates in another language than the page's for a while."""
    own = g.get("language")
    g.language = language
    try:
        yield
    finally:
        g.language = own


def copied(text: str) -> Markup:
    """Isolate a number people copy, such as 112 or a file number, in any direction."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def init_i18n(app: Flask, folder: Path) -> None:
    """Give the application its texts and the templates their filters."""
    PageBabel(folder).init_app(app, locale_selector=lambda: page_language().locale)
    app.jinja_env.filters.update(
        long_date=long_date,
        long_moment=long_moment,
        legal_day=legal_date,
        copied=copied,
        listed=listed,
    )
