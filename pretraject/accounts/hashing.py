"""Hashes of secrets and tokens.

A secret goes through the installation's key before argon2id: without the key a copy of the
database does not even give away a PIN of six digits.
"""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from pretraject.accounts.rules import SECRET_MAX, canonical_secret
from pretraject.core.crypto import Vault

TOKEN_BYTES = 32

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_secret(vault: Vault, secret: str) -> str:
    """Return what is stored of a secret."""
    return _HASHER.hash(_keyed(vault, secret))


def secret_fits(vault: Vault, secret: str, stored: str | None) -> bool:
    """Say whether a secret is the stored one; takes as long when nothing is stored."""
    return (
        any(_verified(keyed, stored) for keyed in _every_keyed(vault, secret)) and len(secret) <= SECRET_MAX
    )


def _verified(keyed: str, stored: str | None) -> bool:
    try:
        return _HASHER.verify(stored or _stand_in(), keyed) and stored is not None
    except VerificationError:
        return False


def is_dated(vault: Vault, secret: str, stored: str) -> bool:
    """Say whether a right secret's hash was made with weaker settings, or with a key of before."""
    return _HASHER.check_needs_rehash(stored) or (
        len(_every_keyed(vault, secret)) > 1 and not _verified(_keyed(vault, secret), stored)
    )


def draw_token() -> str:
    """Draw a token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what is stored of a token: it is random, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def _keyed(vault: Vault, secret: str) -> str:
    return vault.index(canonical_secret(secret), purpose="secret")


def _every_keyed(vault: Vault, secret: str) -> list[str]:
    return vault.indexes(canonical_secret(secret[:SECRET_MAX]), purpose="secret")


@cache
def _stand_in() -> str:
    return _HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))
