"""A restored back-up lets no program in that was shut out since."""

import pytest
from sqlalchemy import select

from pretraject.archive.commands import backup, restore_command
from pretraject.core.db import Database
from pretraject.exchange.clients import get_client, keys_of, revoke_client, revoke_key
from pretraject.exchange.models import AccessToken
from tests.evidence import CLIENT, done
from tests.world import AT


@pytest.fixture
def archive(evidence_url, tmp_path):
    """A back-up from before anybody was shut out."""
    path = tmp_path / "before"
    done(backup, evidence_url, path)
    return path


def revoke(url, action, **given):
    database = Database(url)
    with database.writing() as session:
        action(session, client=get_client(session, CLIENT), at=AT, **given)
        session.commit()
    database.dispose()


@pytest.fixture
def look_at(evidence_url):
    """Say when the client and its key were revoked, and how many tokens there are."""

    def look_at():
        database = Database(evidence_url)
        with database.reading() as session:
            client = get_client(session, CLIENT)
            [key] = keys_of(session, client)
            found = client.revoked_at, key.revoked_at, len(session.scalars(select(AccessToken)).all())
        database.dispose()
        return found

    return look_at


def test_a_client_revoked_since_stays_out(evidence_url, archive, look_at):
    revoke(evidence_url, revoke_client)

    done(restore_command, evidence_url, archive, "--replace", "--yes")

    assert look_at() == (AT, None, 0)


def test_a_key_revoked_since_stays_revoked(evidence_url, archive, look_at):
    revoke(evidence_url, revoke_key, kid="first")

    done(restore_command, evidence_url, archive, "--replace", "--yes")

    assert look_at() == (None, AT, 0)


def test_who_was_not_revoked_comes_in_with_a_new_token(evidence_url, archive, look_at):
    assert look_at() == (None, None, 1)

    done(restore_command, evidence_url, archive, "--replace", "--yes")

    assert look_at() == (None, None, 0)
