"""Taking the test of the module that is asked about, through its pages."""

from sqlalchemy import select

from pretraject.assessment.models import Attempt, DrawnQuestion
from tests.study.asking_module import KEYS, TEST, TOTAL
from tests.study.forms_sent import fill_in, send


def begin(client, test=TEST):
    """Begin a test, or go on with the open one."""
    return send(client, f"{test}start/")


def question_page(client, number, test=TEST):
    """Return the page of a question."""
    response = client.get(f"{test}{number}/")
    assert response.status_code == 200
    return response.text


def drawn(site):
    """Return the questions of the newest attempt."""
    with site.ground.database.reading() as session:
        newest = select(Attempt.id).order_by(Attempt.id.desc()).limit(1).scalar_subquery()
        return session.scalars(
            select(DrawnQuestion).where(DrawnQuestion.attempt_id == newest).order_by(DrawnQuestion.position)
        ).all()


def of_type(site, type_):
    """Return the first question of a type in the newest attempt."""
    return next(one for one in drawn(site) if one.type == type_)


def fields(type_, ids):
    """Return an answer as the form posts it."""
    if type_ == "order":
        return {f"answer-{option}": str(place) for place, option in enumerate(ids, start=1)}
    return {"answer": list(ids)}


def answer_fields(question):
    """Return the right answer as the form posts it."""
    return fields(question.type, KEYS[question.question_id])


def wrong(question):
    """Return a wrong answer as the form posts it."""
    key = KEYS[question.question_id]
    if question.type == "order":
        return fields("order", key[::-1])
    return fields(question.type, [next(option for option in question.option_order if option not in key)])


def take(site, client, *, choose=answer_fields, but=(), test=TEST):
    """Answer every question but some."""
    for question in drawn(site):
        if question.position not in but:
            response = fill_in(client, f"{test}{question.position}/", choose(question))
            assert response.status_code == 303
    assert len(drawn(site)) == TOTAL


def hand_in(client, test=TEST):
    """Hand in and return the address of the result."""
    response = fill_in(client, f"{test}hand-in/")
    assert response.status_code == 303
    return response.headers["Location"]
