"""Ten faults planted in catalogues: each is named, with its file, its line and its check."""

import re
from collections import Counter

import pytest

from pretraject.authoring.interface import interface_templates
from pretraject.authoring.interface_checks import check_interface
from pretraject.authoring.translating import check_catalogues
from pretraject.catalogue.checks.named import CHECKS
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import parse_tree
from tests.catalogue.samples import FIRST, MODULE, dutch, replaced, translated

NOT = "Je mag hier niet stemmen in je eerste jaar."
DEFINITION = "Een stad of dorp met een eigen bestuur."
DARI = "شهر یا قریه‌ای که ادارهٔ خود را دارد و شاروالی آن را رهبری می‌کند."
FARSI = "شهر یا روستایی که مدیریت خودش را دارد و شهرداری آن را اداره می‌کند."
RUSSIAN = "Город или деревня с собственным управлением."
WORDS = {
    "en": {NOT: "You may not vote here in your first year.", DEFINITION: "A town with a council of its own."},
    "fa": {DEFINITION: FARSI},
    "fa_AF": {DEFINITION: DARI},
    "ru": {DEFINITION: RUSSIAN},
}
INTERFACE = 'a = _("Hello %(name)s")\nb = _n("%(num)s day", "%(num)s days", 2)\n'
MESSAGES = {
    "fr": 'msgid "Hello %(name)s"\nmsgstr "Bonjour %(name)s"\n',
    "ru": 'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n'
    'msgstr[0] "%(num)s день"\nmsgstr[1] "%(num)s дня"\nmsgstr[2] "%(num)s дней"\n',
}
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def po(locale, domain="town"):
    return f"translations/{locale}/LC_MESSAGES/{domain}.po"


PLANTED = {
    "a year changed": (po("en"), "English: **1830**", "English: **1831**", "numbers"),
    "a placeholder lost": (po("fr", "messages"), "Bonjour %(name)s", "Bonjour", "values"),
    "two options swapped": (
        po("en"),
        r"English: Antwoord (a) op 1|English: Antwoord (b) op 1",
        lambda match: f"English: Antwoord {'b' if match[1] else 'a'} op 1",
        "stale",
    ),
    "a Farsi text in the Dari file": (po("fa_AF"), DARI, FARSI, "sister"),
    "Latin letters in Cyrillic": (po("ru"), "Город", "Гoрод", "script"),
    "a missing plural": (po("ru", "messages"), 'msgstr[2] "%(num)s дней"\n', "", "plural"),
    "an untranslated line": (po("en"), "A town with a council of its own.", DEFINITION, "untranslated"),
    "a removed “not”": (po("en"), "You may not vote", "You may vote", "negation"),
    "a bidi override": (po("fa"), FARSI, f"\u202e{FARSI}", "controls"),
    "a doubled option": (po("en"), "English: Antwoord c op 3", "English: Antwoord a op 3", "options"),
}


@pytest.fixture
def tree():
    """The sample with a sentence that says no, in four languages, and a bit of interface."""
    files = replaced(dutch(), FIRST, "Welkom.", f"{NOT}\n\nWelkom.")
    files = replaced(files, MODULE, "  - en", "  - en\n  - fa\n  - fa_AF\n  - ru")
    for locale, words in WORDS.items():
        files = translated(files, locale, lambda text, words=words: words.get(text, f"English: {text}"))
    return files | {po(locale, "messages"): (HEADER + text).encode() for locale, text in MESSAGES.items()}


def found_in(tree, tmp_path):
    """Return how often each check says something about each file."""
    for path, body in tree.items():
        if path.endswith("messages.po"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(body)
    (tmp_path / "package" / "templates").mkdir(parents=True)
    (tmp_path / "package" / "texts.py").write_text(INTERFACE)
    templates = {"messages": interface_templates(tmp_path / "package")["messages"]}
    source = parse_tree(tree)
    check_catalogues(tree, source)
    findings = Findings()
    check_interface(tmp_path, templates, findings)
    every = [*source.findings.faults, *source.findings.advice, *findings.faults, *findings.advice]
    named = "|".join(CHECKS)
    return Counter(
        (one.file.replace(".state.yaml", ".po"), match[1])
        for one in every
        if one.line and one.cure and (match := re.search(rf"\b({named}): ", one.problem))
    )


def plant(tree, path, old, new):
    """Change a catalogue; what is to be changed must be there."""
    text = tree[path].decode()
    changed = text.replace(old, new) if isinstance(new, str) else re.sub(old, new, text)
    assert changed != text
    return {**tree, path: changed.encode()}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(tree, tmp_path, name):
    path, old, new, check = PLANTED[name]

    before = found_in(tree, tmp_path / "before")
    after = found_in(plant(tree, path, old, new), tmp_path / "after")

    assert after[path, check] > before[path, check]


def test_all_ten_are_named_at_once(tree, tmp_path):
    before = found_in(tree, tmp_path / "before")
    for path, old, new, _ in PLANTED.values():
        tree = plant(tree, path, old, new)

    after = found_in(tree, tmp_path / "after")

    unnamed = [
        name for name, (path, *_, check) in PLANTED.items() if after[path, check] <= before[path, check]
    ]
    assert unnamed == []
