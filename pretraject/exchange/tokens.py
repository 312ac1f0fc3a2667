"""Tokens for programs: proof of identity in, a token of ten minutes out (RFC 6749, RFC 7523).

Tokens are random and looked up, so that one ends at the moment its client or key is revoked.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.accounts.hashing import draw_token, token_hash
from pretraject.core.errors import AppError
from pretraject.core.once import insert_once
from pretraject.exchange.clients import ALGORITHMS
from pretraject.exchange.models import AccessToken, ApiClient, ClientKey, UsedAssertion

TOKEN_LIFE = timedelta(minutes=10)
ASSERTION_LIFE = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)
"""How far a client's clock may be ahead of ours."""
JTI_MAX = 255
ASSERTION_MAX = 8192
HEADERS = frozenset({"alg", "kid", "typ"})
"""What the header of an assertion may say: no key of its own, no address to fetch one from."""


class InvalidClientError(AppError):
    """The assertion does not prove who the client is; the text says why, in one fixed word."""

    def __init__(self, reason: str, client: str | None = None) -> None:
        super().__init__(reason)
        self.client = client


class InvalidScopeError(AppError):
    """The client asked for something it was never given."""


class InvalidTokenError(AppError):
    """The token is none of ours, or was revoked."""


class ExpiredTokenError(AppError):
    """The token ran out."""


@dataclass(frozen=True)
class Issued:
    """A token and what it is good for; only here can it be read."""

    token: str
    client: str
    scopes: tuple[str, ...]
    life: timedelta = TOKEN_LIFE


@dataclass(frozen=True)
class Caller:
    """The client behind a request, and what its token is good for."""

    id: int
    name: str
    party: str
    scopes: frozenset[str]


def issue_token(
    session: Session, *, assertion: str, audiences: Collection[str], scope: str, at: datetime
) -> Issued:
    """Give out a token for an assertion, once. Raises InvalidClientError, InvalidScopeError.

    The session must be a declared write; the caller commits.
    """
    client, key = _signer(session, assertion)
    claims = _claims(assertion, key, client.name)
    _require_claims(claims, client.name, audiences=audiences, at=at)
    used = {
        "client_id": client.id,
        "jti_hash": hashlib.sha256(claims["jti"].encode()).hexdigest(),
        "expires_at": _moment(claims["exp"], at) + LEEWAY,
    }
    if insert_once(session, UsedAssertion, used, key=("client_id", "jti_hash")) is None:
        raise InvalidClientError("replayed", client.name)
    given = client.scopes.split()
    wanted = sorted(set(scope.split())) or given
    if not set(wanted) <= set(given):
        raise InvalidScopeError(client.name)
    token = draw_token()
    session.add(
        AccessToken(
            client_id=client.id,
            key_id=key.id,
            token_hash=token_hash(token),
            scopes=" ".join(wanted),
            issued_at=at,
            expires_at=at + TOKEN_LIFE,
        )
    )
    session.flush()
    return Issued(token, client.name, tuple(wanted))


def caller_of(session: Session, token: str, *, at: datetime) -> Caller:
    """Return whose token this is; one query. Raises InvalidTokenError, ExpiredTokenError."""
    row = session.execute(
        select(AccessToken, ApiClient)
        .join(ApiClient, ApiClient.id == AccessToken.client_id)
        .where(AccessToken.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        raise InvalidTokenError
    issued, client = row
    if client.revoked_at is not None:
        raise InvalidTokenError
    if issued.expires_at <= at:
        raise ExpiredTokenError
    return Caller(client.id, client.name, client.party, frozenset(issued.scopes.split()))


def _signer(session: Session, assertion: str) -> tuple[ApiClient, ClientKey]:
    """Return the client an assertion names and the key it says it is signed with; nothing is proved yet."""
    if len(assertion) > ASSERTION_MAX:
        raise InvalidClientError("unreadable")
    try:
        signature = jws.extract_compact(assertion.encode())
        said = json.loads(signature.payload)
        header = signature.headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidClientError("unreadable") from error
    name = said.get("iss") if isinstance(said, dict) else None
    row = session.execute(
        select(ApiClient, ClientKey)
        .join(ClientKey, ClientKey.client_id == ApiClient.id)
        .where(ApiClient.name == _word(name), ClientKey.kid == _word(header.get("kid")))
    ).one_or_none()
    if row is None:
        raise InvalidClientError("unknown-key")
    client, key = row
    if client.revoked_at is not None or key.revoked_at is not None:
        raise InvalidClientError("revoked", client.name)
    if not set(header) <= HEADERS:
        raise InvalidClientError("header", client.name)
    return client, key


def _word(value: object) -> str:
    """Return a text that can be compared with what is stored; an empty one for anything else."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def _claims(assertion: str, key: ClientKey, client: str) -> dict[str, Any]:
    """Return what an assertion says, once its signature fits."""
    public = import_key(key.jwk)
    algorithms = [key.jwk["alg"]] if "alg" in key.jwk else list(ALGORITHMS[public.key_type])
    try:
        proved = jws.deserialize_compact(assertion, public, algorithms=algorithms)
        claims: dict[str, Any] = json.loads(proved.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise InvalidClientError("signature", client) from error
    return claims


def _require_claims(claims: dict[str, Any], client: str, *, audiences: Collection[str], at: datetime) -> None:
    """Refuse claims that are not all there, or not for here and now."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if claims.get("sub") != client:
        raise InvalidClientError("subject", client)
    if not any(isinstance(one, str) and one in audiences for one in named):
        raise InvalidClientError("audience", client)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_MAX:
        raise InvalidClientError("jti", client)
    expires = _moment(claims.get("exp"), at)
    if expires <= at:
        raise InvalidClientError("expired", client)
    if expires > at + ASSERTION_LIFE + LEEWAY:
        raise InvalidClientError("too-long", client)
    for name in ("iat", "nbf"):
        if name in claims and _moment(claims[name], at) > at + LEEWAY:
            raise InvalidClientError("not-yet", client)


def _moment(value: object, at: datetime) -> datetime:
    """Return a NumericDate; something that is none, or out of any reach, is taken as far away in time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return datetime.min.replace(tzinfo=at.tzinfo)
    try:
        return datetime.fromtimestamp(value, tz=at.tzinfo)
    except (ValueError, OverflowError, OSError):
        if value > 0:
            return datetime.max.replace(tzinfo=at.tzinfo)
        return datetime.min.replace(tzinfo=at.tzinfo)
