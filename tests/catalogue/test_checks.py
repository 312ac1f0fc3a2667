"""Each check has its planted fault; the sample itself has none."""

from datetime import date

import pytest

from pretraject.catalogue.checks.released import ReleasedQuestion
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.yaml_form import write_yaml
from pretraject.core.crypto import fingerprint
from tests.catalogue.samples import (
    CHANGES,
    ENGLISH,
    FACTS,
    FIRST,
    MODULE,
    PICTURE,
    QUESTIONS,
    SECOND,
    STATE,
    advice_of,
    dutch,
    faults_of,
    module,
    question,
    questions,
    replaced,
    sample,
    translated,
)


def test_the_sample_has_no_fault():
    assert faults_of(sample()) == []
    assert advice_of(sample()) == []


def bank(*changed):
    """The bank with some questions in place of others of the same id."""
    known = {one["id"]: one for one in questions()}
    return write_yaml(list((known | {one["id"]: one for one in changed}).values())).encode()


def line_of(tree, path, text):
    return tree[path].decode().split("\n").index(text) + 1


IN_A_FILE = [
    (MODULE, "minutes: 10", "minutes: 10\ncolour: red", "unknown key 'colour'"),
    (MODULE, "minutes: 10", "minutes: ten", "minutes: Input should be a valid integer"),
    (MODULE, "minutes: 10\n", "", "key 'minutes' is missing"),
    (MODULE, "  - housing", "  - cooking", "themes › item 1: Input should be"),
    (MODULE, "  - town-hall", "  - town-hall\n  - station", "there is no lesson station"),
    (MODULE, "  - town-hall\n", "", "lesson town-hall is not in module.yaml"),
    (MODULE, "  - en", "  - en\n  - xx", "unknown language xx"),
    (MODULE, "  - nl\n  - en", "  - en\n  - nl", "the source language does not come first"),
    (MODULE, "  - en", "  - en\n  - ar", "missing: town is offered in ar without a catalogue"),
    (MODULE, "minutes: 10", "minutes: &m 10", "YAML alias or anchor"),
    (MODULE, "minutes: 10", "minutes: 10\nminutes: 11", "key 'minutes' twice"),
    (MODULE, "title: De stad", "title: 'De stad'", "not in canonical form"),
    (FIRST, "minutes: 5", "minutes: 5\nlevel: A2", "unknown key 'level'"),
    (FIRST, "url: https://www.vlaanderen.be/", "url: http://www.vlaanderen.be/", "sources › item 1 › url"),
    (FIRST, "Welkom.", "<b>Welkom</b>.", "raw HTML <b>"),
    (FIRST, "Welkom.", "<div>\nWelkom.", "raw HTML <div>"),
    (FIRST, "Welkom.", "![x](https://evil.example/x.png)", "remote picture https://evil.example/x.png"),
    (FIRST, "Welkom.", "![x](//evil.example/x.png)", "remote picture //evil.example/x.png"),
    (FIRST, "Welkom.", "![x](media/door.svg)", "picture media/door.svg in a text"),
    (FIRST, "lesson:town-hall", "lesson:station", "broken link lesson:station: no such lesson"),
    (FIRST, "https://www.vlaanderen.be/x)", "http://www.vlaanderen.be/x)", "broken link http://"),
    (FIRST, "https://www.vlaanderen.be/x)", "//www.vlaanderen.be/x)", "broken link //"),
    (FIRST, "https://www.vlaanderen.be/x)", "javascript:alert(1))", "broken link javascript:"),
    (FIRST, "https://www.vlaanderen.be/x)", "../x)", "broken link ../x"),
    (FIRST, "{fact:independence}", "{fact:indepence}", "unknown fact indepence"),
    (FIRST, "{fact:independence}", "{fact: independence}", "is not how a fact is asked for"),
    (FIRST, "::: fact", "::: box", "unknown block 'box'"),
    (FIRST, "onafhankelijk.\n:::", "onafhankelijk.\n", "a block that is not closed"),
    (FIRST, "::: term gemeente", "::: term", "block 'term' with no word behind it"),
    (FIRST, "## Het", "# Het", "heading of level 1"),
    (FIRST, "Welkom.", "> Welkom.", "block quote is not allowed"),
    (FIRST, "Welkom.", "```\ncode\n```\n\nWelkom.", "code block is not allowed"),
    (FIRST, "Welkom.", "Welkom `hier`.", "code inline is not allowed"),
    (FIRST, "Welkom.", "Welkom.\\\nHier.", "hardbreak is not allowed"),
    (FIRST, "file: door.svg", "file: window.svg", "there is no picture content/town/media/window.svg"),
    (FIRST, "---\ntitle", "title", "no front matter"),
    (QUESTIONS, "- id: to-002", "- id: to-001", "duplicate id to-001, first on line 1"),
    (QUESTIONS, "id: b\n", "id: a\n", "duplicate id: to-001 has option a twice"),
    (QUESTIONS, "id: to-001", "id: question-1", "id: String should match pattern"),
    (QUESTIONS, "lesson: arrival", "lesson: station", "broken link: to-001 belongs to lesson station"),
    (QUESTIONS, "    - b\n", "    - b\n    - a\n", "to-001: wrong number of keys: 2 for type single"),
    (QUESTIONS, "    - b\n", "    - d\n", "to-001: key names d, which is no option"),
    (QUESTIONS, "Antwoord a op 1", "Antwoord b op 1", "to-001: two options say"),
    (QUESTIONS, "Uitleg bij 1.", "Uitleg <i>bij</i> 1.", "raw HTML <i>"),
    (QUESTIONS, "kind: practical", "kind: practical\n  colour: red", "unknown key 'colour'"),
    (FACTS, "kind: phone", "kind: colour", "emergency: Input tag 'colour'"),
    (FACTS, 'value: "112"', "value: 112", "value: Input should be a valid string"),
    (FACTS, "review: 2028-11-23", "review: 2026-11-22", "expired fact emergency"),
    (CHANGES, "[]", "a: 1", "not a list"),
    (CHANGES, "[]", "- context: arrival", "key 'source' is missing"),
    (STATE, "by: machine", "by: machine\n      how: fast", "unknown key 'how'"),
    (STATE, "    source: ", "    source: x", "source: String should match pattern"),
    (PICTURE, "<path", "<text>Deur</text><path", "<text> in a drawing"),
    (PICTURE, "<path", "<script>x</script><path", "<script> in a drawing"),
    (PICTURE, "<path", '<path onload="x"', "onload=… in a drawing"),
    (PICTURE, "<path", '<use href="https://evil.example/x"/><path', "href=https://evil.example/x fetches"),
    (PICTURE, "<path", '<path fill="url(https://evil.example/)"', "fetches from elsewhere"),
    (PICTURE, "<path", '<path style="fill:red"', "style=… in a drawing"),
    (PICTURE, "<svg", "<!DOCTYPE svg><svg", "a document type in a drawing"),
    (PICTURE, "/></svg>", "></svg>", "not a drawing"),
    (PICTURE, "M1", "M1 1" * 1100, "at most 4,096 are allowed"),
    (ENGLISH, '"English: Aankomst"', '""', "missing: 1 text of arrival"),
    (ENGLISH, 'msgid "Aankomst"', 'msgid "Aankomen"', "missing: 1 text of arrival"),
    (ENGLISH, "#. title\nmsgctxt", "#. title\n#, fuzzy\nmsgctxt", "missing: 1 text of module"),
    (ENGLISH, "English: Welkom. Je komt aan in **8**", "Welcome in **9**", "numbers: the translation lacks"),
    (ENGLISH, "English: **1830**", "English: **١٨٣١**", "numbers: the translation lacks"),
    (ENGLISH, "English: Op {fact:independence}", "English: On 4", "facts: other facts"),
    (ENGLISH, "English: Aankomst", "English <b>now</b>", "raw HTML <b>"),
    (ENGLISH, "English: Aankomst", "![x](https://evil.example/x.png)", "remote picture"),
    (ENGLISH, "English: Aankomst", "[x](javascript:alert(1))", "broken link javascript:"),
    (ENGLISH, "English: Lees ook [de volgende les](lesson:town-hall)", "Read", "links: other links"),
    (ENGLISH, 'msgstr "English: Aankomst"', 'msgstr "English: Aankomst', "not a line of a catalogue"),
]


@pytest.mark.parametrize(("path", "old", "new", "problem"), IN_A_FILE, ids=lambda value: str(value)[:40])
def test_a_planted_fault_is_found_with_its_file(path, old, new, problem):
    tree = sample()
    found = [fault for fault in faults_of(replaced(tree, path, old, new)) if problem in fault]

    assert found
    assert any(fault.startswith((path, SECOND, ENGLISH.replace("/en/", "/ar/"))) for fault in found)
    assert all(" — " in fault for fault in found)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (question(3, type="multiple", options=[{"id": x, "text": x} for x in "abcd"]), "1 for type multiple"),
        (question(3, type="order", key=["c", "a"]), "2 for type order"),
        (question(3, type="order", key=["a", "b", "c"]), "stand in the right order already"),
        (question(3, type="true-false", options=None, key=["right", "wrong"]), "2 for type true-false"),
        (question(3, type="true-false", key=["right"]), "a true-false question has no options"),
        (question(3, type="true-false", options=None, key=["a"]), "key names a, which is no option"),
        (question(3, options=[{"id": "b", "text": "x"}]), "1 options for a question of type single"),
        (question(3, key=["b", "b"]), "key names an option twice"),
        (question(1, use="practice"), "1 test questions of kind values; twice the draw is 2"),
        (question(3, pilot=True), "3 test questions of kind practical; twice the draw is 4"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_question_is_found(changed, problem):
    faults = faults_of(sample(**{QUESTIONS: bank(changed)}))

    assert [fault for fault in faults if problem in fault]
    assert len(faults) == 1


def test_the_line_of_a_fault_is_the_line_in_the_file():
    tree = replaced(sample(), FIRST, "Lees ook", "<i>Lees</i> ook")
    line = (
        tree[FIRST]
        .decode()
        .split("\n")
        .index(
            "<i>Lees</i> ook [de volgende les](lesson:town-hall) of [de site](https://www.vlaanderen.be/x)."
        )
    )

    assert (
        f"{FIRST}:{line + 1}: raw HTML <i> — write Markdown; write < as &lt; where a sign is meant"
        in faults_of(tree)
    )


def test_the_policys_draw_counts_where_a_module_has_none():
    tree = sample(**{MODULE: write_yaml(module(draw=None)).encode()})

    assert faults_of(tree, draws={"town": [Draw(1, 2)]}) == []
    assert len(faults_of(tree, draws={"town": [Draw(1, 2), Draw(2, 3)]})) == 2


def test_too_long_a_file_is_found():
    tree = sample(**{SECOND: dutch()[SECOND] + b"\n\nNog een zin.\n" * 2000})

    assert any("at most 16,384 are allowed" in fault for fault in faults_of(tree))


@pytest.mark.parametrize(
    "path",
    ["content/notes.txt", "content/town/notes.txt", "content/town/1-short.md", "content/town/media/x.gif"],
)
def test_a_file_that_belongs_nowhere_is_found(path):
    assert [fault for fault in faults_of({**sample(), path: b"x"}) if fault.startswith(path)]


@pytest.mark.parametrize("path", [MODULE, QUESTIONS, CHANGES, FACTS, "content/policy.yaml"])
def test_a_missing_file_is_found(path):
    tree = sample()
    del tree[path]

    assert any(fault.startswith(path) and "missing" in fault for fault in faults_of(tree))


def test_a_file_in_another_encoding_is_found():
    tree = sample()

    assert any(
        "not UTF-8" in fault for fault in faults_of({**tree, FIRST: tree[FIRST].replace(b"o", b"\xff", 1)})
    )
    assert any("not UTF-8" in fault for fault in faults_of({**tree, QUESTIONS: "é".encode("utf-16")}))


def test_two_files_of_one_lesson_are_found():
    tree = {**sample(), "content/town/03-arrival.md": dutch()[FIRST]}

    assert any("duplicate id: lesson arrival has two files" in fault for fault in faults_of(tree))


def released(number=1, **given):
    old = question(number)
    sound = {"id": old["id"], "type": old["type"], "options": ("a", "b", "c"), "html": old["text"]}
    return ReleasedQuestion(**sound | given)


def test_ids_that_are_still_there_are_fine():
    assert faults_of(sample(), released={"town": [released()]}) == []


@pytest.mark.parametrize(
    ("old", "problem"),
    [
        (released(html="Weg", id="to-099"), "id vanished since the last release: to-099"),
        (released(id="to-099"), "id changed since the last release: to-099 is now to-001"),
        (released(options=("a", "b", "c", "d")), "id vanished since the last release: option d of to-001"),
    ],
)
def test_ids_that_changed_or_vanished_are_found(old, problem):
    assert [fault for fault in faults_of(sample(), released={"town": [old]}) if problem in fault]


def test_the_end_of_a_question_may_be_meant():
    change = {
        "context": "to-099",
        "source": "0" * 16,
        "severity": "answer",
        "on": date(2026, 11, 1),
        "note": "wet",
    }
    tree = sample(**{CHANGES: write_yaml([change]).encode()})

    assert faults_of(tree, released={"town": [released(id="to-099")]}) == []


def test_a_module_that_vanished_is_found():
    assert any("the module vanished" in fault for fault in faults_of(sample(), released={"village": []}))


def severity(tree, text, weight):
    """The tree with an edit noted whose new Dutch text is this."""
    change = {"context": "arrival", "source": fingerprint(text), "severity": weight, "on": date(2026, 11, 1)}
    return {**tree, CHANGES: write_yaml([change | {"note": "beter"}]).encode()}


NEW = "Een stad of groot dorp met een eigen bestuur."


def edited(weight=None):
    """The sample whose Dutch changed after it was translated, with a fuzzy translation."""
    tree = replaced(sample(), FIRST, "Een stad of dorp met een eigen bestuur.", NEW)
    old = 'msgctxt "arrival"\nmsgid "Een stad of dorp met een eigen bestuur."'
    tree = replaced(tree, ENGLISH, old, f'#, fuzzy\nmsgctxt "arrival"\nmsgid "{NEW}"')
    return severity(tree, NEW, weight) if weight else tree


def test_an_edit_of_unknown_weight_asks_for_a_translation():
    assert any("missing: 1 text of arrival" in fault for fault in faults_of(edited()))


@pytest.mark.parametrize(
    ("weight", "said"), [("wording", ""), ("meaning", "outdated"), ("answer", "held-back")]
)
def test_an_edit_of_known_weight_is_released(weight, said):
    advice = advice_of(edited(weight))

    assert faults_of(edited(weight)) == []
    assert any(f"arrival: {said}" in each for each in advice)


def test_a_language_with_too_few_questions_left_is_refused():
    tree = translated(dutch(), translate=lambda text: "" if text == "Vraag nummer 1?" else f"E: {text}")
    change = {"context": "to-001", "source": fingerprint("Vraag nummer 1?"), "severity": "answer"}
    tree[CHANGES] = write_yaml([change | {"on": date(2026, 11, 1), "note": "wet"}]).encode()

    assert any(
        "with their key read, the bank has 1 test questions of kind values" in f for f in faults_of(tree)
    )


TEN = [
    (MODULE, "minutes: 10", "minutes: 10\ncolour: red", "unknown key 'colour'"),
    (FIRST, "Welkom.", "<b>Welkom</b>.", "raw HTML <b>"),
    (FIRST, "lesson:town-hall", "lesson:station", "broken link lesson:station"),
    (FIRST, "{fact:independence}", "{fact:indepence}", "unknown fact indepence"),
    (SECOND, "In nood", "![x](https://evil.example/x.png) In nood", "remote picture"),
    (QUESTIONS, "    - b\n", "    - b\n    - a\n", "wrong number of keys"),
    (QUESTIONS, "- id: to-002", "- id: to-001", "duplicate id to-001"),
    (QUESTIONS, "kind: values", "kind: practical", "twice the draw is 2"),
    (FACTS, "review: 2028-11-23", "review: 2026-11-22", "expired fact emergency"),
    (CHANGES, "[]", "[ ]", "not in canonical form"),
    (STATE, "  - context: arrival", "  - context: &x arrival", "YAML alias"),
    (ENGLISH, '"English: Gemeentehuis"', '""', "missing: 2 texts of town-hall"),
    (ENGLISH, "English: **1830**", "English: **1381**", "numbers: the translation lacks"),
]


def test_many_different_faults_are_all_told_at_once():
    tree = sample()
    for path, old, new, _ in TEN:
        tree = replaced(tree, path, old, new)
    faults = faults_of(tree)

    assert [problem for *_, problem in TEN if not any(problem in fault for fault in faults)] == []


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (FACTS, None, "no lesson uses fact"),
        ("content/town/media/window.svg", b"<svg/>", "no lesson shows this picture"),
    ],
)
def test_what_nobody_uses_is_advice(path, body, said):
    tree = sample(**{SECOND: dutch()[SECOND].replace(b"{fact:emergency}", b"112")})
    tree |= {path: body} if body else {}

    assert faults_of(tree) == []
    assert any(said in each for each in advice_of(tree))
