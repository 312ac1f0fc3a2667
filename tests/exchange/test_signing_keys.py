"""Keys that exports are signed with: who may know them, and how one follows another."""

import json

import pytest
from sqlalchemy import select

from pretraject.core.db import Database
from pretraject.exchange.models import SigningKey
from pretraject.exchange.signing import private_place, signer
from tests.exchange.taking_out import add_events, faults, invoked, keys_of, take_out
from tests.world import AT, DAY, VAULT


@pytest.fixture
def url(database_url):
    """A database with a few events."""
    add_events(database_url, 3)
    return database_url


def stored(url):
    database = Database(url)
    with database.reading() as session:
        rows = session.scalars(select(SigningKey).order_by(SigningKey.id)).all()
    database.dispose()
    return rows


def test_the_first_export_makes_a_key_and_the_next_one_uses_it(url, tmp_path):
    take_out(url, tmp_path / "one")
    take_out(url, tmp_path / "two")

    assert [row.valid_to for row in stored(url)] == [None]
    assert faults(tmp_path / "two", keys_of(url)) == []


def test_the_private_half_is_sealed_for_its_key(url, tmp_path):
    take_out(url, tmp_path / "one")

    [row] = stored(url)
    private = json.loads(VAULT.open(row.private_sealed, place=private_place(row.kid)))
    assert private["x"] == row.jwk["x"]
    assert "d" in private
    assert "d" not in row.jwk


def test_a_new_key_signs_from_then_on_and_what_was_signed_before_stays_proved(url, tmp_path):
    take_out(url, tmp_path / "old")
    assert invoked(url, "signing-key", "new", at=AT + 2 * DAY).exit_code == 0
    take_out(url, tmp_path / "new", at=AT + 3 * DAY)

    keys = keys_of(url)
    assert faults(tmp_path / "old", keys) == faults(tmp_path / "new", keys) == []
    kids = [json.loads((tmp_path / f"{name}.manifest.json").read_bytes())["keyId"] for name in ("old", "new")]
    assert kids == [key["kid"] for key in keys["keys"]]
    assert kids[0] != kids[1]


def test_the_private_half_of_a_key_is_gone_when_another_follows(url, tmp_path):
    take_out(url, tmp_path / "old")
    invoked(url, "signing-key", "new", at=AT + 2 * DAY)

    old, new = stored(url)
    assert (old.private_sealed, old.valid_to) == (None, AT + 2 * DAY)
    assert new.private_sealed is not None


@pytest.mark.parametrize("name", ["validFrom", "validTo"])
def test_an_export_of_a_time_when_its_key_was_not_in_use_is_named(url, tmp_path, name):
    take_out(url, tmp_path / "out")
    keys = keys_of(url)
    moved = {"validFrom": AT + 2 * DAY, "validTo": AT}[name]
    keys["keys"][0][name] = moved.isoformat()

    [fault] = faults(tmp_path / "out", keys)
    assert fault.endswith("is of 2026-11-24T12:00:00+00:00, when its key was not in use")


@pytest.mark.parametrize("value", [None, 5, "soon", "2026-11-24T12:00:00"])
def test_a_key_that_does_not_say_when_it_was_in_use_proves_nothing(url, tmp_path, value):
    take_out(url, tmp_path / "out")
    keys = keys_of(url)
    keys["keys"][0]["validFrom"] = value

    assert len(faults(tmp_path / "out", keys)) == 1


def test_keys_are_listed_and_written_out(url):
    made = invoked(url, "signing-key", "new").stdout
    listed = invoked(url, "signing-key", "list").stdout

    assert made == f"key: {listed.split()[0]}\n"
    assert listed.rstrip().endswith("from 2026-11-24 12:00 UTC  in use")
    assert json.loads(invoked(url, "signing-key", "jwks").stdout) == keys_of(url)


def test_the_site_shows_every_key_and_no_private_half(sqlite_site):
    ground = sqlite_site.ground
    first = signer(ground.database, ground.vault, at=sqlite_site.clock())

    answer = sqlite_site.client().get("/.well-known/jwks.json")

    assert answer.status_code == 200
    assert answer.content_type == "application/jwk-set+json"
    [key] = answer.json["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use", "validFrom"}
    assert (key["kid"], key["alg"], key["crv"]) == (first.kid, "Ed25519", "Ed25519")


def test_the_keys_are_not_sent_again_to_who_holds_them(sqlite_site):
    first = sqlite_site.client().get("/.well-known/jwks.json")
    again = sqlite_site.client().get(
        "/.well-known/jwks.json", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert again.status_code == 304
    assert "Set-Cookie" not in first.headers
