"""Letters with access codes: one page a person, in Dutch and in the person's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import segno
from flask import Flask, render_template
from markupsafe import Markup

from pretraject.config import Config
from pretraject.core.locales import MSGID_LOCALE, SOURCE, Language, language_of
from pretraject.exchange.letter_rows import Letter, Situation
from pretraject.web.i18n import _, init_i18n, long_date, offered_languages, speaking
from pretraject.web.templating import init_templating

STYLE = Path(__file__).resolve().parents[1] / "static" / "letter.css"
ACTIVATION = "activate"


@dataclass(frozen=True)
class Version:
    """What every letter of a kind says, in one language."""

    language: Language
    text: Markup
    date: str
    file_number: str
    access_code: str


class Press:
    """Makes letters: everything that is the same in many of them is made once."""

    def __init__(self, config: Config, *, sender: Sequence[str], on: date) -> None:
        translations = config.source / "translations"
        self._app = Flask("pretraject", static_folder=None)
        init_i18n(self._app, translations)
        init_templating(self._app)
        self._offered = offered_languages(translations)
        self._site = config.base_url.rstrip("/")
        self._sender, self._on = sender, on
        self._version = cache(self._versioned)
        self._square = cache(square)

    def pages(self, letters: Sequence[Letter]) -> Iterator[str]:
        """Return the HTML of each letter."""
        with self._app.app_context():
            for letter in letters:
                yield self._page(letter)

    def languages_of(self, letter: Letter) -> list[Language]:
        """Return Dutch and the person's language; English where that is not known or not offered."""
        dutch = language_of(SOURCE)
        own = language_of(letter.locale) if letter.locale else None
        other = own if own in self._offered and own is not None else language_of(MSGID_LOCALE)
        return [dutch] if other == dutch else [dutch, other]

    def _page(self, letter: Letter) -> str:
        languages = self.languages_of(letter)
        address = f"{self._site}/{languages[-1].tag}/{ACTIVATION}/"
        return render_template(
            "letters/letter.html",
            letter=letter,
            sender=self._sender,
            versions=[self._version(language, letter.situation, address) for language in languages],
            address=address,
            square=self._square(address),
        )

    def _versioned(self, language: Language, situation: Situation, address: str) -> Version:
        with speaking(language):
            return Version(
                language=language,
                text=Markup(  # noqa: S704 — the template escapes what it is given
                    render_template("letters/version.html", situation=situation, address=typed(address))
                ),
                date=long_date(self._on),
                file_number=str(_("File number")),
                access_code=str(_("Access code")),
            )


def square(address: str) -> str:
    """Return a QR code that opens an address, as a picture that is part of the page."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=2))


def typed(address: str) -> str:
    """Return an address as people type it."""
    return address.partition("://")[2]


def beginning() -> str:
    """Return what stands before the first letter of a file."""
    style = STYLE.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8"><title>pretraject</title><style>{style}</style>'
    return f'<!doctype html><html lang="nl"><head>{head}</head><body>\n'


ENDING = "</body></html>\n"
