from datetime import timedelta

from sqlalchemy import func, select

from pretraject.catalogue.findings import Findings
from pretraject.catalogue.models import Module, Release, ReleaseText, TranslationState
from pretraject.catalogue.parsing import parse_state
from pretraject.catalogue.queries import get_module, get_question, is_draft
from pretraject.catalogue.questioning import bank
from pretraject.catalogue.release_queries import released_questions, served_releases
from pretraject.catalogue.shapes import Signature, StateShape
from pretraject.catalogue.states import write_state
from tests.catalogue.releases import AT, release
from tests.catalogue.samples import CHANGES, FIRST, STATE, TODAY, dutch, replaced, sample, translated
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
