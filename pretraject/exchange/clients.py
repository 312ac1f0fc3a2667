"""The programs of authorities: let in, given other keys, shut out at once."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import import_key
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pretraject.core.errors import ConflictError, InvalidError, NotFoundError
from pretraject.exchange.models import AccessToken, ApiClient, ClientKey

ENROLMENTS, COMPLETIONS, RECEIPTS = "enrolments:write", "completions:read", "receipts:write"
SCOPES = (ENROLMENTS, COMPLETIONS, RECEIPTS)

ALGORITHMS = {"OKP": ("Ed25519", "EdDSA"), "EC": ("ES256",), "RSA": ("PS256", "RS256")}
"""What each kind of key may sign with: one public key never serves as a shared secret."""
RSA_MIN_BITS = 2048
KEYS_MAX = 10
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class ClientExistsError(ConflictError):
    """There is a client of this name."""


class ClientNotFoundError(NotFoundError):
    """There is no client of this name, or no key of this name."""


class InvalidKeysError(InvalidError):
    """The file is no set of public keys that can be used."""


class InvalidClientNameError(InvalidError):
    """This cannot be a client's name."""


@dataclass(frozen=True)
class PublicKey:
    """A key a client signs with, as it may be stored: never its private half."""

    kid: str
    jwk: dict[str, Any]


def read_keys(text: str | bytes) -> list[PublicKey]:
    """Return the keys of a JWK set (RFC 7517). Raises InvalidKeysError, which says what to do."""
    no_set = InvalidKeysError('this is no JWK set; write {"keys": [ … ]} with public keys')
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise no_set from error
    jwks = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(jwks, list) or not all(isinstance(one, dict) for one in jwks):
        raise no_set
    if not 0 < len(jwks) <= KEYS_MAX:
        raise InvalidKeysError(f"a set must have 1 to {KEYS_MAX} keys; this one has {len(jwks)}")
    return [_public(one) for one in jwks]


def _public(jwk: dict[str, Any]) -> PublicKey:
    """Return a key without its private half, which nobody may send. Raises InvalidKeysError."""
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise InvalidKeysError("every key must have a `kid` of at most 64 letters, digits, dots and hyphens")
    cannot = InvalidKeysError(f"key {kid} cannot be used; make an Ed25519, P-256 or RSA key of 2048 bits")
    if jwk.get("kty") not in ALGORITHMS:
        raise cannot
    try:
        key: Any = import_key(jwk)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise cannot from error
    if key.is_private:
        raise InvalidKeysError(f"key {kid} is not public; send the public half only and make a new pair")
    is_rsa = key.key_type == "RSA"
    fits = key.public_key.key_size >= RSA_MIN_BITS if is_rsa else jwk.get("crv") in ("Ed25519", "P-256")
    algorithms = ALGORITHMS[key.key_type]
    if not fits or jwk.get("alg", algorithms[0]) not in algorithms:
        raise cannot
    return PublicKey(kid, key.as_dict(private=False))


def add_client(
    session: Session,
    *,
    name: str,
    party: str,
    scopes: Sequence[str],
    keys: Sequence[PublicKey],
    at: datetime,
) -> ApiClient:
    """Let a client in. Raises InvalidClientNameError, ClientExistsError."""
    if not _NAME.fullmatch(name):
        raise InvalidClientNameError("name the client in small letters, digits and hyphens, 64 at most")
    if session.scalars(select(ApiClient).where(ApiClient.name == name)).one_or_none() is not None:
        raise ClientExistsError(f"there is a client {name}; add keys to it, or name the new one otherwise")
    client = ApiClient(name=name, party=party, scopes=" ".join(sorted(set(scopes))), created_at=at)
    session.add(client)
    session.flush()
    add_keys(session, client=client, keys=keys, at=at)
    return client


def add_keys(session: Session, *, client: ApiClient, keys: Sequence[PublicKey], at: datetime) -> list[str]:
    """Add keys beside those there are and return the new ones' names. Raises ClientExistsError."""
    known = {key.kid: key for key in keys_of(session, client)}
    added = []
    for key in keys:
        if key.kid not in known:
            session.add(ClientKey(client_id=client.id, kid=key.kid, jwk=key.jwk, added_at=at))
            added.append(key.kid)
        elif known[key.kid].jwk != key.jwk or known[key.kid].revoked_at is not None:
            raise ClientExistsError(f"{client.name} had another or revoked key {key.kid}; name it otherwise")
    session.flush()
    return added


def revoke_client(session: Session, *, client: ApiClient, at: datetime) -> None:
    """Shut a client out; its tokens open nothing from now on."""
    client.revoked_at = client.revoked_at or at
    _end_tokens(session, at, AccessToken.client_id == client.id)


def revoke_key(session: Session, *, client: ApiClient, kid: str, at: datetime) -> None:
    """Take a key from a client, and every token given out for it. Raises ClientNotFoundError."""
    key = next((one for one in keys_of(session, client) if one.kid == kid), None)
    if key is None:
        raise ClientNotFoundError(f"{client.name} has no key {kid}")
    key.revoked_at = key.revoked_at or at
    _end_tokens(session, at, AccessToken.key_id == key.id)


def _end_tokens(session: Session, at: datetime, which: Any) -> None:
    session.execute(update(AccessToken).where(which, AccessToken.expires_at > at).values(expires_at=at))
    session.flush()


def get_client(session: Session, name: str) -> ApiClient:
    """Return a client. Raises ClientNotFoundError."""
    client = session.scalars(select(ApiClient).where(ApiClient.name == name)).one_or_none()
    if client is None:
        raise ClientNotFoundError(f"there is no client {name}; `pretraject client list` shows them")
    return client


def all_clients(session: Session) -> Sequence[ApiClient]:
    """Return every client by name."""
    return session.scalars(select(ApiClient).order_by(ApiClient.name)).all()


def keys_of(session: Session, client: ApiClient) -> Sequence[ClientKey]:
    """Return a client's keys, oldest first, revoked ones too."""
    return session.scalars(
        select(ClientKey).where(ClientKey.client_id == client.id).order_by(ClientKey.id)
    ).all()
