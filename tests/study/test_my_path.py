"""My path: where one is, what counts and by when, in words."""

import random
from datetime import date, timedelta

import pytest

from pretraject.assessment import actions as assessment
from pretraject.assessment.queries import drawn
from pretraject.catalogue.queries import get_module, question_keys
from pretraject.completion.actions import record
from pretraject.core.clock import legal_date
from tests.study.readers import learner, reading_site
from tests.study.small_module import MODULE
from tests.world import held, publish_rules, rule

HOUR = timedelta(hours=1)


def path_of(reader, language="nl"):
    response = reader.client.get(f"/{language}/my/")
    assert response.status_code == 200
    return response.text


def take_test(site, reader, *, right, at=None, drafted=False):
    """Take the module's test, all right or all wrong."""
    at = at or site.clock()
    with site.ground.database.writing() as session:
        person = reader.person(session)
        release = get_module(session, MODULE, "nl").release_id
        attempt = assessment.start(
            session,
            person=person,
            module=MODULE,
            release_id=release,
            random=random.Random(1),
            locale="nl",
            drafted=drafted,
            at=at,
        )
        for question in drawn(session, attempt):
            key = question_keys(session, release, [question.question_id])[question.question_id]
            assessment.save_answer(
                session,
                held(session, attempt, question.position),
                answer=key if right else ["c"],
                locale="nl",
                drafted=drafted,
                at=at,
            )
        assessment.hand_in(session, person=person, attempt=attempt, at=at)
        record(session, person=person, at=at)
        session.commit()
        return attempt.public_id


def test_my_path_asks_to_sign_in(reading):
    response = reading.client().get("/nl/my/")

    assert response.status_code == 303
    assert response.headers["Location"] == "/nl/sign-in/?next=%2Fnl%2Fmy%2F"


def test_the_rule_is_told_in_words(reading):
    text = path_of(learner(reading, group="labour"))

    assert "A module counts when you have passed its test." in text
    for mark in ("70% of all questions", "80% of the questions about norms", "50% of the practical"):
        assert mark in text


@pytest.mark.parametrize(
    ("completion", "words"), [("followed", "read all its lessons"), ("tested", "You do not have to pass")]
)
def test_a_rule_without_marks_names_none(sqlite_url, tmp_path, completion, words):
    site = reading_site(sqlite_url, tmp_path, completion=completion)
    text = path_of(learner(site, group="labour"))

    assert words in text
    assert "80%" not in text
    site.ground.database.dispose()


def test_an_account_without_code_is_told_how_to_link_one(learning):
    text = path_of(learner(learning))

    assert 'href="/nl/my/account/code/"' in text
    assert "part of what you have to do" not in text


def test_for_a_family_it_is_voluntary(reading):
    text = path_of(learner(reading, group="family"))

    assert "Taking part is voluntary. It has no effect on your visa." in text
    assert "work permit" not in text


def test_for_a_permit_of_another_region_it_is_voluntary(reading):
    text = path_of(learner(reading, group="labour", region="brussels", permit_expiry=date(2027, 8, 31)))

    assert "another region than Flanders decides about your permit" in text
    assert "Renewal window" not in text


def test_there_is_no_deadline_before_arrival(reading):
    text = path_of(learner(reading, group="labour"))

    assert "There is no deadline before you arrive." in text
    assert "starts after you arrive" in text
    assert "Complete the course by" not in text


def test_a_date_of_arrival_to_come_is_no_deadline_yet(reading):
    coming = legal_date(reading.clock()) + timedelta(days=30)
    text = path_of(learner(reading, group="labour", arrival_date=coming))

    assert "There is no deadline before you arrive." in text
    assert "You arrive on" in text


def test_after_arrival_the_end_of_the_term_is_told(reading):
    text = path_of(learner(reading, group="labour", arrival_date=date(2026, 8, 31)))

    assert "There is no deadline" not in text
    assert "31 augustus 2026" in text
    assert "28 februari 2027" in text


def test_the_dates_of_renewal_are_told(reading):
    text = path_of(learner(reading, group="labour", permit_expiry=date(2027, 8, 31)))

    assert "Renewal window opens on" in text
    assert "16 april 2027" in text
    assert "1 juli 2027" in text


def test_legal_dates_are_gregorian_in_arabic(reading):
    text = path_of(learner(reading, group="labour", permit_expiry=date(2027, 8, 31)), "ar")

    assert "أبريل 2027" in text


def test_a_consequence_to_come_is_told_with_its_date(reading):
    with reading.ground.database.writing() as session:
        later = rule(modules=[MODULE], consequence="no-renewal") | {"from": date(2027, 9, 1)}
        publish_rules(
            session, rule(modules=[MODULE]), later, rule("family", modules=[MODULE]), at=reading.clock()
        )
        session.commit()
    labour, partner = learner(reading, group="labour"), learner(reading, group="partner")

    assert "From 1 september 2027 on, WEWIS" in path_of(labour)
    assert "2027 on, WEWIS" not in path_of(partner)
    assert "From 1 september 2027 on, WEWIS" in reading.client().get("/nl/").text


def test_an_exemption_is_told_in_words(reading):
    text = path_of(learner(reading, group="labour", exemption="seasonal"))

    assert "You do not have to follow this course: you come for seasonal work." in text
    assert "By when" not in text


def test_a_failed_test_is_listed_with_the_waiting_time(learning):
    reader = learner(learning, group="labour")
    result = take_test(learning, reader, right=False, at=learning.clock() - HOUR)
    text = path_of(reader)

    assert f'href="/nl/results/{result}/"' in text
    assert "not passed yet" in text
    assert "24 november 2026 12:00" in text


def test_after_the_waiting_time_nothing_is_said_of_it(reading):
    reader = learner(reading, group="labour")
    take_test(reading, reader, right=False, at=reading.clock() - 25 * HOUR)

    assert "again from" not in path_of(reader)


def test_a_failed_draft_does_not_make_wait(reading):
    reader = learner(reading, group="labour")
    take_test(reading, reader, right=False, at=reading.clock() - HOUR, drafted=True)

    assert "again from" not in path_of(reader)


def test_a_completed_track_leads_to_its_confirmation(learning):
    reader = learner(learning, group="labour")
    take_test(learning, reader, right=True)
    text = path_of(reader)

    assert "You have completed the course" in text
    assert 'href="/nl/my/confirmation/' in text
    assert "By when" not in text


def test_nothing_personal_of_another_learner_is_seen(learning):
    take_test(learning, learner(learning, group="labour"), right=True)

    assert "results/" not in path_of(learner(learning, group="labour"))
