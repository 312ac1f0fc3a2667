"""Taking a million events out, against the database's own way of writing the same rows."""

import filecmp
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep

from sqlalchemy import make_url, text

from benchmarks.databases import tool
from benchmarks.growth import NUMBERS, fill
from benchmarks.rounds import Row
from benchmarks.sites import SECRET
from pretraject.completion import feed
from pretraject.core.ground import Ground
from pretraject.exchange.signing import published
from pretraject.exchange.verifying import faults_of

PAUSE_SECONDS = 0.05
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


def measure(
    ground: Ground, kind: str, folder: Path, *, events: int, interrupt: bool = False
) -> Iterator[Row]:
    """Yield the export's speed and the memory it took; if asked for, also of one that is killed."""
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
    if interrupt:
        yield from interrupted(ground, kind, folder, events=events)


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


def interrupted(ground: Ground, kind: str, folder: Path, *, events: int) -> Iterator[Row]:
    """Yield whether an export that is killed twice ends as the untroubled one, and what going on takes."""
    target, whole = folder / "killed.jsonl", folder / "out.jsonl"
    for share in (0.3, 0.7):
        kill_at(ground, target, share * events)
    took, memory = exported(ground, folder, name=target.name)
    same = filecmp.cmp(target, whole, shallow=False)
    with ground.database.reading() as session:
        keys = published(session)
    began = perf_counter()
    faults = list(faults_of(target, keys))
    checked = perf_counter() - began
    outcome = "same bytes, signed" if same and not faults else f"same bytes: {same}, {faults[:3]}"
    what = f"{kind}: export of {events:,} events, killed at 30 % and 70 %"
    yield Row(what, f"**{outcome}** (the last part in {took:.1f} s)", "same bytes, signed")
    yield Row(f"{kind}: memory of the export that goes on", f"**{memory:.0f} MB**", "≤ 150 MB")
    yield Row(f"{kind}: checking {events:,} events offline", f"{checked:.1f} s")


def kill_at(ground: Ground, target: Path, count: float) -> None:
    """Export, and kill the process once so many events are safely written."""
    state = target.with_name(target.name + ".part.state")
    running = subprocess.Popen(command_of(target), env=environment(ground), stdout=subprocess.DEVNULL)
    while running.poll() is None:
        steps = re.findall(r'"count": (\d+)', state.read_text() if state.exists() else "")
        if steps and int(steps[-1]) >= count:
            running.kill()
            break
        sleep(PAUSE_SECONDS)
    if running.wait() != -signal.SIGKILL:
        raise RuntimeError("the export ended before it could be killed")


def command_of(target: Path, *before: str) -> list[str]:
    """Return the command that exports to a file."""
    program = ["-c", "from pretraject.cli import main; main()"] if not before else list(before)
    return [sys.executable, *program, "completion", "export", "--format", "jsonl", "--output", str(target)]


def exported(ground: Ground, folder: Path, name: str = "out.jsonl") -> tuple[float, float]:
    """Export as an operator does; return seconds and the most megabytes it held.

    The process itself says what it held (`VmHWM`, so on Linux): what `wait4` reports of a
    child is never less than its parent held, and that is us.
    """
    held = folder / "status"
    command = command_of(folder / name, "-c", EXPORTING, str(held))
    began = perf_counter()
    subprocess.run(command, env=environment(ground), stdout=subprocess.DEVNULL, check=True)
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
