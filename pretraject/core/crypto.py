"""Encryption of identifiers, blind indexes to find them by, and keyed hashes of codes.

Values are encrypted with AES-256-GCM-SIV (RFC 8452) and bound to their table, column and
row, so that a ciphertext moved elsewhere no longer opens.
"""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class Vault:
    """The keys of one installation, each derived from its own purpose."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = AESGCMSIV(self._key("identifiers"))
        self._index_key = self._key("blind-index")

    def _key(self, purpose: str) -> bytes:
        kdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"pretraject/{purpose}".encode())
        return kdf.derive(self._secret)

    def seal(self, text: str, *, place: str) -> bytes:
        """Encrypt a text for one place, such as `identifier.value:wewis:fileNumber`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """Decrypt what was sealed for this place; InvalidTag when it was not."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._cipher.decrypt(nonce, body, place.encode()).decode()

    def index(self, text: str, *, purpose: str) -> str:
        """Return a keyed hash by which an equal text can be found, 64 hex digits."""
        return hmac.new(self._index_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def fingerprint(text: str) -> str:
    """Return a short hash that names a text, 16 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
