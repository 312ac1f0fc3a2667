"""Known and unknown names get the same answer, leave the same rows and cost as many hashes."""

import pytest
from sqlalchemy import func, select

from pretraject.accounts import hashing
from pretraject.accounts.codes import draw_code
from pretraject.accounts.models import Account, SignIn, Throttle
from pretraject.accounts.staff import add_staff
from tests.site import BORN, PIN
from tests.study.entering import FILE
from tests.study.forms_sent import TOKEN, fill_in, send, token

WRONG = "835192"
KNOWN, UNKNOWN = "known@example.org", "nobody@example.org"


class Hasher:
    """argon2 as it is, counting how often it is asked."""

    def __init__(self, real):
        self.real = real
        self.asked = 0

    def hash(self, text):
        """Make a hash."""
        self.asked += 1
        return self.real.hash(text)

    def verify(self, stored, text):
        """Compare with a hash."""
        self.asked += 1
        return self.real.verify(stored, text)

    def check_needs_rehash(self, stored):
        """Say whether a hash is of older settings."""
        return self.real.check_needs_rehash(stored)


@pytest.fixture
def hasher(monkeypatch):
    """What counts the hashes; the stand-in for unknown names is made before."""
    hashing._stand_in()
    counting = Hasher(hashing._HASHER)
    monkeypatch.setattr(hashing, "_HASHER", counting)
    return counting


def trace(site, hasher, act):
    """Return what an attempt shows from outside, which rows it leaves and how many hashes it costs."""
    before, asked = rows(site), hasher.asked
    answer = act(site.client())
    page = answer.text.replace(KNOWN, "somebody").replace(UNKNOWN, "somebody")
    page = TOKEN.sub("token", page)
    after = rows(site)
    return {
        "status": answer.status_code,
        "page": page,
        "rows": {name: after[name] - before[name] for name in after},
        "hashes": hasher.asked - asked,
    }


def rows(site):
    with site.ground.database.reading() as session:
        return {
            model.__name__: session.scalar(select(func.count()).select_from(model))
            for model in (Account, SignIn, Throttle)
        }


def open_account(site, email=KNOWN):
    send(site.client(), "/nl/register/", email=email, secret=PIN, again=PIN, group="family")


def test_signing_in_by_address_does_not_tell_who_is_here(site, hasher):
    open_account(site)
    known, unknown = (
        trace(site, hasher, lambda client, name=name: send(client, "/nl/sign-in/", name=name, secret=WRONG))
        for name in (KNOWN, UNKNOWN)
    )

    assert known | {"rows": 0} == unknown | {"rows": 0}
    assert known["hashes"] == 1


def test_signing_in_by_code_does_not_tell_which_codes_there_are(site, hasher):
    codes = [site.enrol(FILE), draw_code()]
    traces = [
        trace(site, hasher, lambda client, name=name: send(client, "/nl/sign-in/", name=name, secret=WRONG))
        for name in codes
    ]
    pages = [one["page"].replace(code, "code") for one, code in zip(traces, codes, strict=True)]

    assert pages[0] == pages[1]
    assert traces[0]["hashes"] == traces[1]["hashes"] == 1


def activate(code, born):
    """Return what opens an account by a code and a birth date."""

    def act(client):
        fill_in(client, "/nl/activate/", code=code)
        fill_in(client, "/nl/activate/birth-date/", day=born[0], month=born[1], year=born[2])
        return fill_in(client, "/nl/activate/secret/", secret=PIN, again=PIN)

    return act


def test_activation_does_not_tell_a_wrong_code_from_a_wrong_birth_date(site, hasher):
    right = (BORN.day, BORN.month, BORN.year)
    wrong_date = trace(site, hasher, activate(code := site.enrol(FILE), (1, 1, 1970)))
    wrong_code = trace(site, hasher, activate(other := draw_code(), right))

    assert wrong_date["status"] == wrong_code["status"] == 422
    assert wrong_date["hashes"] == wrong_code["hashes"]
    assert "belong together" in wrong_date["page"] or "horen niet bij elkaar" in wrong_date["page"]
    assert ("horen niet bij elkaar" in wrong_date["page"]) == ("horen niet bij elkaar" in wrong_code["page"])
    assert code != other


def test_registering_costs_as_many_hashes_whether_the_address_is_taken(site, hasher):
    open_account(site)
    form = {"secret": WRONG, "again": WRONG, "group": "family"}
    taken = trace(site, hasher, lambda client: send(client, "/nl/register/", email=KNOWN, **form))
    free = trace(site, hasher, lambda client: send(client, "/nl/register/", email=UNKNOWN, **form))

    assert taken["hashes"] == free["hashes"] == 1
    assert (taken["status"], free["status"]) == (422, 303)


def test_staff_sign_in_does_not_tell_who_works_here(site, hasher):
    with site.ground.database.writing() as session:
        add_staff(session, site.ground.vault, email=KNOWN, role="editor", at=site.clock())
        session.commit()
    known, unknown = (
        trace(
            site,
            hasher,
            lambda client, email=email: client.post(
                "/nl/staff/sign-in/",
                data={
                    "csrf_token": token(client),
                    "email": email,
                    "password": "something long",
                    "totp": "123456",
                },
            ),
        )
        for email in (KNOWN, UNKNOWN)
    )

    assert known | {"rows": 0} == unknown | {"rows": 0}
    assert known["hashes"] == 1
