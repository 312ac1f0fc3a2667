"""`pretraject client`: letting programs in and shutting them out."""

import json

import pytest
from sqlalchemy import select

from pretraject.exchange.client_commands import client
from pretraject.exchange.models import ApiClient, ClientKey
from pretraject.exchange.openapi import document
from tests.evidence import ground_on, run
from tests.exchange.stranger import Key


@pytest.fixture
def url(published_url):
    """The address of a database with a policy."""
    return published_url


@pytest.fixture
def jwks(tmp_path):
    """A file with a public key."""
    path = tmp_path / "keys.json"
    path.write_text(Key("first").jwks)
    return path


def add(url, jwks, *more, name="permits", recipient="wewis", scope="completions:read"):
    return run(client, url, "add", name, "--recipient", recipient, "--scope", scope, "--jwks", jwks, *more)


def stored(url, model):
    ground = ground_on(url)
    with ground.database.reading() as session:
        found = session.scalars(select(model).order_by(model.id)).all()
        session.expunge_all()
    ground.database.dispose()
    return found


def test_a_client_is_let_in_with_its_audience_told(url, jwks):
    result = add(url, jwks, "--scope", "receipts:write")

    assert result.exit_code == 0, result.output
    assert "/oauth2/token" in result.output
    (made,) = stored(url, ApiClient)
    assert (made.name, made.party, made.scopes) == ("permits", "wewis", "completions:read receipts:write")


def test_a_recipient_without_a_feed_is_refused(url, jwks):
    result = add(url, jwks, recipient="nobody")

    assert result.exit_code == 2
    assert "it has: wewis" in result.output
    assert stored(url, ApiClient) == []


def test_an_issuer_without_a_feed_may_enrol(url, jwks):
    assert add(url, jwks, recipient="dvz", scope="enrolments:write").exit_code == 0


@pytest.mark.parametrize("name", ["Permits", "a b", "", "-x"])
def test_a_name_that_is_none_is_refused(url, jwks, name):
    result = add(url, jwks, name=name)

    assert result.exit_code != 0
    assert stored(url, ApiClient) == []


def test_a_name_is_given_once(url, jwks):
    add(url, jwks)

    assert add(url, jwks).exit_code != 0
    assert len(stored(url, ApiClient)) == 1


def test_a_second_key_is_added_and_the_first_taken_away(url, jwks, tmp_path):
    add(url, jwks)
    second = tmp_path / "second.json"
    second.write_text(Key("second").jwks)

    added = run(client, url, "add-keys", "permits", second)
    revoked = run(client, url, "revoke-key", "permits", "first")
    listed = run(client, url, "list")

    assert (added.output, revoked.exit_code) == ("added: second\n", 0)
    assert [(key.kid, key.revoked_at is not None) for key in stored(url, ClientKey)] == [
        ("first", True),
        ("second", False),
    ]
    assert "key first: added 2026-11-24, revoked 2026-11-24" in listed.output


def test_adding_the_same_keys_again_changes_nothing(url, jwks):
    add(url, jwks)

    assert run(client, url, "add-keys", "permits", jwks).output == "added: none, all are known\n"


def test_a_client_is_shut_out(url, jwks):
    add(url, jwks)

    result = run(client, url, "revoke", "permits")

    assert result.exit_code == 0
    assert stored(url, ApiClient)[0].revoked_at is not None
    assert "revoked" in run(client, url, "list").output


@pytest.mark.parametrize("words", [("revoke", "x"), ("revoke-key", "permits", "x"), ("add-keys", "x")])
def test_what_is_not_there_is_said(url, jwks, words):
    add(url, jwks)
    words = (*words, jwks) if words[0] == "add-keys" else words

    result = run(client, url, *words)

    assert result.exit_code != 0
    assert "there is no client" in str(result.exception) or "has no key" in str(result.exception)


def test_the_document_is_printed():
    result = run(client, "sqlite://", "openapi")

    assert json.loads(result.output) == document()
