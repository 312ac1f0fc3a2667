"""Tokens: proof of identity in, a token of ten minutes out; all else is refused, logged by name only."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pretraject.exchange import clients
from tests.exchange.programs import AUDIENCE, BASE, EVENTS, NAME, QUERY, Program, problem
from tests.exchange.stranger import Key, b64, claims_of

INVALID = (401, "urn:problem-type:pretraject:oauth2:invalidClient")


def forged(header, claims, sign):
    """Write a JWT that somebody else put together."""
    text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{b64(sign(text.encode()))}"


def alg_none(program):
    return forged({"alg": "none", "kid": "first"}, program.claims(), lambda _text: b"")


def hs256_with_the_public_key(program):
    public = program.key.private.public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    sign = lambda text: hmac.new(secret, text, hashlib.sha256).digest()  # noqa: E731 — given as an argument
    return forged({"alg": "HS256", "kid": "first"}, program.claims(), sign)


def hs256_with_the_jwk(program):
    secret = base64.urlsafe_b64decode(program.key.jwk["x"] + "=")
    sign = lambda text: hmac.new(secret, text, hashlib.sha256).digest()  # noqa: E731 — given as an argument
    return forged({"alg": "HS256", "kid": "first"}, program.claims(), sign)


def jwk_in_the_header(program):
    own = Key("first")
    return own.sign(program.claims(), jwk=own.jwk)


def replayed(program):
    assertion = program.key.sign(program.claims())
    assert program.ask_token(assertion).status_code == 200
    return assertion


def changed(**claims):
    return lambda program: program.key.sign(program.claims(**claims))


def at(seconds):
    return lambda program: program.key.sign(program.claims(exp=int(program.now()) + seconds))


FORGED = {
    "alg none": alg_none,
    "HS256 with the public key": hs256_with_the_public_key,
    "HS256 with the key's own bytes": hs256_with_the_jwk,
    "jwk in the header": jwk_in_the_header,
    "somebody else's signature": lambda program: Key("first").sign(program.claims()),
    "unknown kid": lambda program: Key("second").sign(program.claims()),
    "no kid": lambda program: program.key.sign(program.claims(), kid=None),
    "wrong audience": changed(aud="https://elsewhere.example/oauth2/token"),
    "no audience": changed(aud=None),
    "wrong issuer": changed(iss="agii"),
    "another subject": changed(sub="agii"),
    "no subject": changed(sub=None),
    "expired": at(-1),
    "far future": at(3600),
    "no expiry": changed(exp=None),
    "an expiry that is no number": changed(exp="soon"),
    "an expiry beyond all time": changed(exp=1e300),
    "not yet": lambda program: program.key.sign(program.claims(nbf=int(program.now()) + 120)),
    "no jti": changed(jti=None),
    "an empty jti": changed(jti=""),
    "a jti that is no text": changed(jti=7),
    "replayed jti": replayed,
    "not a JWT": lambda _program: "x.y",
    "no JSON in it": lambda program: f"{b64(b'{')}.{b64(b'{')}.{b64(b'x')}",
    "a list in it": lambda program: program.key.sign([1]),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_does_not_prove_the_client_is_refused(sqlite_program, what):
    assertion = FORGED[what](sqlite_program)

    answer = sqlite_program.ask_token(assertion)

    assert problem(answer) == INVALID
    assert answer.json["error"] == "invalid_client"


@pytest.mark.parametrize("what", ["replayed jti", "expired"])
def test_a_refusal_leaves_the_client_itself_in_the_log_and_nothing_else(sqlite_program, caplog, what):
    assertion = FORGED[what](sqlite_program)
    caplog.clear()

    with caplog.at_level(logging.INFO):
        sqlite_program.ask_token(assertion)

    said = [record.getMessage() for record in caplog.records if record.name.startswith("pretraject")]
    assert said == [f"client refused: {NAME}"]


def test_a_client_gets_a_token_of_ten_minutes(program):
    answer = program.ask_token()

    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 600
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_audience_may_be_the_site(sqlite_program):
    assertion = sqlite_program.key.sign(sqlite_program.claims(aud=[BASE, "https://other.example"]))

    assert sqlite_program.ask_token(assertion).status_code == 200


def test_a_token_ends_after_ten_minutes(program):
    program.headers()
    program.site.clock.forward(minutes=9, seconds=59)
    assert program.get(EVENTS).status_code == 200
    program.site.clock.forward(seconds=1)

    answer = program.get(EVENTS)

    assert problem(answer) == (401, "urn:problem-type:belgif:expiredAccessToken")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_nothing_is_told(sqlite_program, headers):
    answer = sqlite_program.browser.get(EVENTS, headers=headers)

    assert problem(answer) == (401, "urn:problem-type:belgif:noAccessToken")


def test_an_unknown_token_is_refused(sqlite_program):
    answer = sqlite_program.browser.get(EVENTS, headers={"Authorization": "Bearer " + "x" * 43})

    assert problem(answer) == (401, "urn:problem-type:belgif:invalidAccessToken")


def revoke_client(site, client):
    with site.ground.database.writing() as session:
        clients.revoke_client(session, client=clients.get_client(session, client), at=site.clock())
        session.commit()


def revoke_key(site, client, kid="first"):
    with site.ground.database.writing() as session:
        clients.revoke_key(session, client=clients.get_client(session, client), kid=kid, at=site.clock())
        session.commit()


@pytest.mark.parametrize("revoke", [revoke_client, revoke_key])
def test_who_is_revoked_is_out_at_once(program, revoke):
    program.headers()

    revoke(program.site, NAME)

    assert program.get(EVENTS).status_code == 401
    assert problem(program.ask_token()) == INVALID


def test_two_keys_may_hold_while_a_client_changes_over(program):
    second = Key("second")
    with program.site.ground.database.writing() as session:
        client = clients.get_client(session, NAME)
        keys = clients.read_keys(second.jwks)
        clients.add_keys(session, client=client, keys=keys, at=program.site.clock())
        session.commit()

    answers = [program.ask_token(key.sign(program.claims())) for key in (program.key, second)]
    revoke_key(program.site, NAME)
    after = [program.ask_token(key.sign(program.claims())) for key in (program.key, second)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.status_code for answer in after] == [401, 200]


def test_a_scope_the_client_was_never_given_is_refused(sqlite_site):
    program = Program(sqlite_site, scopes=["completions:read"])

    answer = program.ask_token(scope="completions:read enrolments:write")

    assert problem(answer) == (400, "urn:problem-type:pretraject:oauth2:invalidScope")
    assert answer.json["error"] == "invalid_scope"


def test_a_token_opens_only_what_it_was_asked_for(sqlite_program):
    sqlite_program.token = sqlite_program.ask_token(scope="receipts:write").json["access_token"]

    answer = sqlite_program.get(EVENTS)

    assert problem(answer) == (403, "urn:problem-type:belgif:missingScope")
    assert answer.json["requiredScopes"] == ["completions:read"]


@pytest.mark.parametrize(
    "change",
    [
        {"grant_type": "password"},
        {"client_assertion_type": "urn:x"},
        {"client_assertion": ""},
        {"client_assertion": "x" * 9000},
        {"more": "1"},
    ],
)
def test_a_form_that_asks_for_something_else_is_refused_with_the_field(sqlite_program, change):
    answer = sqlite_program.ask_token("x.y.z", **change)

    assert problem(answer) == (400, "urn:problem-type:belgif:badRequest")
    assert [one["name"] for one in answer.json["issues"]] == list(change)


def test_the_same_assertion_opens_once(program):
    assertion = program.key.sign(program.claims())

    answers = [program.ask_token(assertion).status_code for _ in range(2)]

    assert answers == [200, 401]


def test_a_private_key_is_never_taken():
    key = Key("own")
    private = key.jwk | {"d": b64(key.private.private_bytes_raw())}

    with pytest.raises(clients.InvalidKeysError, match="not public"):
        clients.read_keys(json.dumps({"keys": [private]}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}',
        '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "x"}]}',
        '{"keys": ["x"]}',
        json.dumps({"keys": [{name: value for name, value in Key("x").jwk.items() if name != "kid"}]}),
    ],
)
def test_a_file_without_usable_keys_is_refused(text):
    with pytest.raises(clients.InvalidKeysError):
        clients.read_keys(text)


def test_the_query_is_no_place_for_a_token(sqlite_program):
    token = sqlite_program.ask_token().json["access_token"]

    answer = sqlite_program.browser.post(f"{QUERY}?access_token={token}", json={"identifiers": []})

    assert answer.status_code == 401


def test_a_client_that_is_ahead_by_a_little_is_let_in(sqlite_program):
    ahead = sqlite_program.now() + timedelta(seconds=20).total_seconds()
    assertion = sqlite_program.key.sign(claims_of(NAME, AUDIENCE, now=ahead))

    assert sqlite_program.ask_token(assertion).status_code == 200
