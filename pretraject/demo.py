"""A throw-away site with content, two enrolments and a member of staff, to look at."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
from pydantic import SecretStr

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import print_code
from pretraject.accounts.staff import add_staff, get_set_up, set_up_staff
from pretraject.authoring.publishing import publish_folder
from pretraject.config import BUNDLED, Config
from pretraject.core.ground import Ground, lay_ground
from pretraject.enrolment.intake import import_enrolments
from pretraject.enrolment.rows import IntakeRow, prepare
from pretraject.schema import upgrade

SECRET_BYTES = 48
STAFF_EMAIL = "demo@example.org"
STAFF_ROLE = "administrator"
ENROLMENTS = (
    IntakeRow(1, "DEMO-LABOUR-1", BirthDate(1990, 4, 15), "labour", "flanders"),
    IntakeRow(2, "DEMO-FAMILY-1", BirthDate(1994, 9, 3), "family", "flanders"),
)

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Demo:
    """What opens the throw-away site: its address, codes and staff account."""

    url: str
    enrolments: list[dict[str, str]]
    staff: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return the form that programs read."""
        return {"url": self.url, "enrolments": self.enrolments, "staff": self.staff}

    def as_text(self) -> str:
        """Return the form that people read."""
        lines = ["", f"  pretraject is at  {self.url}", ""]
        for person in self.enrolments:
            lines += [
                f"  {person['group']:<8} code {person['accessCode']}   born {person['birthDate']}"
                f"   file {person['fileNumber']}"
            ]
        lines += [
            "",
            f"  staff    {self.url}/nl/staff/sign-in/",
            f"           {self.staff['email']}   {self.staff['password']}",
            f"           authenticator secret {self.staff['totpSecret']}",
            "",
            "  Stop with Ctrl-C. The next run goes on with the same database.",
            "",
        ]
        return "\n".join(lines)


def prepare_demo(directory: Path, *, host: str, port: int, tell: Tell | None) -> tuple[Ground, Demo]:
    """Make the throw-away site in a folder, or find the one that is there.

    Codes are kept in the folder in clear, readable by the owner only: this is for looking,
    never for people.
    """
    say = tell or (lambda _text: None)
    directory.mkdir(parents=True, exist_ok=True)
    notes = directory / "demo.json"
    kept = json.loads(notes.read_text()) if notes.is_file() else {}
    secret = kept.get("secret") or secrets.token_urlsafe(SECRET_BYTES)
    url = f"http://{host}:{port}"
    config = Config(
        secret_key=SecretStr(secret),
        database_url=f"sqlite:///{(directory / 'demo.db').resolve()}",
        base_url=url,
        trusted_hosts=(),
        development=True,
    )
    say("Preparing the database …")
    upgrade(config.database_url)
    ground = lay_ground(config)
    say("Publishing the content …")
    publish_folder(ground.database, BUNDLED, at=ground.clock())
    if not kept:
        kept = {"secret": secret, "enrolments": _enrol(ground), "staff": _employ(ground)}
        _keep(notes, kept)
    return ground, Demo(url, kept["enrolments"], kept["staff"])


def _enrol(ground: Ground) -> list[dict[str, str]]:
    """Enrol one person of each group and return what their letters would say."""
    prepared = list(prepare(ENROLMENTS, ground.vault))
    with ground.database.writing() as session:
        imported = import_enrolments(session, ground.vault, prepared, at=ground.clock())
        session.commit()
    codes = dict(imported.codes)
    return [
        {
            "group": row.group or "",
            "fileNumber": row.file_number,
            "accessCode": print_code(codes[row.file_number]),
            "birthDate": str(row.birth_date),
        }
        for row in ENROLMENTS
    ]


def _employ(ground: Ground) -> dict[str, str]:
    """Make a staff account that is ready to sign in."""
    at = ground.clock()
    password = secrets.token_urlsafe(12)
    with ground.database.writing() as session:
        token = add_staff(session, ground.vault, email=STAFF_EMAIL, role=STAFF_ROLE, at=at)
        shown = get_set_up(session, ground.vault, token, at=at)
        totp = pyotp.TOTP(shown.totp_secret)
        earlier = totp.at(at, counter_offset=-1)
        set_up_staff(session, ground.vault, token=token, password=password, totp=earlier, at=at)
        session.commit()
    return {"email": STAFF_EMAIL, "password": password, "totpSecret": shown.totp_secret}


def _keep(notes: Path, kept: dict[str, Any]) -> None:
    """Write the notes where only the owner can read them."""
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file, indent=2)
