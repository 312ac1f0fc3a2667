"""A module to be tested on: questions of every type, all there in Arabic as a machine draft."""

from datetime import UTC, datetime

from pretraject.catalogue.actions import publish
from pretraject.catalogue.building import build_release
from pretraject.catalogue.parsing import parse_tree
from tests.site import site_on
from tests.study.readers import write_interface
from tests.study.small_module import LESSON, PICTURE
from tests.world import publish_rules, rule

MODULE = "asked-country"
TEST = f"/nl/modules/{MODULE}/test/"
TYPES = {
    "single": ["a"],
    "multiple": ["a", "c"],
    "true-false": ["right"],
    "order": ["c", "a", "b"],
}
THEMES = dict(zip(TYPES, ("history", "housing", "education", "work"), strict=True))
"""Each type has a theme of its own, so that every draw has two of each."""

DRAW = {"values": 5, "practical": 8}
TOTAL = 13
WORDS = {"Vraag": "سؤال", "Antwoord": "جواب", "Daarom": "لأن", "Een gevraagd land": "بلد"}

MODULE_YAML = f"""\
title: Een gevraagd land
summary: Over vragen.
themes:
  - history
  - housing
  - education
  - work
minutes: 10
lessons:
  - only
languages:
  - nl
  - ar
draw:
  values: {DRAW["values"]}
  practical: {DRAW["practical"]}
"""


def questions():
    """Return every question: id, type, kind and key."""
    values = [(f"va-{number:03}", "single", "values", ["a"]) for number in range(1, 12)]
    types = [list(TYPES.items())[number % 4] for number in range(16)]
    return values + [
        (f"pa-{number:03}", type_, "practical", key) for number, (type_, key) in enumerate(types, start=1)
    ]


KEYS = {name: key for name, _type, _kind, key in questions()}


def segments():
    """Yield every text of the questions with its context."""
    yield "module", "Een gevraagd land"
    for name, type_, _kind, _key in questions():
        yield name, f"Vraag {name}"
        yield name, f"Daarom {name}"
        if type_ != "true-false":
            for letter in letters(type_):
                yield name, f"Antwoord {letter} op {name}"


def letters(type_):
    """Return the ids of a question's options."""
    return "abcd" if type_ == "multiple" else "abc"


def question(name, type_, kind, key):
    """Return one question as the file has it."""
    lines = [f"- id: {name}", "  lesson: only", f"  theme: {THEMES[type_]}", f"  kind: {kind}", "  use: test"]
    lines += [f"  type: {type_}", f"  text: Vraag {name}"]
    if type_ != "true-false":
        lines.append("  options:")
        for letter in letters(type_):
            lines += [f"    - id: {letter}", f"      text: Antwoord {letter} op {name}"]
    lines += ["  key:", *(f"    - {one}" for one in key), f"  explanation: Daarom {name}"]
    return "\n".join(lines) + "\n"


def in_arabic(text):
    """Return a text as the Arabic catalogue has it."""
    for dutch, arabic in WORDS.items():
        text = text.replace(dutch, arabic)
    return text


def catalogue():
    """Return the Arabic catalogue."""
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: ar\\n"\n\n'
    return head + "".join(
        f'msgctxt "{context}"\nmsgid "{text}"\nmsgstr "{in_arabic(text)}"\n\n' for context, text in segments()
    )


def files():
    """Return the module as files, by path."""
    texts = {
        "content/facts.yaml": "{}\n",
        f"content/{MODULE}/module.yaml": MODULE_YAML,
        f"content/{MODULE}/questions.yaml": "".join(question(*one) for one in questions()),
        f"content/{MODULE}/changes.yaml": "[]\n",
        f"content/{MODULE}/01-only.md": LESSON.format(title="De enige les", minutes=5).replace(
            "[de tweede les](lesson:second)", "de krant"
        ),
        f"translations/ar/LC_MESSAGES/{MODULE}.po": catalogue(),
    }
    return {path: text.encode() for path, text in texts.items()} | {
        f"content/{MODULE}/media/map.svg": PICTURE
    }


def asking_site(url, folder, **policy):
    """Build a site whose rules ask for this module."""
    write_interface(folder)
    site = site_on(url, source=folder)
    given = {"modules": [MODULE]} | policy
    tree = files()
    source = parse_tree(tree)
    assert source.findings.faults == []
    built = {slug: build_release(tree, source, module) for slug, module in source.modules.items()}
    with site.ground.database.writing() as session:
        publish_rules(session, rule("labour", **given), rule("family", **given))
        publish(session, built, at=datetime(2026, 1, 1, tzinfo=UTC))
        session.commit()
    return site
