"""How each language writes: how sentences end, which letters, how it says no.

By locale, for languages that differ from the most usual. What is not here is not checked, so
a new language needs no line.
"""

import re
from functools import cache

LETTERS: dict[str, str] = {
    "latin": r"A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": r"\u0400-\u052f",
    "arabic": r"\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "ethiopic": r"\u1200-\u139f\u2d80-\u2ddf",
    "devanagari": r"\u0900-\u097f",
    "thai": r"\u0e00-\u0e7f",
    "chinese": r"\u3400-\u9fff",
}
"""The letters of a script, as the inside of a character class; Urdu has those of Arabic."""

_PERSIAN_NEGATION = (
    r"\b(نه|نیست\w*|نباید|هیچ\w*|بدون|هرگز|بی|غیر|عدم|نا\w+)|\bن(می|م|ی|ب|د|ک|ر|ش|خ|گ|ت|پ|ه|ا)\w*"
)

FULL_STOPS = {"ur": "۔", "ti": "።", "hi": "।", "zh": "。", "th": ""}
QUESTION_MARKS = {
    "ar": "؟",
    "fa": "؟",
    "fa_AF": "؟",
    "ps": "؟",
    "ur": "؟",
    "ckb": "؟",
    "ti": "?፧",
    "zh": "？",
    "th": "?",
}
COLONS = {"zh": "：", "ti": ":፦፡"}
"""Marks at the end of a sentence; Thai, which has no full stop, has an empty one."""

EVERY_STOP = ".。।።۔"
EVERY_QUESTION_MARK = "?？؟፧"
CLOSERS = "»”’\"')）］]』」*_ \u00a0"
"""What may stand behind the mark that ends a sentence."""

ZWNJ = "\u200c"
WITH_ZWNJ = frozenset({"fa", "fa_AF", "ps", "ur", "ckb"})

INFLECTS_AFTER_NUMBERS = frozenset({"ar", "ru", "uk", "pl", "bg", "es", "pt", "ro"})
"""Languages in which one and five of a thing are never said alike; French has *mois*, Dutch *uur*."""

SISTERS = {"fa_AF": ("fa",), "fa": ("fa_AF",), "uk": ("ru",), "bg": ("ru",), "ru": ("uk", "bg")}
"""Languages in whose files the text of a neighbour is easily pasted."""

_NEGATIONS = {
    "nl": r"\b(niet|geen|nooit|niemand|niets|nergens|noch|zonder|on(?:gelijk|mogelijk|geldig)\w*)\b",
    "en": r"\b(not|no|never|nobody|none|nothing|nowhere|neither|nor|without|cannot)\b|n['’]t\b",
    "fr": r"\b(ne|pas|jamais|aucun\w*|rien|personne|sans|ni|non)\b|\bn['’]",
    "ar": r"(?<!\w)[وف]?(لا|لم|لن|ليس\w*|ليست|لست|غير|دون|بدون|عدم|ما|ألا|ألّا|أبدًا|أبدا|بلا|ممنوع\w*)(?!\w)",
    "tr": r"\b(değil\w*|yok\w*|hiç\w*|asla|ne|\w*s[ıiuü]z\w*)\b"
    r"|\w(ma|me|mı|mi|mu|mü)(z|d[ıi]|y|k|m[ıi]ş|s[ıi]n|l[ıi]|n|yor|t|den|dan)?\w*\b",
    "ru": r"\b(не\w*|ни\w*|нет|нельзя|без)\b",
    "uk": r"\b(не\w*|ні\w*|немає|без)\b",
    "es": r"\b(no|nunca|jamás|nadie|ning\w+|nada|sin|ni|tampoco)\b",
    "pt": r"\b(não|nunca|jamais|ninguém|nenhum\w*|nada|sem|nem|tampouco)\b",
    "fa": _PERSIAN_NEGATION,
    "fa_AF": _PERSIAN_NEGATION,
    "ps": r"(?<!\w)(نه|نۀ|مه|هیڅ\w*|پرته|بې|نشته|نا\w+|ندي|نده|نلري|نکوي|نشي|نه‌\w*|ن\w+)(?!\w)",
    "ur": r"(?<!\w)(نہ|نہیں|مت|کبھی|کوئی|بغیر|بلا|غیر|نا\w+)(?!\w)",
    "so": r"\b(ma|aan|aanay|aanan|aanad|aanu|may|laguma|lama|looma|kuma|kama|uma|marna|la['’]aan|"
    r"mana|maaha|ha|hayn|waligii|cidna|waxba|wax|\w*ma)\b",
    "ti": r"(ኣይ|አይ|ዘይ|ኣል|የለ|የብ|ኣበይ|ብዘይ|ከይ|እንተዘይ|ኣበ|ዋላ|ፈጺም|ኣነ|ም[ንዝ])",
    "th": r"(ไม่|มิ|ห้าม|ไร้|ปราศจาก|อย่า|ยังไม่|โดยไม่)",
    "sq": r"\b(nuk|s['’]\w*|mos|pa|asnjë\w*|askush\w*|kurrë|asgjë|as|jo)\b|\bs['’]",
    "ro": r"\b(nu|niciodată|nimeni|nimic|niciun\w*|nicio|fără|nici|ne\w+)\b|\bn-",
    "pl": r"\b(nie\w*|nigdy|nikt|nikogo|nic|żad\w+|bez|ani)\b",
    "bg": r"\b(не\w*|ни\w*|няма\w*|никога|никой|без)\b",
    "ku": r"\b(ne\w*|na\w*|nî\w*|tune\w*|bê\w*|qet|tu|kes|me|\w*n[ae]\w*)\b",
    "ckb": r"(?<!\w)(نا|نە|نی|ن|بێ|هیچ|هەرگیز|مە|نییە|قەت|ب\u06d5بێ)\w*",
    "hi": r"(नहीं|न |ना |मत|बिना|कभी|कोई|किसी|बग़ैर|बगैर|अ\w+)",
    "zh": r"(不|没|無|无|未|非|勿|莫|从未|否)",
}


@cache
def negation_of(locale: str) -> re.Pattern[str] | None:
    """Return what a language says no with; None where that is not known."""
    pattern = _NEGATIONS.get(locale)
    return re.compile(pattern, re.IGNORECASE) if pattern else None


def full_stop_of(locale: str) -> str:
    """Return how a language ends a sentence; empty where it does not."""
    return FULL_STOPS.get(locale, ".")
