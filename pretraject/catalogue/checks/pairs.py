"""Checks of one text beside its source, whatever catalogue it is in."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from pretraject.catalogue.checks.habits import (
    CLOSERS,
    COLONS,
    EVERY_QUESTION_MARK,
    EVERY_STOP,
    LETTERS,
    QUESTION_MARKS,
    SISTERS,
    WITH_ZWNJ,
    ZWNJ,
    full_stop_of,
    negation_of,
)
from pretraject.core.locales import Language, Script

Found = tuple[str, str, str]
"""The check, what is wrong, the cure."""

LONG_ENOUGH = 25
"""Letters from which a text of two languages is not the same by chance, or its length says something."""

SENTENCE_WORDS = 4
"""A shorter text may be an abbreviation, which some languages end with a stop."""

MOST_FOREIGN = 0.5
SHORTEST, LONGEST = 0.35, 2.6
UNSPACED = frozenset({"chinese", "thai"})
"""Scripts without spaces between words: a name in Latin letters stands right beside them."""

SHORT_SCRIPTS: dict[Script, tuple[float, float]] = {"chinese": (0.12, 1.2), "ethiopic": (0.3, 2.2)}

_VALUE = re.compile(r"</?\w+[^<>]*>|%\(\w+\)[sd]|%%|\{[^{}]*\}|\]\([^)]*\)|https?://\S+|[\w.+-]+@[\w.-]+")
_BRACKETED = re.compile(r"\([^()]*\)|（[^（）]*）|\*[^*]+\*|“[^”]*”|«[^»]*»|\"[^\"]*\"")
_LATIN = re.compile(f"[{LETTERS['latin']}]+")
_ABBREVIATION = re.compile(r"\w\.\w\.$")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]|[^\W\d_])*")


def pair_troubles(source: str, text: str, language: Language, *, source_locale: str) -> Iterator[Found]:
    """Yield what is wrong with a translation, judged by itself and by its source."""
    yield from control_troubles(text, language.locale)
    yield from _same_text(source, text, language)
    yield from _script_troubles(source, text, language)
    yield from _end_troubles(source, text, language.locale)
    yield from _negation_troubles(source, text, source_locale, language.locale)
    yield from _length_troubles(source, text, language)


def control_troubles(text: str, locale: str) -> Iterator[Found]:
    """Yield invisible characters: they turn text round, join or part it, or hide something."""
    allowed = {ZWNJ} if locale in WITH_ZWNJ else set()
    found = {sign for sign in text if unicodedata.category(sign) in ("Cf", "Cc")} - allowed - {"\n"}
    for sign in sorted(found):
        name = unicodedata.name(sign, f"U+{ord(sign):04X}")
        yield "controls", f"an invisible character, {name}", "take it out; the page sees to the direction"


def sister_troubles(text: str, others: Mapping[str, str | None], locale: str) -> Iterator[Found]:
    """Yield which neighbouring language a text was taken over from."""
    for sister in SISTERS.get(locale, ()):
        if len(_letters(text)) >= LONG_ENOUGH and _letters(others.get(sister) or "") == _letters(text):
            yield "sister", f"word for word the text of {sister}", f"write it as {locale} does"


def _same_text(source: str, text: str, language: Language) -> Iterator[Found]:
    """Yield that a sentence is the source itself; a name, or a word that is shared, may be."""
    if source.strip() != text.strip():
        return
    words = _WORD.findall(_VALUE.sub(" ", _BRACKETED.sub(" ", source)))
    ordinary = [word for word in words if word.islower() and len(word) > 1]
    if len(ordinary) > 1 or (ordinary and language.script != "latin"):
        yield "untranslated", "the text is the source itself", "translate it"


def _script_troubles(source: str, text: str, language: Language) -> Iterator[Found]:
    """Yield letters of another script: names and Dutch words that the source has too may stay."""
    for word in _WORD.findall(_VALUE.sub(" ", text)):
        scripts = {script for script in map(script_of, word) if script}
        if len(scripts - UNSPACED) > 1 or (len(scripts) > 1 and not scripts & UNSPACED):
            names = " and ".join(sorted(scripts))
            yield "script", f"{names} letters in one word, “{word}”", "type the word anew in one script"
    own = "arabic" if language.script == "urdu" else language.script
    plain = _BRACKETED.sub(" ", _VALUE.sub(" ", text))
    for word in set(_LATIN.findall(plain)):
        if word.casefold() in source.casefold():
            plain = plain.replace(word, " ")
    letters = [script for script in map(script_of, _letters(plain)) if script]
    foreign = sum(script != own for script in letters)
    if own != "latin" and len(letters) > 3 and foreign > MOST_FOREIGN * len(letters):
        yield "script", f"mostly letters of another script than {own}", "translate it"
    if own == "latin" and foreign:
        yield "script", "letters of another script than latin", "type them anew"


@cache
def script_of(letter: str) -> str | None:
    """Return the script a letter is of; None for what every script shares."""
    for script, letters in LETTERS.items():
        if re.match(f"[{letters}]", letter):
            return script
    return None


def _letters(text: str) -> list[str]:
    return [sign for sign in text if unicodedata.category(sign).startswith("L")]


def _end_troubles(source: str, text: str, locale: str) -> Iterator[Found]:
    """Yield where the end of a sentence is not marked as in the source, in the language's own way."""
    wanted, mark = _last(source), _last(text)
    question_marks, stop = QUESTION_MARKS.get(locale, "?"), full_stop_of(locale)
    if wanted == "?":
        if mark not in question_marks and locale != "th":
            yield "end", "a question without its mark", f"end it with {question_marks[0]}"
        elif mark in EVERY_QUESTION_MARK and mark not in question_marks:
            yield "end", f"{mark} is not this language's question mark", f"end it with {question_marks[0]}"
    elif wanted == ".":
        if stop and mark != stop:
            yield "end", "a sentence without its end", f"end it with {stop}"
        elif not stop and mark in EVERY_STOP:
            yield "end", f"{mark} where this language ends a sentence with nothing", "take it out"
    elif wanted == ":":
        if mark not in COLONS.get(locale, ":"):
            yield "end", "a colon is missing at the end", f"end it with {COLONS.get(locale, ':')[0]}"
    elif (
        mark in EVERY_STOP + EVERY_QUESTION_MARK
        and wanted.isalnum()
        and len(source.split()) >= SENTENCE_WORDS
    ):
        yield "end", f"{mark} at the end, which the source has not", "take it out"


def _last(text: str) -> str:
    """Return the sign a text ends with, closing quotes and the like apart.

    A space when it is empty, a letter when it ends in an abbreviation such as `ค.ศ.`.
    """
    end = text.rstrip(CLOSERS)
    return "x" if _ABBREVIATION.search(end) else end[-1:] or " "


def _negation_troubles(source: str, text: str, source_locale: str, locale: str) -> Iterator[Found]:
    there, here = negation_of(source_locale), negation_of(locale)
    if there is None or here is None or len(_letters(source)) < LONG_ENOUGH:
        return
    if there.search(source) and not here.search(text):
        yield "negation", "the source says no, the translation does not", "look whether a “not” is missing"


def _length_troubles(source: str, text: str, language: Language) -> Iterator[Found]:
    if len(source) < LONG_ENOUGH:
        return
    shortest, longest = SHORT_SCRIPTS.get(language.script, (SHORTEST, LONGEST))
    times = len(text) / len(source)
    if times < shortest:
        yield "length", f"{times:.1f} times as long as the source", "look whether something is missing"
    elif times > longest:
        yield "length", f"{times:.1f} times as long as the source", "look whether it can be shorter"
