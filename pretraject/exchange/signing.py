"""The keys that exports are signed with: made, used, followed by another, and told to everybody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.core.crypto import Vault
from pretraject.core.db import Database
from pretraject.exchange.models import SigningKey

ALGORITHM: Final = "Ed25519"
TYPE = "pretraject-manifest+jws"


@dataclass(frozen=True)
class Signer:
    """The key in use, opened."""

    kid: str
    valid_from: datetime
    key: OKPKey

    def sign(self, content: bytes) -> bytes:
        """Return a detached signature of a content (RFC 7515, appendix F)."""
        header = {"alg": ALGORITHM, "kid": self.kid, "typ": TYPE}
        whole = jws.serialize_compact(header, content, self.key, algorithms=[ALGORITHM])
        return jws.detach_content(whole).encode()


def private_place(kid: str) -> str:
    """Return the place that the private half of a key is sealed for."""
    return f"signing_key.private:{kid}"


def signing_keys(session: Session) -> Sequence[SigningKey]:
    """Return every key there ever was, oldest first."""
    return session.scalars(select(SigningKey).order_by(SigningKey.valid_from, SigningKey.id)).all()


def published(session: Session) -> dict[str, Any]:
    """Return the public keys as a JWK set, each with the time it was in use."""
    return {"keys": [_public(row) for row in signing_keys(session)]}


def _public(row: SigningKey) -> dict[str, Any]:
    told = {**row.jwk, "validFrom": row.valid_from.isoformat(timespec="seconds")}
    if row.valid_to is not None:
        told["validTo"] = row.valid_to.isoformat(timespec="seconds")
    return told


def signer(database: Database, vault: Vault, *, at: datetime) -> Signer:
    """Open the key in use; make one when there is none yet.

    Two who come first at once may make one each. Both are good, and the younger is used on.
    """
    with database.reading() as session:
        row = _find_in_use(session)
        if row is not None:
            return _opened(row, vault)
    with database.writing() as session:
        made = new_key(session, vault, at=at)
        session.commit()
    return made


def new_key(session: Session, vault: Vault, *, at: datetime) -> Signer:
    """Make the key to sign with from now on; the ones before sign nothing any more.

    Their private halves are dropped, their public halves stay, so that what they signed stays
    proved. The session must be a declared write, and this its last step before the commit.
    """
    moment = at.astimezone(UTC).replace(microsecond=0)
    for row in signing_keys(session):
        row.private_sealed = None
        row.valid_to = row.valid_to or moment
    row = fresh_key(vault, at=moment)
    session.add(row)
    note(session, actor=OPERATOR, action="signing-key.made", at=at, key=f"kid:{row.kid}")
    return _opened(row, vault)


def fresh_key(vault: Vault, *, at: datetime) -> SigningKey:
    """Draw a key."""
    key = OKPKey.generate_key(ALGORITHM)
    kid = key.thumbprint()
    sealed = vault.seal(json.dumps(key.as_dict(private=True)), place=private_place(kid))
    public = {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    return SigningKey(kid=kid, jwk=public, private_sealed=sealed, valid_from=at)


def _find_in_use(session: Session) -> SigningKey | None:
    query = select(SigningKey).where(SigningKey.private_sealed.is_not(None))
    return session.scalars(query.order_by(SigningKey.valid_from.desc(), SigningKey.id.desc())).first()


def _opened(row: SigningKey, vault: Vault) -> Signer:
    private = json.loads(vault.open(row.private_sealed or b"", place=private_place(row.kid)))
    return Signer(row.kid, row.valid_from, OKPKey.import_key(private))
