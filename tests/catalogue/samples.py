"""A small, faultless content folder, as a mapping that tests plant faults in."""

from datetime import date

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import messages_of, update_catalogue, write_catalogue
from pretraject.catalogue.checks.everything import Circumstances, check_tree
from pretraject.catalogue.extraction import template_of
from pretraject.catalogue.parsing import parse_tree
from pretraject.catalogue.segments import segments_of
from pretraject.catalogue.shapes import StateShape
from pretraject.catalogue.states import note_drafts, note_keys, translations_in, write_state
from pretraject.catalogue.yaml_form import write_yaml

TODAY = date(2026, 11, 23)
MODULE = "content/town/module.yaml"
FIRST = "content/town/01-arrival.md"
SECOND = "content/town/02-town-hall.md"
QUESTIONS = "content/town/questions.yaml"
CHANGES = "content/town/changes.yaml"
PICTURE = "content/town/media/door.svg"
FACTS = "content/facts.yaml"
POLICY = "content/policy.yaml"
ENGLISH = "translations/en/LC_MESSAGES/town.po"
STATE = "translations/en/LC_MESSAGES/town.state.yaml"

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7"/></svg>\n'

FIRST_BODY = """\
Welkom. Je komt aan in **8** dagen.

## Het gemeentehuis

Lees ook [de volgende les](lesson:town-hall) of [de site](https://www.vlaanderen.be/x).

::: term gemeente
Een stad of dorp met een eigen bestuur.
:::

::: fact
Op {fact:independence} werd het land onafhankelijk.
:::

::: timeline
- **1830**: het land is er.
- **1831**: de koning ook.
:::
"""
SECOND_BODY = """\
In nood bel je {fact:emergency}.

| Wat | Hoeveel |
|-----|--------:|
| foto's | 2 |

::: help
Vraag het aan je gemeente.
:::
"""


def lesson(title, body, **given):
    """A lesson's file."""
    header = {
        "title": title,
        "minutes": 5,
        "objectives": [f"Je kent: {title}."],
        "picture": {"file": "door.svg", "alt": "Een deur.", "caption": f"De deur van {title}."},
        "sources": [{"title": "Vlaanderen", "url": "https://www.vlaanderen.be/"}],
        "checked": TODAY,
    }
    return f"---\n{write_yaml(header | given)}---\n\n{body}".encode()


def question(number, **given):
    """A single-choice question whose right answer is `b`."""
    sound = {
        "id": f"to-{number:03}",
        "lesson": "arrival",
        "theme": "values" if number <= 2 else "housing",
        "kind": "values" if number <= 2 else "practical",
        "use": "test",
        "type": "single",
        "text": f"Vraag nummer {number}?",
        "options": [{"id": letter, "text": f"Antwoord {letter} op {number}"} for letter in "abc"],
        "key": ["b"],
        "explanation": f"Uitleg bij {number}.",
    }
    return {key: value for key, value in (sound | given).items() if value is not None}


def questions():
    """The bank: two value and four practical test questions, a practice one and a pilot."""
    return [
        question(1),
        question(2, type="true-false", options=None, key=["right"]),
        question(3),
        question(4, type="multiple", options=_options("abcd"), key=["a", "d"]),
        question(5, type="order", options=_options("abc"), key=["c", "a", "b"]),
        question(6, lesson="town-hall"),
        question(7, use="practice"),
        question(8, pilot=True),
    ]


def _options(letters):
    return [{"id": letter, "text": f"Stap {letter}"} for letter in letters]


def fact(kind, value, **given):
    """One fact of the register."""
    sound = {"kind": kind, "value": value, "region": "belgium", "source": "Een boek", "grade": "S"}
    return sound | {"checked": TODAY, "review": date(2028, 11, 23)} | given


def module(**given):
    """`module.yaml`."""
    sound = {
        "title": "De stad",
        "summary": "Hoe je aankomt in een stad.",
        "themes": ["housing", "values"],
        "minutes": 10,
        "lessons": ["arrival", "town-hall"],
        "languages": ["nl", "en"],
        "draw": {"values": 1, "practical": 2},
    }
    return {key: value for key, value in (sound | given).items() if value is not None}


def policy(**given):
    """`policy.yaml` with one rule a track."""

    def rule(track):
        return {
            "track": track,
            "from": date(2025, 1, 1),
            "completion": "passed",
            "modules": ["town"],
            "bars": {"overall": 70, "values": 80, "practical": 50},
            "draw": {"values": 5, "practical": 10},
            "wait-hours": 24,
            "consequence": "none",
        }

    sound = {
        "groups": {"family": {"track": "family"}, "labour": {"track": "labour"}},
        "regions": ["flanders"],
        "exemptions": ["other"],
        "recipients": {"wewis": {"tracks": ["labour"]}},
        "rules": [rule("labour"), rule("family")],
    }
    return sound | given


def dutch():
    """The Dutch files."""
    facts = {
        "emergency": fact("phone", "112"),
        "independence": fact("date", date(1830, 10, 4)),
    }
    return {
        POLICY: write_yaml(policy()).encode(),
        FACTS: write_yaml(facts).encode(),
        MODULE: write_yaml(module()).encode(),
        FIRST: lesson("Aankomst", FIRST_BODY),
        SECOND: lesson("Gemeentehuis", SECOND_BODY),
        QUESTIONS: write_yaml(questions()).encode(),
        CHANGES: b"[]\n",
        PICTURE: SVG,
    }


def in_english(text):
    """A translation that keeps numbers, facts and links."""
    return f"English: {text}"


def translated(tree, locale="en", translate=in_english):
    """The tree with a whole catalogue and review state of a language."""
    parsed = parse_tree(tree).modules["town"]
    catalogue = update_catalogue(Catalog(locale=locale), template_of(parsed))
    for message in messages_of(catalogue):
        message.string = translate(message.id)
    texts = translations_in(catalogue)
    state = StateShape(segments=[], keys=[])
    state = note_drafts(state, texts, segments_of(parsed), by="machine", on=TODAY)
    chosen = {each.shape.id: each.shape.key for each in parsed.questions}
    state = note_keys(state, texts, parsed.questions, chosen=chosen, by="second-reader", on=TODAY)
    folder = f"translations/{locale}/LC_MESSAGES"
    return {
        **tree,
        f"{folder}/town.po": write_catalogue(catalogue),
        f"{folder}/town.state.yaml": write_state(state).encode(),
    }


def sample(**dutch_files):
    """The whole tree, with other Dutch files where given by path."""
    return translated({**dutch(), **dutch_files})


def replaced(tree, path, old, new):
    """The tree with a piece of one file replaced; the piece must be there."""
    text = tree[path].decode()
    assert old in text, f"{old!r} is not in {path}"
    return {**tree, path: text.replace(old, new, 1).encode()}


def faults_of(tree, **given):
    """What a check says of the tree, as text."""
    _, findings = check_tree(tree, Circumstances(given.pop("today", TODAY), **given))
    return [str(fault) for fault in findings.faults]


def advice_of(tree, **given):
    """The advice that a check gives about the tree, as text."""
    _, findings = check_tree(tree, Circumstances(TODAY, **given))
    return [str(advice) for advice in findings.advice]
