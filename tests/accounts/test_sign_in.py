from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pretraject.accounts import actions, hashing, queries
from pretraject.accounts.actions import Name
from pretraject.accounts.codes import check_character, draw_code, print_code
from pretraject.accounts.models import Account, SignInName, Throttle
from pretraject.accounts.outcomes import Refused, SecretChanged, SignedIn
from pretraject.accounts.tries import forget_tries
from pretraject.core.crypto import Vault

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VAULT = Vault("a-long-secret-that-is-only-used-in-tests-0123")
PIN = "408172"
EMAIL = "samira@example.org"
HERE = "192.0.2.1"


def make_account(session, *names, secret=PIN):
    """A learner with an account under these names."""
    return actions.register_learner(
        session, VAULT, names=list(names) or [Name("email", EMAIL)], secret=secret, locale="ar", at=AT
    )


def sign_in(session, name=EMAIL, secret=PIN, *, at=AT, address=HERE, shared=False, replaces=None):
    """Try to sign in."""
    return actions.sign_in(
        session,
        VAULT,
        name=name,
        secret=secret,
        shared=shared,
        address=address,
        at=at,
        replaces=replaces,
    )


def visitor(session, token, *, at=AT):
    return queries.find_visitor(session, token, at=at)


def test_a_learner_signs_in_by_email_in_any_spelling(session):
    account = make_account(session)

    outcome = sign_in(session, " Samira@EXAMPLE.org ", "۴۰۸ ۱۷۲")

    assert isinstance(outcome, SignedIn)
    assert outcome.account is account
    assert visitor(session, outcome.token).account_id == account.id


def test_a_learner_signs_in_by_code(session):
    code = draw_code()
    make_account(session, Name("code", code))

    assert isinstance(sign_in(session, print_code(code).lower()), SignedIn)


def test_a_token_and_a_secret_are_not_in_the_database(session):
    account = make_account(session)
    token = sign_in(session).token

    assert PIN not in account.secret_hash
    assert account.secret_hash.startswith("$argon2id$")
    assert session.scalars(select(SignInName)).one().value_sealed is not None
    assert queries.sign_ins_of(session, account, at=AT)[0].token_hash != token


def test_without_the_key_a_stolen_hash_cannot_be_tried(session):
    account = make_account(session)

    assert hashing.secret_fits(VAULT, PIN, account.secret_hash)
    assert not hashing.secret_fits(Vault("another-secret-of-another-installation"), PIN, account.secret_hash)


@pytest.mark.parametrize("name", ["", "nobody", "ABCD-EFGH", "no at sign.be"])
def test_what_is_no_name_is_not_counted(session, name):
    assert sign_in(session, name) == Refused("unreadable")
    assert session.scalars(select(Throttle)).all() == []


def test_unknown_names_and_wrong_secrets_get_the_same_answers(session):
    make_account(session)

    def answers(name):
        return [sign_in(session, name, "111111", address=f"192.0.2.{n}") for n in range(8)]

    assert answers(EMAIL) == answers("nobody@example.org")


def test_unknown_codes_and_wrong_secrets_get_the_same_answers(session):
    known, unknown = draw_code(), draw_code()
    make_account(session, Name("code", known))

    def answers(code):
        return [sign_in(session, code, "111111", address=f"192.0.2.{n}") for n in range(12)]

    assert answers(known) == answers(unknown)
    assert answers(known)[-1] == Refused("spent")


@pytest.mark.parametrize(
    "name", [EMAIL, "nobody@example.org", "2345-ABEH-KMPT-X" + check_character("2345ABEHKMPTX")]
)
def test_every_try_costs_one_verification(session, monkeypatch, name):
    make_account(session)
    hashing._stand_in()
    verified = []
    verify = hashing._HASHER.verify
    monkeypatch.setattr(hashing, "_HASHER", Watched(lambda *given: verified.append(given) or verify(*given)))

    sign_in(session, name, "111111")

    assert len(verified) == 1


class Watched:
    """A hasher whose verifications are counted."""

    def __init__(self, verify):
        self.verify = verify


def test_every_try_leaves_the_same_rows(session):
    make_account(session)

    sign_in(session, EMAIL, "111111", address="192.0.2.1")
    known = rows(session)
    sign_in(session, "nobody@example.org", "111111", address="192.0.2.2")

    assert rows(session) == known * 2


def rows(session):
    return session.execute(
        select(Throttle.kind, Throttle.count, Throttle.last_at).order_by(Throttle.id)
    ).all()


def test_ten_failures_finish_a_code(session):
    code = draw_code()
    make_account(session, Name("code", code))

    answers = [sign_in(session, code, "111111").reason for _ in range(10)]

    assert answers == ["unknown"] * 9 + ["spent"]
    assert sign_in(session, code) == Refused("spent")
    assert sign_in(session, code, at=AT + timedelta(days=1000)) == Refused("spent")


def test_a_finished_code_stays_shut_when_counters_are_cleared_away(session):
    code = draw_code()
    make_account(session, Name("code", code))
    for _ in range(10):
        sign_in(session, code, "111111")

    forget_tries(session, at=AT + timedelta(days=1000))

    assert sign_in(session, code, at=AT + timedelta(days=1000)) == Refused("unknown")


def test_success_forgets_the_failures_before(session):
    code = draw_code()
    make_account(session, Name("code", code))
    for _ in range(9):
        sign_in(session, code, "111111")
    sign_in(session, code)

    assert sign_in(session, code, "111111") == Refused("unknown")


def test_failures_on_an_address_only_delay(session):
    make_account(session)
    for _ in range(5):
        assert sign_in(session, secret="111111") == Refused("unknown")

    refused = sign_in(session)

    assert refused == Refused("waiting", AT + MINUTE)
    assert isinstance(sign_in(session, at=refused.until), SignedIn)


def test_waiting_longer_and_longer_has_an_end(session):
    make_account(session)
    at = AT
    for _ in range(40):
        refused = sign_in(session, secret="111111", at=at, address="")
        at = refused.until or at

    assert isinstance(sign_in(session, at=at + timedelta(hours=4)), SignedIn)


def test_many_failures_from_one_line_slow_it_down_for_a_minute_at_most(session):
    make_account(session)
    for number in range(40):
        sign_in(session, f"nobody{number}@example.org", at=AT)

    assert sign_in(session).reason == "waiting"
    assert sign_in(session).until <= AT + MINUTE
    assert isinstance(sign_in(session, address="192.0.2.9"), SignedIn)


@pytest.mark.timeout(120)
def test_parallel_guesses_never_exceed_ten(database, monkeypatch):
    code = draw_code()
    with database.writing() as session:
        make_account(session, Name("code", code))
        session.commit()
    judged = []
    fits = actions.secret_fits
    monkeypatch.setattr(actions, "secret_fits", lambda *given: judged.append(given) or fits(*given))

    def guess(number):
        with database.writing() as session:
            outcome = sign_in(session, code, f"{200000 + number}", address=f"192.0.2.{number}")
            session.commit()
        return outcome.reason

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(40)))

    assert len(judged) == 10
    assert sorted(answers) == ["spent"] * 31 + ["unknown"] * 9


def test_signing_in_ends_the_session_of_before(session):
    make_account(session)
    first = sign_in(session).token

    second = sign_in(session, replaces=first).token

    assert visitor(session, first) is None
    assert visitor(session, second) is not None


def test_a_session_ends_when_unused_or_old(session):
    make_account(session)
    own = sign_in(session).token
    shared = sign_in(session, shared=True).token

    assert visitor(session, own, at=AT + timedelta(days=29))
    assert visitor(session, own, at=AT + timedelta(days=30)) is None
    assert visitor(session, shared, at=AT + 29 * MINUTE)
    assert visitor(session, shared, at=AT + 30 * MINUTE) is None


def test_a_session_in_use_lasts_until_its_absolute_end(session):
    account = make_account(session)
    token = sign_in(session, shared=True).token
    for minutes in range(20, 8 * 60, 20):
        found = visitor(session, token, at=AT + minutes * MINUTE)
        actions.note_seen(session, sign_in_id=found.sign_in_id, at=AT + minutes * MINUTE)
        session.expire_all()

    assert visitor(session, token, at=AT + timedelta(hours=8)) is None
    assert queries.sign_ins_of(session, account, at=AT + timedelta(hours=8)) == []


def test_signing_out_everywhere_ends_every_session(session):
    account = make_account(session)
    tokens = [sign_in(session).token for _ in range(3)]

    actions.sign_out_everywhere(session, account=account, at=AT)

    assert [visitor(session, token) for token in tokens] == [None] * 3


def test_another_secret_ends_the_other_sessions(session):
    account = make_account(session)
    before = sign_in(session).token

    outcome = change(session, account, current=PIN, new="een heel ander geheim")

    assert isinstance(outcome, SecretChanged)
    assert visitor(session, before) is None
    assert visitor(session, outcome.token) is not None
    assert sign_in(session, secret=PIN) == Refused("unknown")
    assert account.secret_kind == "password"


def test_another_secret_wants_the_one_of_now(session):
    account = make_account(session)

    answers = [change(session, account, current="111111", new="573920").reason for _ in range(6)]

    assert answers == ["unknown"] * 5 + ["waiting"]
    assert isinstance(sign_in(session), SignedIn)


def test_a_weak_secret_is_refused_before_anything_is_counted(session):
    account = make_account(session)

    with pytest.raises(actions.WeakSecretError) as refused:
        change(session, account, current="111111", new="123456")

    assert refused.value.weakness == "run"
    assert session.scalars(select(func.count()).select_from(Throttle)).one() == 0


def change(session, account, *, current, new):
    return actions.change_secret(
        session,
        VAULT,
        account=account,
        current=current,
        new=new,
        shared=False,
        address=HERE,
        at=AT,
    )


def test_a_disabled_account_opens_to_nothing_it_had(session):
    account = make_account(session)
    token = sign_in(session).token

    actions.disable(session, account=account, at=AT)

    assert visitor(session, token) is None
    assert sign_in(session) == Refused("unknown")
    assert session.get(Account, account.id).secret_hash is None


def test_names_are_shown_to_their_owner_but_codes_cannot_be(session):
    account = make_account(session, Name("email", EMAIL), Name("code", draw_code()))

    shown = queries.names_of(session, VAULT, account)

    assert [(name.kind, name.text) for name in shown] == [("email", EMAIL), ("code", None)]
