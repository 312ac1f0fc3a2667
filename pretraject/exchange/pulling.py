"""The feed as a program follows it: stamped when it is asked for, gapless, its end signed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from sqlalchemy.orm import Session

from pretraject.audit.actions import note
from pretraject.audit.rules import client
from pretraject.completion import feed
from pretraject.completion.lines import lines_after
from pretraject.completion.rules import cursor_of
from pretraject.core.chain import canonical
from pretraject.core.ground import Ground
from pretraject.exchange.completion_schemas import Event, EventsResponse, Head
from pretraject.exchange.models import ApiClient
from pretraject.exchange.schemas import moment
from pretraject.exchange.signing import ALGORITHM, signer
from pretraject.exchange.tokens import Caller

HEAD_TYPE = "pretraject-head+jws"


def pull(
    ground: Ground, *, caller: Caller, after: str, limit: int, path: str, at: datetime
) -> EventsResponse:
    """Return the next events after a cursor. Raises InvalidCursorError, CursorMismatchError.

    What is handed out is written down before anybody has it.
    """
    feed.stamp_all(ground.database, at=at, recipient=caller.party)
    with ground.database.reading() as session:
        lines = lines_after(session, ground.vault, recipient=caller.party, cursor=after, limit=limit)
        end = feed.head_of(session, caller.party)
    head = signed_head(ground, caller.party, *end, at=at)
    cursor = lines[-1]["cursor"] if lines else after
    with ground.database.writing() as session:
        _note(session, caller, lines, at=at)
        session.commit()
    own = {"limit": limit}
    more = bool(lines) and lines[-1]["seq"] < head.seq
    return EventsResponse.model_validate(
        {
            "items": [Event.model_validate(line) for line in lines],
            "cursor": cursor,
            "head": head,
            "self": _address(path, own | {"after": after}),
            "next": _address(path, own | {"after": cursor}) if more else None,
        }
    )


def signed_head(ground: Ground, recipient: str, seq: int, hash_: str, *, at: datetime) -> Head:
    """Return the end of a feed, signed with the key in use."""
    said = {"recipient": recipient, "seq": seq, "hash": hash_, "at": moment(at).isoformat()}
    key = signer(ground.database, ground.vault, at=at)
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": HEAD_TYPE}
    signed = jws.serialize_compact(header, canonical(said), key.key, algorithms=[ALGORITHM])
    return Head(seq=seq, hash=hash_, cursor=cursor_of(seq, hash_), signed=signed)


def _address(path: str, query: dict[str, Any]) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value != ''})}"


def _note(session: Session, caller: Caller, lines: list[dict[str, Any]], *, at: datetime) -> None:
    """Keep how far the client pulled, and write down which places it was given."""
    row = session.get_one(ApiClient, caller.id)
    row.pulled_at = at
    if lines:
        row.pulled_seq = lines[-1]["seq"]
        first, last = lines[0]["seq"], lines[-1]["seq"]
        note(session, actor=client(caller.name), action="completion.pulled", at=at, first=first, last=last)
