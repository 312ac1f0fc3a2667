"""Taking a million events out, against the database's own way of writing the same rows."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import make_url, text

from benchmarks.databases import tool
from benchmarks.growth import NUMBERS, fill
from benchmarks.rounds import Row
from benchmarks.sites import SECRET
from pretraject.completion import feed
from pretraject.core.ground import Ground

PAYLOAD = json.dumps(
    {
        "status": "completed",
        "track": "labour",
        "completedOn": "2026-11-01",
        "completedAt": "2026-11-01T12:00:00+00:00",
        "ruleVersion": "labour-2026-02-01",
        "assurance": "unsupervised",
        "reference": "K7MP-2QXW-9RTA",
    }
)

EXPORTING = """
import atexit, pathlib, sys
held = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: held.write_text(pathlib.Path("/proc/self/status").read_text()))
from pretraject.cli import main
main()
"""


def measure(ground: Ground, kind: str, folder: Path, *, events: int) -> Iterator[Row]:
    """Yield the export's speed and the memory it took."""
    add_events(ground, events)
    began = perf_counter()
    stamped = feed.stamp_all(ground.database, at=ground.clock())
    yield Row(f"{kind}: stamping {stamped:,} events", f"{perf_counter() - began:.1f} s")
    ours, memory = exported(ground, folder)
    theirs = written_by_database(ground, folder)
    figure = f"**{theirs / ours:.2f}** ({ours:.1f} s, {theirs:.1f} s)"
    own = "sqlite3 .mode json" if kind == "SQLite" else "COPY"
    yield Row(f"{kind}: export of {events:,} events ÷ {own}", figure, "≥ 0.25")
    yield Row(f"{kind}: memory of the export", f"**{memory:.0f} MB**", "≤ 150 MB")


def add_events(ground: Ground, events: int) -> None:
    """Add people, and an event for each that waits for its place; numbers are sealed as ours are."""
    fill(ground, first=1, last=events)
    place = "identifier.value:wewis:fileNumber:"
    with ground.database.writing() as session:
        name = session.get_bind().dialect.name
        seal = ground.vault.seal
        last = 0
        update = text("UPDATE identifier SET value_sealed = :sealed WHERE id = :id")
        while True:
            rows = session.execute(
                text("SELECT id, value_index FROM identifier WHERE id > :last ORDER BY id LIMIT 20000"),
                {"last": last},
            ).all()
            if not rows:
                break
            session.execute(
                update,
                [
                    {"id": row.id, "sealed": seal(f"GV{row.id}", place=place + row.value_index)}
                    for row in rows
                ],
            )
            last = rows[-1].id
        session.execute(
            text(
                "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key) "
                + NUMBERS[name]
                + "SELECT 'wewis', 'completed', i + 10000000, :payload, 'salt', '2026-11-01 12:00:00+00',"
                " 'completed:' || i FROM n"
                if name == "sqlite"
                else "INSERT INTO feed_event (recipient, kind, person_id, payload, salt, created_at, key) "
                + NUMBERS[name]
                + "SELECT 'wewis', 'completed', i + 10000000, cast(:payload AS json), 'salt',"
                " '2026-11-01 12:00:00+00', 'completed:' || i FROM n"
            ),
            {"first": 1, "last": events, "payload": PAYLOAD},
        )
        session.commit()


def environment(ground: Ground) -> dict[str, str]:
    """Return the settings of a process on this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    return kept | {
        "PRETRAJECT_DATABASE_URL": ground.config.database_url,
        "PRETRAJECT_SECRET_KEY": SECRET,
        "PRETRAJECT_DEVELOPMENT": "true",
    }


def exported(ground: Ground, folder: Path) -> tuple[float, float]:
    """Export as an operator does; return seconds and the most megabytes it held.

    The process itself says what it held (`VmHWM`, so on Linux): what `wait4` reports of a
    child is never less than its parent held, and that is us.
    """
    held = folder / "status"
    command = [sys.executable, "-c", EXPORTING, str(held)]
    options = ["completion", "export", "--format", "jsonl", "--output", str(folder / "out.jsonl")]
    began = perf_counter()
    subprocess.run([*command, *options], env=environment(ground), stdout=subprocess.DEVNULL, check=True)
    took = perf_counter() - began
    [peak] = re.findall(r"^VmHWM:\s+(\d+) kB$", held.read_text(), re.MULTILINE)
    return took, int(peak) / 1024


def written_by_database(ground: Ground, folder: Path) -> float:
    """Have the database write the same rows; return seconds."""
    address = make_url(ground.config.database_url)
    query = "SELECT * FROM feed_event ORDER BY seq"
    target = folder / "theirs"
    if address.get_backend_name() == "sqlite":
        command = [tool("sqlite3") or "sqlite3", str(address.database), ".mode json", query]
    else:
        plain = address.render_as_string(hide_password=False)
        command = [tool("psql") or "psql", plain, "-c", f"COPY ({query}) TO STDOUT"]
    began = perf_counter()
    with target.open("wb") as file:
        subprocess.run(command, check=True, stdout=file)
    return perf_counter() - began
