from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from pretraject.audit.actions import NotAnIdError, note
from pretraject.audit.models import EntryIsFinalError
from pretraject.audit.queries import chain_faults, end_of_chain, entries_about
from pretraject.audit.rules import OPERATOR, client, staff
from pretraject.core.chain import START_HASH
from tests.world import AT, DAY


def write_down(session, times=5):
    """Write down so many looks at person 7."""
    for number in range(times):
        note(session, actor=staff(3), action="person.found", at=AT + number * DAY, person_id=7, reason=number)
    session.commit()


def test_entries_about_a_person_are_kept_in_order(session):
    note(session, actor=staff(3), action="person.found", at=AT, person_id=7)
    note(session, actor=client("wewis"), action="completion.queried", at=AT + DAY, person_id=7)
    note(session, actor=OPERATOR, action="completion.exported", at=AT, recipient="wewis", first=1, last=9)
    session.commit()

    found = entries_about(session, 7)

    assert [(entry.actor_kind, entry.actor_id, entry.actor_name) for entry in found] == [
        ("staff", 3, None),
        ("client", None, "wewis"),
    ]


def test_a_chain_is_whole_as_written(database, session):
    write_down(session)

    with database.reading() as reader:
        assert list(chain_faults(reader)) == []
        assert end_of_chain(reader)[0] == 5


def test_an_empty_chain_is_whole(session):
    assert list(chain_faults(session)) == []
    assert end_of_chain(session) == (0, START_HASH)


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE audit_entry SET person_id = 8 WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 2", "entry 2 was changed"),
        ("UPDATE audit_entry SET previous_hash = hash WHERE seq = 4", "entry 4 does not hold on"),
        ("DELETE FROM audit_entry WHERE seq = 2", "entries 2 to 2 are missing"),
        ("DELETE FROM audit_entry WHERE seq = 5", "ends at 4, but its head says 5"),
        ("UPDATE audit_head SET seq = 6", "ends at 5, but its head says 6"),
    ],
)
def test_tampering_is_named(session, tampering, told):
    write_down(session)

    session.execute(text(tampering))
    session.commit()

    assert told in "\n".join(chain_faults(session))


@pytest.mark.parametrize("given", [{"name": "Ana Popescu"}, {"born": "15 4 1990"}, {"note": "é"}, {"x": ""}])
def test_what_is_no_id_is_refused(session, given):
    with pytest.raises(NotAnIdError):
        note(session, actor=OPERATOR, action="person.found", at=AT, **given)


def test_an_entry_is_never_changed_by_the_program(session):
    write_down(session, times=1)
    entry = entries_about(session, 7)[0]

    entry.person_id = 8

    with pytest.raises(EntryIsFinalError):
        session.flush()


def test_many_who_look_at_once_are_chained_one_after_the_other(database):
    def look(number):
        with database.writing() as own:
            note(own, actor=staff(number), action="person.found", at=AT, person_id=7)
            own.commit()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(look, range(1, 41)))

    with database.reading() as reader:
        assert list(chain_faults(reader)) == []
        assert end_of_chain(reader)[0] == 40
