"""Enrolments that a program sends: by the same rules as a list, item by item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pretraject.accounts.codes import print_code
from pretraject.audit.actions import note, note_each
from pretraject.audit.rules import client
from pretraject.core.clock import legal_date
from pretraject.core.crypto import Vault
from pretraject.enrolment.intake import Outcome, import_enrolments
from pretraject.enrolment.policy import Policy
from pretraject.enrolment.rows import prepare
from pretraject.exchange.enrolment_schemas import EnrolmentItem, EnrolmentsRequest
from pretraject.exchange.intake_rows import Problem, RowReader
from pretraject.exchange.once_only import answer_once
from pretraject.exchange.taken_in import REASONS, reevaluate
from pretraject.exchange.tokens import Caller

Told = dict[str, Any]

CELLS = (
    *("file_number", "birth_date", "group", "competent_region", "language"),
    *("permit_expiry", "arrival_date", "exemption"),
)
TOLD = {"created": "accepted", "changed": "accepted", "unchanged": "unchanged", "rejected": "rejected"}


def enrol(
    session: Session,
    vault: Vault,
    sent: EnrolmentsRequest,
    *,
    caller: Caller,
    policy: Policy,
    at: datetime,
) -> tuple[list[Told], bool]:
    """Take in a batch, once, and return what became of each item; True when it was replayed.

    The last step before the commit. Raises RequestIdReusedError.
    """
    codes: dict[int, str] = {}

    def do() -> dict[str, Any]:
        return {"items": _take_in(session, vault, sent.items, codes, caller, policy, at=at)}

    outcome, replayed = answer_once(
        session,
        vault,
        client_id=caller.id,
        request_id=sent.request_id,
        body=sent.model_dump(mode="json", by_alias=True, exclude_none=True),
        do=do,
        at=at,
    )
    items = [
        one | {"accessCode": codes[one["position"]]} if one["position"] in codes else one
        for one in outcome["items"]
    ]
    return items, replayed


def _take_in(
    session: Session,
    vault: Vault,
    items: Sequence[EnrolmentItem],
    codes: dict[int, str],
    caller: Caller,
    policy: Policy,
    *,
    at: datetime,
) -> list[Told]:
    """Take in items and return what became of each; new codes go apart, by position."""
    reader = RowReader(policy, legal_date(at), caller.party)
    told: dict[int, Told] = {}
    rows = []
    for position, item in enumerate(items):
        row, problems = reader.read(
            position,
            cells_of(item),
            add=[(one.kind, one.value) for one in item.add_identifiers or ()],
            end=[(one.kind, one.value) for one in item.end_identifiers or ()],
            new_code=bool(item.new_access_code),
        )
        if row is None:
            told[position] = _refused(position, [_issue(one) for one in problems])
        else:
            rows.append(row)
    imported = import_enrolments(session, vault, prepare(rows, vault), at=at)
    for one in imported.outcomes:
        position = one.prepared.row.line
        told[position] = _told(position, one)
        if one.code is not None:
            codes[position] = print_code(one.code)
    reevaluate(session, imported, at=at)
    _note(session, [one.id for one in imported.changed], len(imported.codes), caller, at=at)
    return [told[position] for position in range(len(items))]


def _note(session: Session, changed: Sequence[int], new: int, caller: Caller, *, at: datetime) -> None:
    """Write down whose enrolment was changed, and how many codes were given."""
    actor = client(caller.name)
    note_each(session, changed, actor=actor, action="enrolment.changed", at=at)
    note(session, actor=actor, action="enrolment.received", at=at, codes=new)


def cells_of(item: EnrolmentItem) -> dict[str, str]:
    """Return an item as a list's row would say it; what it leaves out has no cell."""
    said = item.model_dump(by_alias=True, include=set(CELLS), exclude_none=True)
    if item.withdrawn is not None:
        said["withdrawn"] = "true" if item.withdrawn else "false"
    return said


def _told(position: int, one: Outcome) -> Told:
    if one.rejected is not None:
        problem, _cure = REASONS[one.rejected.code]
        issue = {"field": one.rejected.name, "code": one.rejected.code, "detail": problem}
        return _refused(position, [issue])
    told: Told = {"position": position, "outcome": TOLD[one.kind]}
    return told | {"created": True} if one.kind == "created" else told


def _refused(position: int, issues: list[Told]) -> Told:
    return {"position": position, "outcome": "rejected", "issues": issues}


def _issue(one: Problem) -> Told:
    return {"field": one.name, "code": one.code, "detail": f"{one.problem}: {one.cure}"}
