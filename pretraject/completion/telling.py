"""Telling recipients: an event for each, once, without a place until somebody pulls."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pretraject.completion import rules
from pretraject.completion.models import Decision, FeedEvent
from pretraject.core.once import insert_once

SALT_BYTES = 16


def tell(
    session: Session,
    recipients: Iterable[str],
    *,
    kind: str,
    reference: str,
    person_id: int | None,
    payload: dict[str, Any],
    at: datetime,
    track_completion_id: int | None = None,
) -> None:
    """Add an event for each recipient; doing it again adds nothing.

    Its key holds the random reference, not a row's number: after a restored backup the same
    number can mean another person. The payload names nobody.
    """
    for recipient in recipients:
        values = {
            "recipient": recipient,
            "kind": kind,
            "person_id": person_id,
            "track_completion_id": track_completion_id,
            "payload": payload,
            "salt": secrets.token_hex(SALT_BYTES),
            "created_at": at,
            "key": f"{kind}:{reference}",
        }
        insert_once(session, FeedEvent, values, key=("recipient", "key"))


def tell_decision(session: Session, recipients: Iterable[str], decision: Decision, *, at: datetime) -> None:
    """Add the event of a confirmed decision for each recipient; doing it again adds nothing."""
    tell(
        session,
        recipients,
        kind=rules.kind_of_event(decision),
        reference=decision.reference,
        person_id=decision.person_id,
        payload=rules.decision_payload(decision),
        at=at,
    )
