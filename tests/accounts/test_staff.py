from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from pretraject.accounts import actions, queries, staff
from pretraject.accounts.actions import Name
from pretraject.accounts.outcomes import Refused, SignedIn
from pretraject.core.crypto import Vault

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)
VAULT = Vault("a-long-secret-that-is-only-used-in-tests-0123")
EMAIL = "editor@example.org"
PASSWORD = "een lang wachtwoord"


def invite(session, *, role="editor"):
    """Invite a member of staff and return the link's token and the app's secret."""
    token = staff.add_staff(session, VAULT, email=EMAIL, role=role, at=AT)
    return token, pyotp.TOTP(staff.get_set_up(session, VAULT, token, at=AT).totp_secret)


def employ(session):
    """Make a member of staff who is ready to sign in; return the app."""
    token, app = invite(session)
    staff.set_up_staff(session, VAULT, token=token, password=PASSWORD, totp=app.at(AT), at=AT)
    return app


def enter(session, totp, *, password=PASSWORD, email=EMAIL, at=AT + 5 * STEP):
    return staff.sign_in_staff(
        session, VAULT, email=email, password=password, totp=totp, address="192.0.2.1", at=at
    )


def test_staff_sign_in_with_password_and_code(session):
    app = employ(session)

    outcome = enter(session, app.at(AT + 5 * STEP))

    assert isinstance(outcome, SignedIn)
    assert queries.find_visitor(session, outcome.token, at=AT + 6 * STEP).role == "editor"


def test_a_code_is_read_in_any_digits_with_spaces(session):
    app = employ(session)
    code = app.at(AT + 5 * STEP)
    arabic = "".join(chr(0x0660 + int(digit)) for digit in code)

    assert isinstance(enter(session, f"{arabic[:3]} {arabic[3:]}"), SignedIn)


def test_a_code_works_once(session):
    app = employ(session)
    code = app.at(AT + 5 * STEP)
    enter(session, code)

    assert enter(session, code) == Refused("unknown")
    assert isinstance(enter(session, app.at(AT + 6 * STEP)), SignedIn)


def test_a_clock_may_be_half_a_minute_off_and_no_more(session):
    app = employ(session)

    assert enter(session, app.at(AT + 3 * STEP)) == Refused("unknown")
    assert enter(session, app.at(AT + 7 * STEP)) == Refused("unknown")
    assert isinstance(enter(session, app.at(AT + 4 * STEP)), SignedIn)


def test_all_that_is_wrong_gets_one_answer(session):
    app = employ(session)
    code = app.at(AT + 5 * STEP)

    answers = [
        enter(session, code, password="een ander wachtwoord"),
        enter(session, "000000"),
        enter(session, code, email="nobody@example.org"),
    ]

    assert answers == [Refused("unknown")] * 3


def test_failures_make_staff_wait(session):
    app = employ(session)
    for _ in range(5):
        enter(session, "000000")

    assert enter(session, app.at(AT + 5 * STEP)).reason == "waiting"


def test_a_learners_success_does_not_wipe_out_failures_at_a_staff_account(session):
    employ(session)
    name = Name("email", f"staff:{EMAIL}")
    actions.register_learner(session, VAULT, names=[name], secret=PASSWORD, locale="nl", at=AT)
    for _ in range(4):
        enter(session, "000000")
    own = {"secret": PASSWORD, "shared": False, "address": "192.0.2.1", "at": AT + 5 * STEP}
    assert isinstance(actions.sign_in(session, VAULT, name=name.text, **own), SignedIn)

    enter(session, "000000")

    assert enter(session, "000000").reason == "waiting"


def test_a_link_is_good_once(session):
    token, app = invite(session)
    staff.set_up_staff(session, VAULT, token=token, password=PASSWORD, totp=app.at(AT), at=AT)

    with pytest.raises(staff.SetUpNotFoundError):
        staff.get_set_up(session, VAULT, token, at=AT)
    with pytest.raises(staff.SetUpNotFoundError):
        staff.set_up_staff(session, VAULT, token=token, password=PASSWORD, totp=app.at(AT), at=AT)


def test_a_link_is_good_for_seven_days(session):
    token, _ = invite(session)

    assert staff.get_set_up(session, VAULT, token, at=AT + timedelta(days=7) - STEP).email == EMAIL
    with pytest.raises(staff.SetUpNotFoundError):
        staff.get_set_up(session, VAULT, token, at=AT + timedelta(days=7))


def test_a_link_stays_good_after_a_wrong_code(session):
    token, app = invite(session)

    refused = staff.set_up_staff(session, VAULT, token=token, password=PASSWORD, totp="000000", at=AT)
    member = staff.set_up_staff(session, VAULT, token=token, password=PASSWORD, totp=app.at(AT), at=AT)

    assert refused == Refused("unknown")
    assert member.setup_hash is None


def test_a_pin_is_no_password_for_staff(session):
    token, app = invite(session)

    with pytest.raises(actions.WeakSecretError):
        staff.set_up_staff(session, VAULT, token=token, password="408172", totp=app.at(AT), at=AT)


def test_before_the_set_up_nobody_gets_in(session):
    _, app = invite(session)

    assert enter(session, app.at(AT + 5 * STEP), password="") == Refused("unknown")


def test_a_new_link_ends_what_was_there(session):
    app = employ(session)
    before = enter(session, app.at(AT + 5 * STEP)).token

    token = staff.renew_set_up(session, VAULT, email=EMAIL, at=AT)

    assert queries.find_visitor(session, before, at=AT) is None
    assert enter(session, app.at(AT + 6 * STEP), at=AT + 6 * STEP) == Refused("unknown")
    assert staff.get_set_up(session, VAULT, token, at=AT).totp_secret != app.secret


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"email": "nobody"}, staff.UnreadableEmailError),
        ({"role": "king"}, staff.UnknownRoleError),
        ({"email": " EDITOR@example.org"}, staff.StaffExistsError),
    ],
)
def test_who_cannot_be_added_is_refused(session, given, error):
    invite(session)
    sound = {"email": "other@example.org", "role": "editor"}

    with pytest.raises(error):
        staff.add_staff(session, VAULT, at=AT, **sound | given)


def test_nobody_gets_a_new_link_without_an_account(session):
    with pytest.raises(staff.StaffNotFoundError):
        staff.renew_set_up(session, VAULT, email=EMAIL, at=AT)


def test_a_learner_with_the_same_address_is_somebody_else(session):
    employ(session)
    learner = actions.register_learner(
        session, VAULT, names=[Name("email", EMAIL)], secret="408172", locale="nl", at=AT
    )

    outcome = actions.sign_in(session, VAULT, name=EMAIL, secret=PASSWORD, shared=False, address="", at=AT)

    assert outcome == Refused("unknown")
    assert learner.kind == "learner"
