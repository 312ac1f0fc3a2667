"""Encryption of identifiers, blind indexes to find them by, and keyed hashes of codes.

Values are encrypted with AES-256-GCM-SIV (RFC 8452) and bound to their table, column and
row, so that a ciphertext moved elsewhere no longer opens.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class Keys:
    """The keys that one secret gives, each for its own purpose."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.cipher = AESGCMSIV(self._key("identifiers"))
        self._index_key = self._key("blind-index")

    def _key(self, purpose: str) -> bytes:
        kdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"pretraject/{purpose}".encode())
        return kdf.derive(self._secret)

    def index(self, text: str, purpose: str) -> str:
        """Return the keyed hash of a text."""
        return hmac.new(self._index_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class Vault:
    """The keys of one installation: those in use, and those that were before a rotation.

    Everything is sealed and indexed with the keys in use. What earlier ones sealed can still
    be opened, and what they indexed still be found by `indexes`.
    """

    def __init__(self, secret: str, earlier: Sequence[str] = ()) -> None:
        self._keys = [Keys(one) for one in dict.fromkeys((secret, *earlier))]

    def seal(self, text: str, *, place: str) -> bytes:
        """Encrypt a text for one place, such as `identifier.value:wewis:fileNumber`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._keys[0].cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt what was sealed for this place; InvalidTag when it was not."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        for keys in self._keys[:-1]:
            with suppress(InvalidTag):
                return keys.cipher.decrypt(nonce, body, place.encode()).decode()
        return self._keys[-1].cipher.decrypt(nonce, body, place.encode()).decode()

    def index(self, text: str, *, purpose: str) -> str:
        """Return a keyed hash by which an equal text can be found, 64 hex digits."""
        return self._keys[0].index(text, purpose)

    def indexes(self, text: str, *, purpose: str) -> list[str]:
        """Return every keyed hash a text may be stored under, the one in use first."""
        return [keys.index(text, purpose) for keys in self._keys]


def fingerprint(text: str) -> str:
    """Return a short hash that names a text, 16 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
