"""What staff decided and noted about a file goes with it to the person it turns out to be of."""

import pytest
from sqlalchemy import select

from pretraject.completion import feed
from pretraject.completion.decisions import Wanted
from pretraject.completion.lines import lines_after
from pretraject.completion.models import Decision, FeedEvent
from pretraject.completion.status import status_of, statuses_by_number
from pretraject.core.clock import legal_date
from pretraject.enrolment.handing_over import find_handover, note_handover
from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.looks import get_look, open_look
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import file_number_index, find_person_by_file_number
from pretraject.enrolment.rows import IntakeRow, Number, prepare
from pretraject.exchange.taken_in import reevaluate
from pretraject.verification.commands import verify
from tests import evidence
from tests.evidence import PROPOSER, decide
from tests.site import BORN
from tests.study.forms_sent import fill_in
from tests.study.readers import learner
from tests.world import VAULT

NUMBER = "GV-LETTER"


@pytest.fixture
def code(learning):
    """The code of a file that staff exempted, handed over and opened before anybody linked it."""
    at = learning.clock()
    code = learning.enrol(NUMBER)
    with learning.ground.database.writing() as session:
        person = find_person_by_file_number(session, VAULT, NUMBER)
        decide(session, person, Wanted("exemption", exemption="other"), at=at)
        decide(session, person, Wanted("exemption"), outcome=None, at=at)
        note_handover(session, person=person, postcode="9000", agency="amal", account_id=PROPOSER, at=at)
        learning.look = open_look(session, person=person, account_id=PROPOSER, reason="permit", at=at).key
        session.commit()
    return code


def link(mine, code):
    """Add the code of the letter to an account."""
    born = {"day": BORN.day, "month": BORN.month, "year": BORN.year}
    sent = fill_in(mine.client, "/nl/my/account/code/", code=code, **born)
    assert sent.status_code == 303, sent.text


def add_by_list(site, mine, number):
    """Have the authority say that the letter's number is of the person with another number."""
    at = site.clock()
    add = (Number.of("wewis", "fileNumber", NUMBER),)
    row = IntakeRow(1, number, None, None, None, add=add, given=frozenset())
    with site.ground.database.writing() as session:
        imported = import_enrolments(session, VAULT, list(prepare([row], VAULT)), at=at)
        assert [one.joined for one in imported.outcomes] == [True]
        reevaluate(session, imported, at=at)
        session.commit()
        assert imported.outcomes[0].person.id == mine.person_id


@pytest.fixture(params=["the learner links the code", "the authority adds the number"])
def joined(request, learning, code):
    """Somebody whose file the letter's turned out to be, one way or the other."""
    if "code" in request.param:
        mine = learner(learning)
        link(mine, code)
    else:
        mine = learner(learning, number="GV-MINE")
        add_by_list(learning, mine, "GV-MINE")
    return mine


def test_an_exemption_holds_for_the_learner(learning, joined):
    at = learning.clock()
    with learning.ground.database.reading() as session:
        index = file_number_index(VAULT, NUMBER, issuer="wewis")
        [(by_number, _places)] = statuses_by_number(session, [("wewis", "fileNumber", index)], at=at).values()

        assert status_of(session, joined.person(session), at=at).word == "exempt"
        assert (by_number.word, by_number.obligation) == ("exempt", "voluntary")


def test_what_was_told_is_told_of_the_learner(learning, joined):
    at = learning.clock()
    with learning.ground.database.writing() as session:
        events = session.scalars(select(FeedEvent).order_by(FeedEvent.id)).all()
        assert [(event.kind, event.person_id) for event in events] == [("exempted", joined.person_id)]
        session.commit()
    feed.stamp_all(learning.ground.database, at=at)
    with learning.ground.database.reading() as session:
        [line] = lines_after(session, VAULT, recipient="wewis", cursor="")
        assert NUMBER in line["fileNumbers"]
        assert line["decidedOn"] == legal_date(at).isoformat()


def test_everything_staff_noted_comes_along(learning, joined):
    with learning.ground.database.reading() as session:
        mine = joined.person(session)
        decisions = session.scalars(select(Decision).order_by(Decision.id)).all()

        assert {one.person_id for one in decisions} == {mine.id}
        assert find_handover(session, mine).agency == "amal"
        _look, person = get_look(session, learning.look, account_id=PROPOSER, at=learning.clock())
        assert person.id == mine.id


def test_nothing_is_left_with_the_empty_person(learning, joined):
    with learning.ground.database.reading() as session:
        empty = session.scalars(select(Person).where(Person.joined_id == joined.person_id)).one()
        assert empty.birth_date_sealed is None

    result = evidence.run(verify, learning.ground.config.database_url, at=learning.clock())

    assert result.stdout.splitlines()[-1] == "faults: 0", result.stdout
