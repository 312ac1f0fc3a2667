"""The one registry of languages: adding one needs a line here and a catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Script = Literal["latin", "cyrillic", "arabic", "urdu", "ethiopic", "devanagari", "thai", "chinese"]

SOURCE = "nl"
"""Locale the content is written in; also the language of the authoritative text."""

MSGID_LOCALE = "en"
"""Locale of the interface's texts in code and templates, which needs no catalogue."""


@dataclass(frozen=True)
class Language:
    """A language the site can be offered in.

    `locale` names the catalogue folder and is what the database stores; `tag` is the
    BCP 47 form for HTML and URLs; `name` is in the language's own script; `region` is
    whose way of writing dates it follows, where the language alone means another one's.
    """

    locale: str
    tag: str
    name: str
    script: Script = "latin"
    region: str = ""

    @property
    def formats(self) -> str:
        """Return the locale that dates and amounts are written by."""
        return f"{self.locale}_{self.region}" if self.region else self.locale

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Say which way the script runs."""
        return "rtl" if self.script in ("arabic", "urdu") else "ltr"


LANGUAGES: tuple[Language, ...] = (
    Language("nl", "nl", "Nederlands"),
    Language("en", "en", "English", region="GB"),
    Language("fr", "fr", "Français"),
    Language("ar", "ar", "العربية", "arabic"),
    Language("tr", "tr", "Türkçe"),
    Language("ru", "ru", "Русский", "cyrillic"),
    Language("uk", "uk", "Українська", "cyrillic"),
    Language("es", "es", "Español"),
    Language("pt", "pt", "Português"),
    Language("fa", "fa", "فارسی", "arabic"),
    Language("fa_AF", "fa-AF", "دری", "arabic"),
    Language("ps", "ps", "پښتو", "arabic"),
    Language("ur", "ur", "اردو", "urdu"),
    Language("so", "so", "Soomaali"),
    Language("ti", "ti", "ትግርኛ", "ethiopic"),
    Language("th", "th", "ไทย", "thai"),
    Language("sq", "sq", "Shqip"),
    Language("ro", "ro", "Română"),
    Language("pl", "pl", "Polski"),
    Language("bg", "bg", "Български", "cyrillic"),
    Language("ku", "ku", "Kurdî (Kurmancî)"),
    Language("ckb", "ckb", "کوردی (سۆرانی)", "arabic"),
    Language("hi", "hi", "हिन्दी", "devanagari"),
    Language("zh", "zh-Hans", "简体中文", "chinese"),
)

_BY_LOCALE = {language.locale: language for language in LANGUAGES}
_BY_TAG = {language.tag.lower(): language for language in LANGUAGES} | {
    "prs": _BY_LOCALE["fa_AF"],
    "kmr": _BY_LOCALE["ku"],
    "zh": _BY_LOCALE["zh"],
    "zh-cn": _BY_LOCALE["zh"],
    "zh-sg": _BY_LOCALE["zh"],
}


def language_of(locale: str) -> Language:
    """Return the language with this locale; KeyError when the registry lacks it."""
    return _BY_LOCALE[locale]


def find_language(tag: str) -> Language | None:
    """Return the language a tag or an accepted alias stands for, whatever its case."""
    return _BY_TAG.get(tag.strip().replace("_", "-").lower())


def best_language(wanted: Iterable[str], offered: Iterable[Language]) -> Language | None:
    """Return the first wanted language that is offered, trying `fr-BE` and then `fr`."""
    available = set(offered)
    for tag in wanted:
        for candidate in (tag, tag.partition("-")[0]):
            language = find_language(candidate)
            if language in available:
                return language
    return None
