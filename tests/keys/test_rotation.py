"""Another key: everything is found and opened as before, on both databases."""

import pyotp
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import select

from pretraject import schema
from pretraject.accounts.models import SignInName, Throttle
from pretraject.accounts.staff import add_staff, get_set_up, set_up_staff, sign_in_staff
from pretraject.core.crypto import Vault
from pretraject.enrolment.looks import holders_of
from pretraject.enrolment.models import Identifier
from pretraject.enrolment.queries import find_person_by_file_number, identifiers_of
from pretraject.keys import RENEWED, WrongKeyError, keys, require_right_key, rotate, standing_of
from pretraject.verification.people import SEALED, sealed_faults
from tests.evidence import INSZ, ground_on, tamper
from tests.site import BORN, PIN, SECRET, site_on
from tests.study.forms_sent import fill_in, send
from tests.world import AT

OTHER = "another-long-secret-that-is-only-used-in-tests-9876"
EMAIL, STAFF = "learner@example.org", "staff@example.org"
USED, UNUSED = "AB-USED-1", "AB-UNUSED-1"


def activate(client, code):
    """Open an account with a code."""
    fill_in(client, "/nl/activate/", code=code)
    fill_in(client, "/nl/activate/birth-date/", day=BORN.day, month=BORN.month, year=BORN.year)
    return fill_in(client, "/nl/activate/secret/", secret=PIN, again=PIN)


def sign_in(site, name):
    return send(site.client(), "/nl/sign-in/", name=name, secret=PIN).status_code


@pytest.fixture
def on_another_key():
    """Build the same site under a new key, the one so far named as before it."""
    built = []

    def on_another_key(site, **settings):
        given = {"secret_key": SecretStr(OTHER), "previous_secret_keys": (SecretStr(SECRET),)}
        built.append(site_on(site.ground.config.database_url, clock=site.clock, **given | settings))
        return built[-1]

    yield on_another_key
    for site in built:
        site.ground.database.dispose()


def run(site, command):
    return CliRunner().invoke(keys, [command], obj=site.ground)


@pytest.fixture
def codes(site):
    """People, accounts and staff under the first key; returns a code that is used and one that is not."""
    require_right_key(site.ground.database, site.ground.vault, at=site.clock())
    used, unused = site.enrol(USED), site.enrol(UNUSED)
    assert activate(site.client(), used).status_code == 303
    send(site.client(), "/nl/register/", email=EMAIL, secret=PIN, again=PIN, group="family")
    site.clock.forward(days=1)
    return used, unused


@pytest.fixture
def rotated(site, codes, on_another_key):
    """The same site after a rotation."""
    other = on_another_key(site)
    done = run(other, "rotate")
    assert done.exit_code == 0, done.output
    return other


def test_after_a_rotation_everybody_gets_in_as_before(rotated, codes):
    used, unused = codes

    assert sign_in(rotated, used) == 303
    assert sign_in(rotated, EMAIL) == 303
    assert activate(rotated.client(), unused).status_code == 303
    assert sign_in(rotated, unused) == 303


def test_after_a_rotation_people_are_found_and_their_data_read(rotated):
    vault = rotated.ground.vault
    with rotated.ground.database.reading() as session:
        person = find_person_by_file_number(session, vault, USED)

        assert [number.value for number in identifiers_of(session, vault, person)] == [USED]


def test_a_known_number_is_still_known_and_not_taken_in_twice(rotated):
    with pytest.raises(IndexError):
        rotated.enrol(USED)


def test_who_came_by_needs_the_earlier_key_no_more(rotated, codes, on_another_key):
    used, unused = codes
    sign_in(rotated, used)
    sign_in(rotated, EMAIL)
    alone = on_another_key(rotated, previous_secret_keys=())

    assert sign_in(alone, used) == 303
    assert sign_in(alone, EMAIL) == 303
    assert activate(alone.client(), unused).status_code == 422


def test_the_status_says_what_dies_with_the_earlier_key(rotated, codes):
    before = run(rotated, "status").output
    sign_in(rotated, codes[0])
    activate(rotated.client(), codes[1])
    after = run(rotated, "status").output

    assert "accounts not signed in to since: 2" in before
    assert "codes on paper from before: 1" in before
    assert "accounts not signed in to since: 1" in after
    assert "codes on paper from before: 0" in after


def test_staff_get_in_with_the_same_authenticator(site, on_another_key):
    ground, at = site.ground, site.clock()
    require_right_key(ground.database, ground.vault, at=at)
    with ground.database.writing() as session:
        token = add_staff(session, ground.vault, email=STAFF, role="editor", at=at)
        totp = pyotp.TOTP(get_set_up(session, ground.vault, token, at=at).totp_secret)
        proof = {"token": token, "password": "long enough words", "totp": totp.at(at)}
        set_up_staff(session, ground.vault, **proof, at=at)
        session.commit()
    other = on_another_key(site)
    run(other, "rotate")
    later = site.clock().replace(minute=30)
    with other.ground.database.writing() as session:
        given = {"email": STAFF, "password": "long enough words", "totp": totp.at(later)}
        outcome = sign_in_staff(session, other.ground.vault, **given, address="192.0.2.1", at=later)
        session.commit()

    assert outcome.__class__.__name__ == "SignedIn"


def test_tries_at_a_code_are_not_counted_from_nothing(site, codes, on_another_key):
    for _ in range(9):
        send(site.client(), "/nl/sign-in/", name=codes[0], secret="835192")
    other = on_another_key(site)
    run(other, "rotate")

    assert "nieuwe" in send(other.client(), "/nl/sign-in/", name=codes[0], secret="835192").text
    with other.ground.database.reading() as session:
        assert max(session.scalars(select(Throttle.count).where(Throttle.kind == "code"))) == 10


def test_nothing_that_can_be_read_is_left_under_the_earlier_key(rotated):
    alone = Vault(OTHER)
    with rotated.ground.database.reading() as session:
        for row in session.scalars(select(Identifier)):
            place = f"identifier.value:{row.issuer}:{row.kind}:{row.value_index}"
            assert alone.open(row.value_sealed, place=place) in (USED, UNUSED)
        for name in session.scalars(select(SignInName).where(SignInName.kind == "email")):
            assert (
                alone.open(name.value_sealed, place=f"sign_in_name.value:email:{name.value_index}") == EMAIL
            )


def test_everything_sealed_is_opened_by_the_new_key_alone(evidence_url):
    tamper(evidence_url, "DELETE FROM staff_member")
    ground = ground_on(evidence_url)
    both, alone = Vault(OTHER, (SECRET,)), Vault(OTHER)

    assert sum(rotate(ground.database, both, at=AT)) > 0

    with ground.database.reading() as session:
        assert list(sealed_faults(session, alone)) == []
        assert len(list(sealed_faults(session, ground.vault))) > 0
        [holder] = holders_of(session, alone, INSZ).people
        assert holder.id == 1
    ground.database.dispose()


def test_every_sealed_column_is_renewed_and_verified():
    sealed = {
        column
        for table in schema.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    }

    assert {column.table for column in sealed} == {model.__table__ for model in RENEWED}
    verified = {str(column.expression) for column, _place, _what in SEALED}
    assert {str(column) for column in sealed} - verified == {
        "sign_in_name.value_sealed",
        "staff_member.totp_sealed",
    }


def test_rotating_twice_does_nothing_the_second_time(rotated):
    assert "nothing to do" in run(rotated, "rotate").output


@pytest.mark.parametrize(
    ("settings", "standing", "said"),
    [
        ({}, "earlier", "pretraject keys rotate"),
        ({"previous_secret_keys": ()}, "wrong", "not the one this database was made with"),
    ],
)
def test_another_key_is_refused_until_the_rotation(site, codes, on_another_key, settings, standing, said):
    ground = on_another_key(site, **settings).ground
    with ground.database.reading() as session:
        assert standing_of(session, ground.vault) == standing

    with pytest.raises(WrongKeyError, match=said):
        require_right_key(ground.database, ground.vault, at=site.clock())


def test_a_browser_stays_signed_in_over_a_rotation(site, on_another_key):
    client = site.client()
    activate(client, site.enrol(USED))
    cookie = client.get_cookie("pretraject").value
    other = on_another_key(site)
    again = other.client()
    again.set_cookie("pretraject", cookie)

    assert again.get("/nl/my/").status_code == 200
