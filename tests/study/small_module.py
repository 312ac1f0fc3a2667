"""A small module to read: three lessons, practice questions of all types, a draft in Arabic."""

from datetime import UTC, datetime
from textwrap import dedent

from pretraject.catalogue.actions import publish
from pretraject.catalogue.building import build_release
from pretraject.catalogue.parsing import parse_tree

MODULE = "small-country"
LESSONS = ("first", "second", "third")
DRAFT = "ar"

PRACTICE = {
    "pr-001": ("single", ["b"]),
    "pr-002": ("multiple", ["a", "c"]),
    "pr-003": ("true-false", ["right"]),
    "pr-004": ("order", ["b", "a", "c"]),
}
"""Questions inside the first lesson with their types and keys."""

TITLES = {"first": "De eerste les", "second": "De tweede les", "third": "De derde les"}
IN_ARABIC = {"De eerste les": "الدرس الأول", "Een klein land": "بلد صغير"}

MODULE_YAML = """\
title: Een klein land
summary: Over een klein land.
themes:
  - history
minutes: 20
lessons:
  - first
  - second
  - third
languages:
  - nl
  - ar
"""

LESSON = """\
---
title: {title}
minutes: {minutes}
objectives:
  - Je weet iets over het land.
picture:
  file: map.svg
  alt: Een kaart.
  caption: Het land op de kaart.
sources:
  - title: Een bron
    url: https://www.belgium.be/nl
checked: 2026-11-23
---

Het land is klein. Lees ook [de tweede les](lesson:second).

::: term gemeentehuis
Het huis van de gemeente.
:::

::: help
Vraag het aan de gemeente.
:::
"""

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><path d="M0 0H9"/></svg>\n'


def files():
    """Return the module as files, by path."""
    lessons = {
        f"content/{MODULE}/{number:02}-{slug}.md": LESSON.format(title=TITLES[slug], minutes=4 + number)
        for number, slug in enumerate(LESSONS, start=1)
    }
    catalogue = f"translations/{DRAFT}/LC_MESSAGES/{MODULE}.po"
    texts = {
        "content/facts.yaml": "{}\n",
        f"content/{MODULE}/module.yaml": MODULE_YAML,
        f"content/{MODULE}/questions.yaml": "".join(questions()),
        f"content/{MODULE}/changes.yaml": "[]\n",
        catalogue: po(),
        **lessons,
    }
    return {path: text.encode() for path, text in texts.items()} | {
        f"content/{MODULE}/media/map.svg": PICTURE
    }


def questions():
    """Yield the practice questions, and as many test questions as a test needs."""
    for name, (type_, key) in PRACTICE.items():
        yield question(name, type_, key, use="practice")
    for number in range(1, 41):
        kind = "values" if number <= 12 else "practical"
        yield question(f"te-{number:03}", "single", ["a"], use="test", kind=kind)


def question(name, type_, key, *, use, kind="practical"):
    """Return one question as the file has it."""
    options = "".join(
        f"    - id: {letter}\n      text: Antwoord {letter}\n"
        for letter in "abcd"[: 3 + (type_ == "multiple")]
    )
    if type_ == "true-false":
        options = ""
    head = f"- id: {name}\n  lesson: first\n  theme: history\n  kind: {kind}\n  use: {use}\n  type: {type_}\n"
    head += f"  text: Vraag {name}\n"
    body = f"  options:\n{options}" if options else ""
    keys = "".join(f"    - {one}\n" for one in key)
    return f"{head}{body}  key:\n{keys}  explanation: Daarom {name}.\n"


def po():
    """Return an Arabic catalogue that has the titles only."""
    entries = (
        ("module", "Een klein land"),
        ("first", "De eerste les"),
    )
    head = dedent(
        """\
        msgid ""
        msgstr ""
        "Content-Type: text/plain; charset=utf-8\\n"
        "Language: ar\\n"

        """
    )
    return head + "".join(
        f'msgctxt "{context}"\nmsgid "{text}"\nmsgstr "{IN_ARABIC[text]}"\n\n' for context, text in entries
    )


def publish_module(session):
    """Release the module."""
    tree = files()
    source = parse_tree(tree)
    assert source.findings.faults == []
    built = {slug: build_release(tree, source, module) for slug, module in source.modules.items()}
    publish(session, built, at=datetime(2026, 1, 1, tzinfo=UTC))
