"""An import and a learner at the same moment, on PostgreSQL, where both may write."""

import pytest
from sqlalchemy import select

from pretraject.accounts.birth_dates import BirthDate
from pretraject.core.db import Database
from pretraject.enrolment import amending
from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.models import Enrolment, Identifier
from pretraject.enrolment.rows import IntakeRow, prepare
from tests.world import AT, DAY, VAULT, make_person, publish_rules


@pytest.fixture
def database(postgresql_url):
    database = Database(postgresql_url)
    yield database
    database.dispose()


def listed(group):
    """The list with one person in a group, prepared."""
    return list(prepare([IntakeRow(1, "GV77", BirthDate(1990, 1, 1), group, "flanders")], VAULT))


def test_who_linked_the_file_during_an_import_is_evaluated_by_it(database, monkeypatch):
    with database.writing() as session:
        publish_rules(session)
        import_enrolments(session, VAULT, listed("family"), at=AT - DAY)
        owner = make_person(session).id
        session.commit()

    def link_meanwhile(*_given):
        with database.writing() as other:
            for model in (Identifier, Enrolment):
                other.scalars(select(model)).one().person_id = owner
            other.commit()

    monkeypatch.setattr(amending, "_refuse", link_meanwhile)

    with database.writing() as session:
        imported = import_enrolments(session, VAULT, listed("labour"), at=AT)

    assert [person.id for person in imported.changed] == [owner]
