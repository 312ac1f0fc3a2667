"""A person's own data as a file: every row about them, sealed values opened, secrets withheld."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from pretraject.accounts.rules import name_place
from pretraject.catalogue.models import ReleaseText
from pretraject.completion.rules import sealed_place
from pretraject.core.crypto import Vault
from pretraject.core.db import Model
from pretraject.core.locales import SOURCE
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import birth_date_place, identifier_place
from pretraject.privacy.classes import data_classes
from pretraject.privacy.walk import Found, rows_about, values_of

WITHHELD = "(withheld: it protects the account)"
SECRETS = {
    "access_code": {"code_index"},
    "account": {"secret_hash"},
    "identifier": {"value_index"},
    "sign_in": {"token_hash"},
    "sign_in_name": {"value_index"},
    "staff_member": {"totp_sealed", "setup_hash"},
}
"""Columns nobody is given: hashes of secrets and of codes, and what numbers are found by."""

SEALED: dict[tuple[str, str], Callable[[dict[str, Any]], str]] = {
    ("decision", "reason_sealed"): lambda row: sealed_place("decision.reason", row["key"]),
    ("identifier", "value_sealed"): lambda row: identifier_place(
        row["issuer"], row["kind"], row["value_index"]
    ),
    ("objection", "answer_sealed"): lambda row: sealed_place("objection.answer", row["key"]),
    ("objection", "text_sealed"): lambda row: sealed_place("objection.text", row["key"]),
    ("person", "birth_date_sealed"): lambda row: birth_date_place(row["key"]),
    ("sign_in_name", "value_sealed"): lambda row: name_place(row["kind"], row["value_index"]),
}
"""Columns that are encrypted, each with the place it is sealed for."""


def write_export(session: Session, vault: Vault, file: BinaryIO, *, person: Person, at: datetime) -> Found:
    """Write everything about a person as JSON, and return which rows it was."""
    found = rows_about(session, person)
    tables = {
        name: [_shown(vault, name, row) for row in values_of(session, Model.metadata.tables[name], ids)]
        for name, ids in found.items()
        if ids
    }
    whole = {
        "about": {
            "what": "everything pretraject keeps about one person",
            "madeAt": at.isoformat(timespec="seconds"),
            "why": _grounds(found),
        },
        "tables": tables,
        "questions": _questions(session, tables),
    }
    file.write(json.dumps(whole, ensure_ascii=False, indent=2, default=_as_text).encode() + b"\n")
    return found


def _shown(vault: Vault, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as its person may have it."""
    shown: dict[str, Any] = {}
    for name, value in row.items():
        place = SEALED.get((table, name))
        if place is not None:
            shown[name.removesuffix("_sealed")] = value and vault.open(value, place=place(row))
        else:
            shown[name] = WITHHELD if value and name in SECRETS.get(table, ()) else value
    return shown


def _grounds(found: Found) -> list[dict[str, Any]]:
    """Return why, and for how long, each kind of row is kept."""
    kept = [one for one in data_classes().values() if any(found.get(table) for table in one.tables)]
    return [one.model_dump(exclude={"grade"}, exclude_none=True) for one in kept]


def _questions(session: Session, tables: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the words of the questions that were drawn, in Dutch, by release and question."""
    releases = {row["id"]: row["release_id"] for row in tables.get("attempt", ())}
    drawn = {(releases[row["attempt_id"]], row["question_id"]) for row in tables.get("drawn_question", ())}
    found = session.execute(
        select(ReleaseText.release_id, ReleaseText.context, ReleaseText.texts)
        .where(
            ReleaseText.release_id.in_({release for release, _ in drawn}),
            ReleaseText.context.in_({question for _, question in drawn}),
            ReleaseText.locale == SOURCE,
        )
        .order_by(ReleaseText.release_id, ReleaseText.context)
    )
    return {
        f"{release}/{question}": texts for release, question, texts in found if (release, question) in drawn
    }


def _as_text(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)
