import pytest
from sqlalchemy import event

from pretraject.catalogue import queries
from pretraject.catalogue.questioning import bank
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.release_queries import served_releases
from pretraject.catalogue.yaml_form import write_yaml
from tests.catalogue.releases import release
from tests.catalogue.samples import MODULE, SVG, dutch, module, sample, translated


@pytest.fixture
def town(session):
    """The id of the sample's release."""
    release(session, translated(sample(), "ar", lambda text: f"عربي {text}"))
    return served_releases(session)["town"]


@pytest.fixture
def statements(database, session):
    """Every SQL statement that the session sends."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_lesson_costs_at_most_four_queries(town, session, statements):
    session.expire_all()
    statements.clear()
    queries.get_lesson(session, "town", "arrival", "en")

    assert len(statements) <= 4


def test_modules_are_listed_in_the_language(town, session):
    (card,) = queries.modules_in(session, "en")

    assert (card.slug, card.title.text, card.locale) == ("town", "English: De stad", "en")
    assert (card.lesson_count, card.minutes, card.draft) == (2, 10, True)


def test_a_module_without_the_language_is_shown_in_dutch(town, session):
    (card,) = queries.modules_in(session, "fr")

    assert (card.title.text, card.title.locale, card.locale, card.draft) == ("De stad", "nl", "nl", False)


def test_nothing_published_lists_nothing(session):
    assert queries.modules_in(session, "nl") == []


def test_a_module_has_its_outline(town, session):
    view = queries.get_module(session, "town", "nl")

    assert [(lesson.slug, lesson.title.text, lesson.position) for lesson in view.lessons] == [
        ("arrival", "Aankomst", 1),
        ("town-hall", "Gemeentehuis", 2),
    ]
    assert (view.languages, view.release_id, view.draft) == (["nl", "en"], town, False)


def test_a_lesson_knows_its_neighbours(town, session):
    first = queries.get_lesson(session, "town", "arrival", "nl")
    last = queries.get_lesson(session, "town", "town-hall", "nl")

    assert (first.previous, first.next.slug) == (None, "town-hall")
    assert (last.previous.slug, last.next) == ("arrival", None)


def test_a_lesson_is_read_in_the_language(town, session):
    view = queries.get_lesson(session, "town", "arrival", "en")

    assert view.locale == "en"
    assert view.draft
    assert "<h2>English: Het gemeentehuis</h2>" in view.body
    assert "English: Op 4 October 1830 werd" in view.body
    assert '<bdi lang="nl" dir="ltr">gemeente</bdi>' in view.body
    assert [passage.text for passage in view.objectives] == ["English: Je kent: Aankomst."]
    assert view.picture.alt.text == "English: Een deur."


def test_links_between_lessons_stay_in_the_readers_language(town, session):
    english = queries.get_lesson(session, "town", "arrival", "en").body
    dari = queries.get_lesson(session, "town", "arrival", "fa_AF").body

    assert '<a href="/en/modules/town/lessons/town-hall/">' in english
    assert '<a href="/fa-AF/modules/town/lessons/town-hall/">de volgende les</a>' in dari
    assert 'href="https://www.vlaanderen.be/x"' in english


def test_a_lesson_without_the_language_says_that_it_is_dutch(town, session):
    view = queries.get_lesson(session, "town", "arrival", "fr")

    assert view.locale == "nl"
    assert "<span lang" not in view.body
    assert view.practice[0].text.locale == "nl"


def test_practice_questions_come_with_their_lesson_and_without_key(town, session):
    (question,) = queries.get_lesson(session, "town", "arrival", "nl").practice

    assert (question.id, question.use) == ("to-007", "practice")
    assert [option.id for option in question.options] == ["a", "b", "c"]
    assert not hasattr(question, "key")


def test_true_and_false_have_no_words_of_their_own(town, session):
    question = queries.get_question(session, town, "to-002", "en")

    assert [(option.id, option.text.text) for option in question.options] == [("right", ""), ("wrong", "")]


def test_keys_are_asked_for_apart(town, session):
    assert queries.question_keys(session, town, ["to-004", "to-005"]) == {
        "to-004": ("a", "d"),
        "to-005": ("c", "a", "b"),
    }


def test_the_bank_holds_test_questions_only(town, session):
    items = bank(session, town)

    assert [item.id for item in items] == [f"to-00{n}" for n in (1, 2, 3, 4, 5, 6, 8)]
    assert [item.id for item in items if item.pilot] == ["to-008"]


def test_a_module_may_draw_as_it_likes_or_as_the_policy_says(town, session):
    release(session, translated({**dutch(), MODULE: write_yaml(module(draw=None)).encode()}))

    assert queries.own_draw(session, town) == Draw(1, 2)
    assert queries.own_draw(session, served_releases(session)["town"]) is None


def test_a_picture_is_found_by_the_address_in_its_lesson(town, session):
    src = queries.get_lesson(session, "town", "arrival", "nl").picture.src
    _, top, module_slug, digest, name = src.split("/")

    assert top == "media"
    assert queries.media(session, module_slug, digest, name).body == SVG


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (lambda s, r: queries.get_module(s, "village", "nl"), queries.ModuleNotFoundError),
        (lambda s, r: queries.get_lesson(s, "village", "arrival", "nl"), queries.ModuleNotFoundError),
        (lambda s, r: queries.get_lesson(s, "town", "station", "nl"), queries.LessonNotFoundError),
        (lambda s, r: queries.get_question(s, r, "to-999", "nl"), queries.QuestionNotFoundError),
        (lambda s, r: queries.media(s, "town", "0" * 64, "door.svg"), queries.MediaNotFoundError),
    ],
    ids=["module", "module of a lesson", "lesson", "question", "picture"],
)
def test_what_is_not_there_is_not_found(town, session, read, error):
    with pytest.raises(error):
        read(session, town)
