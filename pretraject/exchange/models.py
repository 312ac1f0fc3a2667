"""What is stored about the programs of authorities, and the keys that exports are signed with."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pretraject.core.db import Model


class ApiClient(Model):
    """A program of an authority: who it speaks for, and what it may do.

    `party` is both the issuer of the numbers it enrols people by and the recipient whose feed
    it reads. `scopes` are separated by spaces.
    """

    __tablename__ = "api_client"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    party: Mapped[str] = mapped_column(String(32))
    scopes: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    pulled_at: Mapped[datetime | None]
    pulled_seq: Mapped[int | None]


class ClientKey(Model):
    """A public key of a client; several may hold at once, so that keys can be changed over."""

    __tablename__ = "client_key"
    __table_args__ = (UniqueConstraint("client_id", "kid", name="uq_client_key_client_kid"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id", ondelete="CASCADE"))
    kid: Mapped[str] = mapped_column(String(64))
    jwk: Mapped[dict[str, Any]]
    added_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class UsedAssertion(Model):
    """A client's proof of identity that was used: it opens nothing a second time."""

    __tablename__ = "used_assertion"
    __table_args__ = (UniqueConstraint("client_id", "jti_hash", name="uq_used_assertion_client_jti"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id", ondelete="CASCADE"))
    jti_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AccessToken(Model):
    """A token that was given out; only its hash is stored."""

    __tablename__ = "access_token"

    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id", ondelete="CASCADE"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("client_key.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(128))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ClientRequest(Model):
    """A request of a client that changed something, under the client's own id, and its outcome.

    The same request again gets the outcome again, another one under the same id is refused.
    The outcome holds no access code and no number.
    """

    __tablename__ = "client_request"
    __table_args__ = (
        UniqueConstraint("client_id", "request_id", name="uq_client_request_client_request"),
        Index("ix_client_request_received", "received_at"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id", ondelete="CASCADE"))
    request_id: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]


class SigningKey(Model):
    """A key pair that exports are signed with; earlier ones stay known, so that exports stay proved.

    The private key is sealed, and gone once the key is retired.
    """

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(String(64), unique=True)
    jwk: Mapped[dict[str, Any]]
    private_sealed: Mapped[bytes | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
