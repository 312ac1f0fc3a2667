"""A client's request under its own id: answered once, replayed, or refused when it is another one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.core.chain import canonical
from pretraject.core.crypto import Vault
from pretraject.core.errors import ConflictError
from pretraject.core.once import insert_once
from pretraject.exchange.models import ClientRequest

PURPOSE = "client-request"


class RequestIdReusedError(ConflictError):
    """The client used this id for another request."""


def answer_once(
    session: Session,
    vault: Vault,
    *,
    client_id: int,
    request_id: str,
    body: Any,
    do: Callable[[], dict[str, Any]],
    at: datetime,
) -> tuple[dict[str, Any], bool]:
    """Do a request and return its outcome, or the outcome of the first time and True.

    The same request at the same moment waits for the first. The outcome must hold nothing
    that may be told only once. Raises RequestIdReusedError.
    """
    text = canonical(body)
    values = {
        "client_id": client_id,
        "request_id": request_id,
        "body_hash": vault.index(text, purpose=PURPOSE),
        "outcome": {},
        "received_at": at,
    }
    row = insert_once(session, ClientRequest, values, key=("client_id", "request_id"))
    if row is not None:
        row.outcome = do()
        session.flush()
        return row.outcome, False
    known = session.scalars(
        select(ClientRequest).where(
            ClientRequest.client_id == client_id, ClientRequest.request_id == request_id
        )
    ).one()
    if known.body_hash not in vault.indexes(text, purpose=PURPOSE):
        raise RequestIdReusedError(request_id)
    return known.outcome, True
