"""Status by number: who is asked about, and what the authority is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pretraject.audit.actions import note, note_each
from pretraject.audit.rules import client
from pretraject.completion.status import Place, Status, statuses_by_number
from pretraject.core.crypto import Vault
from pretraject.enrolment.queries import normalised_index
from pretraject.enrolment.rules import (
    INSZ,
    NATIONAL_REGISTER,
    normalise_file_number,
    read_insz,
)
from pretraject.exchange.completion_schemas import CompletionStatus, QueryIdentifier
from pretraject.exchange.schemas import moment
from pretraject.exchange.tokens import Caller


def ask(
    session: Session, vault: Vault, asked: Sequence[QueryIdentifier], *, caller: Caller, at: datetime
) -> list[CompletionStatus]:
    """Return the status of everybody who has one of these numbers and whose track is the caller's.

    Nobody with such a number, or nobody of a track the caller is told of, is no item at all.
    Every look is written down: the last step before the commit.
    """
    places = {place: one for one in asked if (place := place_of(vault, one, own=caller.party)) is not None}
    found = statuses_by_number(session, places.keys(), at=at)
    told = {
        person_id: (status, held)
        for person_id, (status, held) in found.items()
        if caller.party in status.judging.policy.recipients_of(status.track)
    }
    actor = client(caller.name)
    note_each(session, sorted(told), actor=actor, action="completion.queried", at=at)
    note(session, actor=actor, action="completion.queries", at=at, asked=len(asked), found=len(told))
    return [
        _told(status, [one for place, one in places.items() if place in held])
        for _person_id, (status, held) in sorted(told.items())
    ]


def place_of(vault: Vault, one: QueryIdentifier, *, own: str) -> Place | None:
    """Return where a number is looked for; None when it cannot be one."""
    if one.kind == INSZ:
        insz = read_insz(one.value)
        if insz is None:
            return None
        return NATIONAL_REGISTER, INSZ, normalised_index(vault, insz, issuer=NATIONAL_REGISTER, kind=INSZ)
    if normalise_file_number(one.value) is None:
        return None
    issuer = one.issuer or own
    return issuer, one.kind, normalised_index(vault, one.value, issuer=issuer, kind=one.kind)


def _told(status: Status, identifiers: list[QueryIdentifier]) -> CompletionStatus:
    return CompletionStatus.model_validate(
        {
            "identifiers": identifiers,
            "status": status.word,
            "obligation": status.obligation,
            "due_on": status.due_on,
            "as_of": moment(status.as_of),
            "completed_on": status.completed_on,
            "track": status.track,
            "rule_version": status.rule_version,
            "assurance": status.assurance,
            "certificate_reference": status.reference,
        }
    )
