"""Measures the parts asked for and writes each figure into docs/performance.md as it comes."""

import argparse
import platform
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import databases, export, growth, pages, serving
from benchmarks.rounds import Row
from benchmarks.sites import published

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- results -->", "<!-- /results -->"
PARTS = ("pages", "growth", "serving", "export")
KINDS = ["SQLite", "PostgreSQL"]


def rows(parts: list[str], kinds: list[str], *, quick: bool, interrupt: bool) -> Iterator[Row]:
    """Yield the figures, part by part, on each kind of database."""
    rounds, each = (3, 30) if quick else (15, 100)
    people = (1_000, 20_000) if quick else (1_000, 1_000_000)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        cluster = opened.enter_context(databases.postgresql())
        for kind in kinds:
            for part in parts:
                url = databases.fresh(kind, folder, cluster)
                ground = published(url)
                try:
                    if part == "pages":
                        yield from pages.measure(ground, kind, rounds=rounds, each=each)
                    if part == "growth":
                        yield from growth.measure(ground, kind, people=people, rounds=rounds, each=each)
                    if part == "serving":
                        yield from serving.measure(ground, kind, folder, quick=quick)
                    if part == "export":
                        events = 20_000 if quick else 1_000_000
                        yield from export.measure(ground, kind, folder, events=events, interrupt=interrupt)
                finally:
                    ground.database.dispose()


def machine() -> str:
    """Return what this machine is."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    return f"{cores} cores, {cpu}, Python {platform.python_version()}, {databases.versions()}"


def main() -> None:
    """Measure, print each figure as it comes, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; all by default")
    parser.add_argument("--on", action="append", choices=KINDS, help="this kind of database only")
    parser.add_argument("--quick", action="store_true", help="few rounds and people; writes nothing")
    parser.add_argument("--interrupt", action="store_true", help="also kill an export and go on with it")
    given = parser.parse_args()
    for row in rows(
        given.parts or list(PARTS), given.on or KINDS, quick=given.quick, interrupt=given.interrupt
    ):
        print(f"{row.what}: {row.figure} {row.wanted and f'(wanted {row.wanted})'}", flush=True)
        if not given.quick:
            write([row])


def write(found: list[Row]) -> None:
    """Put the table between the markers; a figure not measured this time stays, with its date."""
    before, _, rest = RESULTS.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    table = {line.split(" | ")[0]: line for line in old.splitlines() if line.startswith("| ")}
    for heading in ("| what", "| ---"):
        table.pop(heading, None)
    for row in found:
        table[f"| {row.what}"] = f"| {row.what} | {row.figure} | {row.wanted} | {today} |"
    lines = [
        f"{machine()}.",
        "",
        "| what | figure | wanted | measured on |",
        "| --- | --- | --- | --- |",
        *table.values(),
    ]
    RESULTS.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}")


if __name__ == "__main__":
    main()
