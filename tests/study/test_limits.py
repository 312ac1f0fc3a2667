"""Limits on opening accounts and on tests; who is behind a proxy is told apart by it alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pretraject.accounts.models import Account, Throttle
from pretraject.accounts.rules import REGISTRATION_DELAY
from pretraject.assessment.queries import TRIES_A_DAY, again_from, attempts_of
from tests.site import PIN, site_on
from tests.study.forms_sent import token
from tests.world import AT, DAY, learner, make_release, publish_rules, take_test

REGISTER = "/nl/register/"


def register(client, number, **headers):
    """Open an account for one more address."""
    form = {"email": f"learner{number}@example.org", "secret": PIN, "again": PIN, "group": "family"}
    return client.post(REGISTER, data=form | {"csrf_token": token(client)}, headers=headers)


def accounts(site):
    with site.ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Account))


@pytest.fixture
def crowded(sqlite_site, monkeypatch):
    """A site where few accounts may be opened from one address."""
    few = REGISTRATION_DELAY.__class__(2, timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
    monkeypatch.setattr("pretraject.accounts.tries.REGISTRATION_DELAY", few)
    return sqlite_site


def test_many_accounts_from_one_address_are_slowed_down_and_said(crowded):
    statuses = [register(crowded.client(), number).status_code for number in range(4)]

    assert statuses == [303, 303, 429, 429]
    assert accounts(crowded) == 2


def test_the_wait_for_another_account_ends(crowded):
    for number in range(3):
        register(crowded.client(), number)
    crowded.clock.forward(minutes=2)

    assert register(crowded.client(), 9).status_code == 303


def test_what_was_typed_is_still_there_when_one_has_to_wait(crowded):
    answers = [register(crowded.client(), number) for number in range(3)]

    assert "learner2@example.org" in answers[-1].text
    assert PIN not in answers[-1].text


def addresses_counted(site):
    with site.ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Throttle).where(Throttle.kind == "address"))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, ["192.0.2.1", "192.0.2.2"], 1),
        (1, ["192.0.2.1", "192.0.2.2"], 2),
        (1, ["192.0.2.9, 192.0.2.1", "192.0.2.8, 192.0.2.1"], 1),
        (2, ["192.0.2.9, 10.0.0.1", "192.0.2.8, 10.0.0.1"], 2),
    ],
)
def test_only_the_configured_proxies_say_where_somebody_is(published_sqlite_url, proxies, forwarded, seen):
    """An address that the visitor wrote into the header counts for nothing."""
    site = site_on(published_sqlite_url, trusted_proxies=proxies)
    for number, addresses in enumerate(forwarded):
        register(site.client(), number, **{"X-Forwarded-For": addresses})
    site.ground.database.dispose()

    assert addresses_counted(site) == seen


@pytest.fixture
def person(session):
    """A learner in a module whose tests make nobody wait."""
    publish_rules(session)
    return learner(session)


def test_a_day_has_so_many_tests_even_where_none_makes_wait(session, person):
    release = make_release(session)
    for number in range(TRIES_A_DAY):
        assert again_from(attempts_of(session, person, "history-of-belgium"), wait_hours=0, at=AT) is None
        take_test(session, person, release, values=0, drafted=True, seed=number)

    taken = attempts_of(session, person, "history-of-belgium")

    assert again_from(taken, wait_hours=0, at=AT) == AT + DAY
    assert again_from(taken, wait_hours=0, at=AT + DAY) is None
