from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import parse_state, parse_tree
from pretraject.catalogue.segments import segments_of
from pretraject.catalogue.shapes import StateShape
from pretraject.catalogue.states import note_drafts, question_print, reviewed_prints, write_state
from tests.catalogue.samples import QUESTIONS, STATE, TODAY, advice_of, dutch, faults_of, replaced, sample

EMPTY = StateShape(segments=[], keys=[])


def state_of(tree):
    return parse_state(tree, STATE, Findings())[0]


def question(tree, number):
    return parse_tree(tree).modules["town"].questions[number - 1]


def test_a_draft_is_noted_once():
    segments = segments_of(parse_tree(dutch()).modules["town"])
    texts = {("arrival", "Aankomst"): "Arrival"}
    first = note_drafts(EMPTY, texts, segments, by="machine", on=TODAY)
    second = note_drafts(first, texts, segments, by="somebody", on=TODAY)

    assert [(entry.context, entry.drafted.by) for entry in second.segments] == [("arrival", "machine")]


def test_a_changed_translation_is_a_draft_again():
    segments = segments_of(parse_tree(dutch()).modules["town"])
    first = note_drafts(EMPTY, {("arrival", "Aankomst"): "Arrival"}, segments, by="machine", on=TODAY)
    reviewed = first.segments[0].model_copy(update={"reviewed": first.segments[0].drafted})
    state = StateShape(segments=[reviewed], keys=[])
    after = note_drafts(state, {("arrival", "Aankomst"): "Coming"}, segments, by="machine", on=TODAY)

    assert reviewed_prints(state)
    assert not reviewed_prints(after)


def test_a_state_is_written_sorted_and_whole():
    state = state_of(sample())
    shuffled = StateShape(segments=state.segments[::-1], keys=state.keys[::-1])

    assert write_state(shuffled).encode() == sample()[STATE]


def test_the_print_of_a_question_covers_its_key():
    changed = replaced(dutch(), QUESTIONS, "  key:\n    - b", "  key:\n    - c")

    assert question_print(question(dutch(), 1)) != question_print(question(changed, 1))


def test_a_reader_who_chose_otherwise_stops_the_release():
    tree = replaced(sample(), STATE, "chosen:\n      - b", "chosen:\n      - a")

    assert [fault for fault in faults_of(tree) if "to-001: key: a reader of the translation chose a" in fault]


def test_order_matters_only_where_the_question_asks_for_it():
    several = replaced(sample(), STATE, "      - a\n      - d", "      - d\n      - a")
    in_order = replaced(sample(), STATE, "      - c\n      - a\n      - b", "      - a\n      - b\n      - c")

    assert faults_of(several) == []
    assert any("to-005: key: a reader of the translation chose a, b, c" in f for f in faults_of(in_order))


def test_a_changed_text_makes_its_entries_stale():
    tree = sample()
    english = {path: body for path, body in tree.items() if path.startswith("translations/")}
    english["translations/en/LC_MESSAGES/town.po"] = english["translations/en/LC_MESSAGES/town.po"].replace(
        b"English: Vraag nummer 1?", b"Question 1?"
    )
    advice = advice_of({**tree, **english})

    assert any("to-001: stale: the text changed since this entry" in each for each in advice)
    assert any("to-001: stale: its key was read in an older text" in each for each in advice)


def test_without_a_state_everything_is_a_draft():
    tree = sample()
    del tree[STATE]

    assert {"bank" in fault for fault in faults_of(tree)} == {True}, "no key was read"
    assert any("no review state" in each for each in advice_of(tree))
