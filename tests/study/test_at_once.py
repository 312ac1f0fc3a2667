"""The same form many times at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from pretraject.accounts.models import Account
from pretraject.assessment.models import Attempt
from pretraject.completion.models import FeedEvent, TrackCompletion
from tests.site import BORN, PIN
from tests.study.asking_module import TEST, asking_site
from tests.study.entering import FILE
from tests.study.forms_sent import fill_in, hidden_fields, token
from tests.study.readers import learner
from tests.study.taking import begin, take

TIMES = 50


@pytest.fixture
def site(database_url, tmp_path):
    """A site with the module to be tested on, on either kind of database."""
    built = asking_site(database_url, tmp_path)
    yield built
    built.ground.database.dispose()


def at_once(site, client, path, form, times=TIMES):
    """Send a form from so many tabs of one browser at the same time."""
    cookie = client.get_cookie("pretraject").value

    def tab(_number):
        own = site.app.test_client()
        own.set_cookie("pretraject", cookie)
        return own.post(path, data=form)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(tab, range(times)))


def count(site, model):
    """Return how many rows there are."""
    with site.ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_handing_in_fifty_times_is_one_completion(site):
    client = learner(site, group="labour").client
    begin(client)
    take(site, client)
    path = f"{TEST}hand-in/"
    form = hidden_fields(client.get(path).text)

    answers = at_once(site, client, path, form)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert client.get(answers[0].headers["Location"]).status_code == 200
    assert count(site, TrackCompletion) == count(site, FeedEvent) == 1


def test_beginning_many_times_at_once_is_one_test(site):
    client = learner(site, group="labour").client

    answers = at_once(site, client, f"{TEST}start/", {"csrf_token": token(client)}, times=20)

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, f"{TEST}1/")}
    assert count(site, Attempt) == 1


def test_activating_many_times_at_once_lets_every_tab_in(site):
    code = site.enrol(FILE)
    client = site.client()
    fill_in(client, "/nl/activate/", code=code)
    fill_in(client, "/nl/activate/birth-date/", day=BORN.day, month=BORN.month, year=BORN.year)
    path = "/nl/activate/secret/"
    form = hidden_fields(client.get(path).text) | {"secret": PIN, "again": PIN}

    answers = at_once(site, client, path, form, times=5)

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/nl/my/")}
    assert count(site, Account) == 1
