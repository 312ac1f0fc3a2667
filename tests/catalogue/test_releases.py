from datetime import date, timedelta

from sqlalchemy import func, select

from pretraject.catalogue.findings import Findings
from pretraject.catalogue.models import Module, Release, ReleaseText, TranslationState
from pretraject.catalogue.parsing import parse_state
from pretraject.catalogue.queries import get_lesson, get_module, get_question, is_draft
from pretraject.catalogue.questioning import bank, texts_of_test
from pretraject.catalogue.release_queries import released_questions, served_releases
from pretraject.catalogue.shapes import Signature, StateShape
from pretraject.catalogue.states import write_state
from tests.catalogue.releases import AT, release
from tests.catalogue.samples import CHANGES, FIRST, MODULE, STATE, TODAY, dutch, replaced, sample, translated
from tests.catalogue.test_checks import edited


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def reviewed(tree):
    """The tree with every text reviewed by a person."""
    state, _ = parse_state(tree, STATE, Findings())
    by = Signature(by="reader", on=TODAY)
    entries = [entry.model_copy(update={"reviewed": by}) for entry in state.segments]
    return {**tree, STATE: write_state(StateShape(segments=entries, keys=state.keys)).encode()}


def test_publishing_makes_a_release(session):
    published = release(session, sample())

    assert [(each.module, each.number, each.new) for each in published] == [("town", 1, True)]
    assert session.scalars(select(Release)).one().published_at == AT


def test_the_same_content_is_not_released_twice(session):
    release(session, sample())
    published = release(session, sample(), at=AT + timedelta(days=1))

    assert [(each.number, each.new) for each in published] == [(1, False)]
    assert count(session, Release) == 1


def test_changed_content_is_a_new_release_and_the_old_one_stays(session):
    release(session, sample())
    texts = count(session, ReleaseText)
    release(session, translated(replaced(dutch(), FIRST, "Welkom.", "Dag.")))

    assert session.scalars(select(Release.number).order_by(Release.number)).all() == [1, 2]
    assert count(session, ReleaseText) == 2 * texts


def test_going_back_serves_the_old_release_again(session):
    release(session, sample())
    first = served_releases(session)
    release(session, translated(replaced(dutch(), FIRST, "Welkom.", "Dag.")))
    published = release(session, sample())

    assert (published[0].number, published[0].new) == (1, False)
    assert served_releases(session) == first


def test_a_review_makes_no_release_but_takes_the_label_off(session):
    release(session, sample())
    before = is_draft(session, "town", "en", ["arrival"])
    published = release(session, reviewed(sample()))

    assert before
    assert not published[0].new
    assert not is_draft(session, "town", "en", ["arrival"])
    assert not get_module(session, "town", "en").draft


def test_dutch_is_never_a_draft(session):
    release(session, sample())

    assert session.scalars(select(TranslationState.locale).distinct()).all() == ["en"]
    assert not is_draft(session, "town", "nl", ["arrival"])


def test_a_question_held_back_is_neither_drawn_nor_shown_in_that_language(session):
    text = "Vraag nummer 3?"
    tree = translated(dutch(), translate=lambda dutch: "" if dutch == text else f"E: {dutch}")
    release(session, tree)
    served = served_releases(session)["town"]

    assert "to-003" in {item.id for item in bank(session, served)}
    assert "to-003" not in {item.id for item in bank(session, served, "en")}
    assert get_question(session, served, "to-003", "en").text.locale == "nl"
    assert get_question(session, served, "to-003", "en").options[0].text.locale == "nl"


def test_an_outdated_translation_is_shown_when_the_edit_is_light(session):
    assert "English: Een stad of dorp" in body_of(session, edited("wording"))


def test_an_outdated_translation_is_held_back_when_the_edit_weighs(session):
    body = body_of(session, edited("answer"))

    assert '<span lang="nl" dir="ltr">Een stad of groot dorp met een eigen bestuur.</span>' in body
    assert "English: Op 4 October 1830" in body


def body_of(session, tree):
    from pretraject.catalogue.queries import get_lesson  # noqa: PLC0415

    release(session, tree)
    return get_lesson(session, "town", "arrival", "en").body


def test_what_was_released_can_be_compared_with(session):
    release(session, sample())
    found = {question.id: question for question in released_questions(session)["town"]}

    assert len(found) == 8
    assert found["to-002"].options == ("right", "wrong")
    assert found["to-001"].html == "Vraag nummer 1?"


def test_notes_about_edits_are_no_content(session):
    release(session, sample())
    noted = edited("wording")[CHANGES]
    published = release(session, {**sample(), CHANGES: noted})

    assert not published[0].new
    assert count(session, Module) == 1


def test_a_change_of_meaning_is_dated(session):
    release(session, edited("meaning"))

    lesson = get_lesson(session, "town", "arrival", "en")
    assert lesson.changed_on == date(2026, 11, 1)
    assert not lesson.mixed
    assert get_lesson(session, "town", "town-hall", "en").changed_on is None
    assert get_lesson(session, "town", "arrival", "nl").changed_on is None


def test_a_wording_is_neither_dated_nor_mixed(session):
    release(session, edited("wording"))

    lesson = get_lesson(session, "town", "arrival", "en")
    assert (lesson.changed_on, lesson.mixed) == (None, False)


def test_what_is_held_back_is_in_the_second_language_where_that_is_there(session):
    tree = translated(edited("answer"), "fr", lambda dutch: f"Français : {dutch}")
    tree = replaced(tree, MODULE, "  - en", "  - en\n  - fr")
    release(session, tree)

    in_second = str(get_lesson(session, "town", "arrival", "en", second="fr").body)
    lesson = get_lesson(session, "town", "arrival", "en")

    assert '<span lang="fr" dir="ltr">Français : Een stad of groot dorp' in in_second
    assert '<span lang="nl" dir="ltr">Een stad of groot dorp' in str(lesson.body)
    assert lesson.mixed


def test_a_question_held_back_is_in_the_second_language_where_that_is_there(session):
    text = "Vraag nummer 3?"
    tree = translated(dutch(), translate=lambda dutch: "" if dutch == text else f"E: {dutch}")
    tree = replaced(translated(tree, "fr", lambda dutch: f"F: {dutch}"), MODULE, "  - en", "  - en\n  - fr")
    release(session, tree)
    served = served_releases(session)["town"]

    texts = texts_of_test(session, "town", served, ["to-003"], ["en", "fr"])

    assert texts.question("to-003", "en", second="fr").text.text == f"F: {text}"
    assert texts.question("to-003", "en").text.locale == "nl"


def test_the_dutch_stands_beside_each_text_on_request(session):
    release(session, sample())

    plain = str(get_lesson(session, "town", "arrival", "en").body)
    beside = str(get_lesson(session, "town", "arrival", "en", beside=True).body)
    in_dutch = get_lesson(session, "town", "arrival", "nl", beside=True).body

    assert 'class="dutch"' not in plain
    assert beside.count('<span class="dutch" lang="nl" dir="ltr">') == plain.count("English: ")
    assert str(in_dutch) == str(get_lesson(session, "town", "arrival", "nl").body)


def test_a_question_whose_key_nobody_read_is_a_pilot_in_that_language_only(session):
    tree = replaced(sample(), STATE, "question: to-003", "question: to-099")
    release(session, tree)
    served = served_releases(session)["town"]

    pilots = {item.id for item in bank(session, served, "en") if item.pilot}

    assert pilots == {"to-003", "to-008"}
    assert {item.id for item in bank(session, served) if item.pilot} == {"to-008"}
    assert {item.id for item in bank(session, served, "nl") if item.pilot} == {"to-008"}


def test_a_key_read_later_counts_without_a_new_release(session):
    release(session, replaced(sample(), STATE, "question: to-003", "question: to-099"))
    again = release(session, sample(), at=AT + timedelta(days=1))
    served = served_releases(session)["town"]

    assert [one.new for one in again] == [False]
    assert {item.id for item in bank(session, served, "en") if item.pilot} == {"to-008"}
