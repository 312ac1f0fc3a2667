from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from pretraject.accounts import actions as accounts
from pretraject.accounts import queries as sessions
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import draw_code, print_code
from pretraject.accounts.models import Account, SignInName, Throttle
from pretraject.accounts.outcomes import Refused, SignedIn
from pretraject.enrolment import actions, queries
from pretraject.enrolment.actions import Activated, AlreadyActivated, Linked, Registered
from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.models import AccessCode, Person
from pretraject.enrolment.rows import IntakeRow, prepare
from pretraject.enrolment.rules import normalise_file_number, written_file_number
from tests.world import AT, DAY, VAULT, publish_rules

BORN = BirthDate(1990, 5, 17)
WRONG = BirthDate(1991, 5, 17)
PIN = "408172"
EMAIL = "samira@example.org"


@pytest.fixture(autouse=True)
def policy(session):
    publish_rules(session)


def take_in(session, number="GV-2026/0001", *, born=BORN, at=AT, **given):
    """Take in one person and return the code."""
    row = IntakeRow(
        line=2,
        file_number=number,
        birth_date=born,
        **{"group": "labour", "competent_region": "flanders"} | given,
    )
    return import_enrolments(session, VAULT, prepare([row], VAULT), at=at).codes[0][1]


def activate(session, code, *, born=BORN, secret=PIN, at=AT, address="192.0.2.1"):
    return actions.activate(
        session,
        VAULT,
        code=code,
        birth_date=born,
        secret=secret,
        locale="ar",
        address=address,
        at=at,
    )


def register(session, *, email=EMAIL, secret=PIN, at=AT):
    return actions.register(
        session,
        VAULT,
        email=email,
        secret=secret,
        locale="ti",
        declared_group="family",
        address="192.0.2.1",
        at=at,
    )


def link(session, account, code, *, born=BORN, at=AT, address="192.0.2.1"):
    return actions.link_code(
        session, VAULT, account=account, code=code, birth_date=born, address=address, at=at
    )


def sign_in(session, name, secret=PIN, *, at=AT):
    return accounts.sign_in(
        session, VAULT, name=name, secret=secret, shared=False, address="192.0.2.1", at=at
    )


def person_with(session, number):
    return queries.find_person_by_file_number(session, VAULT, number)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("gv-2026/0001", "GV20260001"),
        (" GV 2026.0001 ", "GV20260001"),
        ("GV۲۰۲۶۰۰۰۱", "GV20260001"),
        ("ab1", "AB1"),
        ("-/-.--", None),
        ("x" * 81, None),
        ("GV_2026", None),
        ("1,23E+15", None),
        ("", None),
    ],
)
def test_file_numbers_are_compared_without_separators(typed, normal):
    assert normalise_file_number(typed) == normal


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("AB-1", "AB-1"),
        ("  gv  2026/0001 ", "gv 2026/0001"),
        ("AB1", None),
        ("A B 1", None),
        ("----", None),
        ("x" * 41, None),
    ],
)
def test_a_new_file_number_has_four_to_forty_signs(typed, written):
    assert written_file_number(typed) == written


def test_a_code_and_a_birth_date_open_an_account(session):
    code = take_in(session)

    outcome = activate(session, print_code(code).lower())

    assert isinstance(outcome, Activated)
    assert outcome.person is person_with(session, "gv 2026 0001")
    assert outcome.account.locale == "ar"
    assert isinstance(sign_in(session, code), SignedIn)


def test_neither_numbers_nor_birth_dates_nor_codes_are_readable_in_the_database(session):
    code = take_in(session)
    person = person_with(session, "GV-2026/0001")

    assert b"1990" not in person.birth_date_sealed
    assert session.scalars(select(AccessCode)).one().code_index != code
    assert queries.birth_date_of_person(VAULT, person) == BORN
    assert [shown.value for shown in queries.identifiers_of(session, VAULT, person)] == ["GV-2026/0001"]


def test_a_slip_in_the_code_is_told_and_not_counted(session):
    code = take_in(session)
    other = "2" if code[3] != "2" else "3"

    assert activate(session, code[:3] + other + code[4:]) == Refused("unreadable")
    assert session.scalars(select(Throttle)).all() == []


def test_an_unknown_code_and_a_wrong_birth_date_get_the_same_answers(session):
    known, unknown = take_in(session), draw_code()

    def answers(code):
        return [activate(session, code, born=WRONG, address=f"192.0.2.{n}") for n in range(12)]

    assert answers(known) == answers(unknown)


def test_ten_wrong_birth_dates_end_a_code(session):
    code = take_in(session)

    answers = [activate(session, code, born=WRONG).reason for _ in range(10)]

    assert answers == ["unknown"] * 9 + ["spent"]
    assert activate(session, code) == Refused("spent")
    assert session.scalars(select(AccessCode)).one().ended_at == AT


def test_nine_wrong_birth_dates_and_then_the_right_one_open_it(session):
    code = take_in(session)
    for _ in range(9):
        activate(session, code, born=WRONG)

    assert isinstance(activate(session, code), Activated)


def test_wrong_birth_dates_and_wrong_pins_share_one_count(session):
    code = take_in(session)
    activate(session, code)
    for _ in range(5):
        sign_in(session, code, "111111")
        activate(session, code, born=WRONG)

    assert sign_in(session, code) == Refused("spent")


def test_who_knows_the_birth_date_gets_no_further_guesses_at_the_pin(session):
    code = take_in(session)
    activate(session, code)
    answers = []
    for _ in range(10):
        answers.append(sign_in(session, code, "111111").reason)
        activate(session, code)

    assert answers[-1] == "spent"


def test_parallel_guesses_never_exceed_ten(database, session):
    code = take_in(session)
    session.commit()

    def guess(number):
        with database.writing() as own:
            outcome = activate(own, code, born=BirthDate(1950 + number), address=f"192.0.2.{number}")
            own.commit()
        return outcome.reason

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(30)))

    assert sorted(answers) == ["spent"] * 21 + ["unknown"] * 9


def test_activating_twice_leads_to_the_sign_in(session):
    code = take_in(session)
    activate(session, code)

    assert activate(session, code, secret="573920") == AlreadyActivated()
    assert isinstance(sign_in(session, code), SignedIn)


def test_only_who_knows_the_birth_date_learns_that_it_was_activated(session):
    code = take_in(session)
    activate(session, code)

    assert activate(session, code, born=WRONG) == activate(session, draw_code(), born=WRONG)


def test_a_double_click_opens_one_account(database, session):
    code = take_in(session)
    session.commit()

    def press(_number):
        with database.writing() as own:
            outcome = activate(own, code)
            own.commit()
        return type(outcome)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    assert answers.count(Activated) == 1
    assert answers.count(AlreadyActivated) == 7
    assert len(session.scalars(select(Account)).all()) == 1


def test_a_pin_made_from_the_birth_date_is_refused(session):
    code = take_in(session)

    with pytest.raises(accounts.WeakSecretError) as refused:
        activate(session, code, secret="170590")

    assert refused.value.weakness == "birth-date"


@pytest.mark.parametrize("typed", [BirthDate(1990), BirthDate(1990, 5), BirthDate(1990, 5, 17)])
def test_unknown_parts_of_a_birth_date_may_be_typed_or_left_out(session, typed):
    code = take_in(session, born=BirthDate(1990))

    assert isinstance(activate(session, code, born=typed), Activated)


def test_a_new_code_ends_the_old_code_and_sign_in(session):
    old = take_in(session)
    token = sign_in_token(session, old)
    person = person_with(session, "GV-2026/0001")

    new = actions.reissue(session, VAULT, person=person, disputed=True, at=AT + DAY)

    assert sessions.find_visitor(session, token, at=AT + DAY) is None
    assert sign_in(session, old, at=AT + DAY) == Refused("unknown")
    assert activate(session, old, at=AT + DAY) == Refused("spent")
    assert new != old
    assert person.last_disputed_at == AT + DAY


def sign_in_token(session, code):
    outcome = activate(session, code)
    return accounts.open_sign_in(session, outcome.account, shared=False, at=AT)


def test_a_new_code_gives_the_same_account_back(session):
    before = activate(session, take_in(session))
    new = actions.reissue(session, VAULT, person=before.person, disputed=True, at=AT + DAY)

    after = activate(session, new, secret="573920", at=AT + DAY)

    assert (after.account.id, after.person.id) == (before.account.id, before.person.id)
    assert isinstance(sign_in(session, new, "573920", at=AT + DAY), SignedIn)
    assert sign_in(session, new, PIN, at=AT + DAY) == Refused("unknown")


def test_a_new_code_for_a_forgotten_pin_disputes_nothing(session):
    person = activate(session, take_in(session)).person

    actions.reissue(session, VAULT, person=person, disputed=False, at=AT + DAY)

    assert person.last_disputed_at is None


def test_a_new_code_before_any_sign_in_disputes_nothing(session):
    take_in(session)
    person = person_with(session, "GV-2026/0001")

    actions.reissue(session, VAULT, person=person, disputed=True, at=AT)

    assert person.last_disputed_at is None


def test_a_new_code_helps_after_ten_failures(session):
    code = take_in(session)
    for _ in range(10):
        activate(session, code, born=WRONG)
    person = person_with(session, "GV-2026/0001")

    new = actions.reissue(session, VAULT, person=person, disputed=True, at=AT + DAY)

    assert isinstance(activate(session, new, at=AT + DAY), Activated)


def test_an_address_that_linked_a_stolen_letter_loses_the_file(session):
    thief = register(session)
    link(session, thief.account, take_in(session))
    person = person_with(session, "GV-2026/0001")

    actions.reissue(session, VAULT, person=person, disputed=True, at=AT + DAY)

    assert sign_in(session, EMAIL, at=AT + DAY) == Refused("unknown")


def test_a_learner_without_a_file_registers(session):
    outcome = register(session)

    assert isinstance(outcome, Registered)
    assert outcome.person.declared_group == "family"
    assert queries.person_of_account(session, outcome.account.id) is outcome.person
    assert isinstance(sign_in(session, EMAIL), SignedIn)


def test_registering_twice_with_the_same_secret_is_one_account(session):
    assert register(session) == register(session)


def test_an_address_in_use_cannot_be_taken_nor_its_secret_guessed(session):
    register(session)

    answers = [register(session, secret=f"40817{n}").reason for n in range(3, 9)]

    assert answers == ["taken"] * 5 + ["waiting"]


@pytest.mark.parametrize("email", ["", "samira", "a@b"])
def test_what_is_no_address_does_not_register(session, email):
    assert register(session, email=email) == Refused("unreadable")


def test_a_group_nobody_knows_is_refused(session):
    with pytest.raises(actions.UnknownGroupError):
        actions.register(
            session,
            VAULT,
            email=EMAIL,
            secret=PIN,
            locale="nl",
            declared_group="king",
            address="",
            at=AT,
        )


def test_linking_a_code_gives_the_file_to_the_person(session):
    mine = register(session)
    code = take_in(session, group="partner")

    outcome = link(session, mine.account, code)

    assert outcome == Linked(mine.person)
    assert person_with(session, "GV-2026/0001") is mine.person
    assert queries.rules_for(session, mine.person, at=AT).group == "partner"
    assert queries.birth_date_of_person(VAULT, mine.person) == BORN
    assert isinstance(sign_in(session, code), SignedIn)


def test_linking_leaves_the_person_of_the_file_empty(session):
    mine = register(session)
    code = take_in(session)
    file = person_with(session, "GV-2026/0001")

    link(session, mine.account, code)

    assert (file.joined_id, file.birth_date_sealed) == (mine.person.id, None)
    assert queries.enrolments_of(session, file) == []


def test_linking_twice_is_linking_once(session):
    mine = register(session)
    code = take_in(session)
    link(session, mine.account, code)

    assert link(session, mine.account, code) == Linked(mine.person)
    assert len(session.scalars(select(SignInName)).all()) == 2


def test_a_renewed_permit_is_linked_to_the_same_person(session):
    before = activate(session, take_in(session))
    code = take_in(session, "GV-2028/0777", at=AT + DAY)

    link(session, before.account, code, at=AT + DAY)

    shown = queries.identifiers_of(session, VAULT, before.person)
    assert [number.value for number in shown] == ["GV-2028/0777", "GV-2026/0001"]
    assert queries.identifiers_of_many(session, VAULT, [before.person.id], reader="wewis") == {
        before.person.id: ["GV-2028/0777", "GV-2026/0001"]
    }


def test_a_number_of_another_issuer_says_whose_it_is(session):
    person = activate(session, take_in(session)).person

    numbers = queries.identifiers_of_many(session, VAULT, [person.id], reader="dvz")

    assert numbers == {person.id: ["wewis:GV-2026/0001"]}


def test_a_file_that_has_an_account_is_not_linked(session):
    code = take_in(session)
    activate(session, code)
    mine = register(session)

    assert link(session, mine.account, code) == Refused("in-use")


def test_somebody_else_s_file_is_not_linked(session):
    mine = activate(session, take_in(session))
    other = take_in(session, "GV-2026/0002", born=WRONG)

    assert link(session, mine.account, other, born=WRONG) == Refused("other-person")
    assert person_with(session, "GV-2026/0002") is not mine.person


def test_ten_wrong_birth_dates_at_linking_end_a_code_too(session):
    mine = register(session)
    code = take_in(session)

    answers = [link(session, mine.account, code, born=WRONG).reason for _ in range(10)]

    assert answers == ["unknown"] * 9 + ["spent"]
    assert activate(session, code) == Refused("spent")


def test_linking_and_activating_at_once_gives_the_file_one_account(database, session):
    mine = register(session)
    code = take_in(session)
    account_id = mine.account.id
    session.commit()

    def press(number):
        with database.writing() as own:
            account = own.get(Account, account_id)
            outcome = link(own, account, code) if number % 2 else activate(own, code)
            own.commit()
        return type(outcome)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    owners = [person for person in session.scalars(select(Person)) if person.account_id is not None]
    assert answers.count(Activated) <= 1
    assert len(owners) == (2 if Activated in answers else 1)


def test_a_sign_in_under_way_does_not_survive_a_new_code(database, session):
    code = take_in(session)
    person_id = activate(session, code).person.id
    session.commit()

    def enter():
        with database.writing() as own:
            outcome = sign_in(own, code)
            own.commit()
        return outcome.token if isinstance(outcome, SignedIn) else None

    def replace():
        with database.writing() as own:
            actions.reissue(own, VAULT, person=own.get(Person, person_id), disputed=True, at=AT)
            own.commit()

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda job: job(), [*[enter] * 5, replace, *[enter] * 5]))

    alive = [token for token in tokens if token and sessions.find_visitor(session, token, at=AT)]
    assert alive == []


def test_an_account_without_a_person_is_not_found(session):
    with pytest.raises(queries.PersonNotFoundError):
        queries.person_of_account(session, 999)
