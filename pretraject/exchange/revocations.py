"""Which clients and keys were shut out, so that a restored back-up does not let them in again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, inspect, select, update
from sqlalchemy.orm import Session

from pretraject.exchange.models import AccessToken, ApiClient, ClientKey

Revoked = list[tuple[str, str | None, datetime]]
"""Clients by name, each with the name of a key when only that was revoked."""


def remember_revoked(connection: Connection) -> Revoked:
    """Return what was revoked in a database that is about to be replaced."""
    if ApiClient.__tablename__ not in inspect(connection).get_table_names():
        return []
    clients = select(ApiClient.name, ApiClient.revoked_at).order_by(ApiClient.id)
    keys = select(ApiClient.name, ClientKey.kid, ClientKey.revoked_at).order_by(ClientKey.id)
    of_client = ClientKey.client_id == ApiClient.id
    return [
        *((name, None, at) for name, at in connection.execute(clients) if at),
        *((name, kid, at) for name, kid, at in connection.execute(keys.where(of_client)) if at),
    ]


def revoke_again(session: Session, revoked: Iterable[tuple[str, str | None, datetime]]) -> None:
    """Shut out whoever was shut out before; every token ends, so that none lives again."""
    session.execute(delete(AccessToken))
    for name, kid, at in revoked:
        client = select(ApiClient.id).where(ApiClient.name == name)
        if kid is None:
            which = update(ApiClient).where(ApiClient.name == name, ApiClient.revoked_at.is_(None))
        else:
            which = update(ClientKey).where(
                ClientKey.client_id.in_(client), ClientKey.kid == kid, ClientKey.revoked_at.is_(None)
            )
        session.execute(which.values(revoked_at=at))
    session.flush()
