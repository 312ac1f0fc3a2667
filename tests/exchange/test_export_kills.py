"""An export that is killed and run again gives what it would have given, and never half of it."""

import json
import os
import signal
import subprocess
import sys

import pytest

from pretraject.completion import lines
from pretraject.exchange import part_file
from pretraject.exchange.part_file import PartFile
from tests.evidence import tamper
from tests.exchange.dying import EVENTS_A_PAGE
from tests.exchange.taking_out import add_events, faults, invoked, keys_of, take_out, three
from tests.site import SECRET
from tests.world import AT, DAY

EVENTS = 23


def killed(url, path, moment, form="jsonl"):
    """Export in a process of its own that is killed at a moment; say whether it got there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    settings = {
        "PRETRAJECT_DATABASE_URL": url,
        "PRETRAJECT_SECRET_KEY": SECRET,
        "PRETRAJECT_TRUSTED_HOSTS": "localhost",
    }
    command = [sys.executable, "-m", "tests.exchange.dying", str(moment)]
    done = subprocess.run(
        [*command, "completion", "export", "--format", form, "--output", str(path)],
        env=kept | settings,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


class StoppedError(OSError):
    """The disk that nothing could be made safe on."""


def stop(url, path, monkeypatch, *, moment=9, form="jsonl"):
    """Export, and have an attempt to make something safe fail; say whether it got there."""
    left = [moment]

    def fail(_handle):
        left[0] -= 1
        if not left[0]:
            raise StoppedError(0, "stopped")

    with monkeypatch.context() as during:
        during.setattr(lines, "PAGE", EVENTS_A_PAGE)
        during.setattr(part_file, "PAGES_A_STEP", 1)
        during.setattr(os, "fsync", fail)
        result = invoked(url, "export", "--format", form, "--output", path)
    assert result.exit_code == 0 or "stopped" in result.stderr, result.output
    return result.exit_code != 0


@pytest.fixture
def url(database_url, tmp_path):
    """A database with events, which were exported once without any trouble."""
    add_events(database_url, EVENTS)
    take_out(database_url, tmp_path / "whole")
    return database_url


@pytest.fixture
def sqlite(sqlite_url, tmp_path):
    """The same on SQLite."""
    add_events(sqlite_url, EVENTS)
    take_out(sqlite_url, tmp_path / "whole")
    return sqlite_url


def proved(url, path):
    """Say whether an export holds what the untroubled one does, and is signed."""
    same = path.read_bytes() == path.with_name("whole").read_bytes()
    left = [one.name for one in path.parent.glob(f"{path.name}*") if ".part" in one.name]
    return same and not left and not faults(path, keys_of(url))


def safe_events(path):
    """Return how many events are safely there, as the state says."""
    return json.loads(PartFile(path).state.read_text().splitlines()[-1])["count"]


@pytest.mark.parametrize("moment", [4, 9])
def test_killed_in_the_middle_it_goes_on_to_the_same_bytes(url, tmp_path, moment):
    path = tmp_path / "out"
    assert killed(url, path, moment)
    assert three(path) == {"": None, ".manifest.json": None, ".manifest.jws": None}

    take_out(url, path)

    assert proved(url, path)


def test_it_does_not_begin_anew(sqlite, tmp_path, monkeypatch):
    path = tmp_path / "out"
    stop(sqlite, path, monkeypatch)
    safe = safe_events(path)

    said = take_out(sqlite, path).stderr

    assert 0 < safe < EVENTS
    assert f"after {safe} of {EVENTS} events" in said


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_stopped_again_and_again_it_ends_with_the_same_bytes(sqlite, tmp_path, monkeypatch, form):
    path = tmp_path / "out"
    take_out(sqlite, tmp_path / "whole", form=form)
    stops = 0
    while stop(sqlite, path, monkeypatch, moment=6 + stops % 5, form=form):
        stops += 1

    assert stops > 3
    assert proved(sqlite, path)


@pytest.mark.parametrize("moment", [20, 24, 26, 27, 28, 29, 30, 31, 32, 33])
def test_killed_at_the_end_it_is_the_earlier_one_or_waits_for_its_signature(sqlite, tmp_path, moment):
    path = tmp_path / "out"
    cursor = json.loads((tmp_path / "whole").read_text().splitlines()[0])["cursor"]
    take_out(sqlite, path, "--after", cursor)
    earlier = three(path)
    assert killed(sqlite, path, moment)
    found = three(path)

    assert found == earlier or found[".manifest.jws"] is None or not faults(path, keys_of(sqlite))

    take_out(sqlite, path)
    assert proved(sqlite, path)


def test_events_that_come_meanwhile_wait_for_the_next_export(url, tmp_path, monkeypatch):
    path = tmp_path / "out"
    stop(url, path, monkeypatch)
    tamper(
        url,
        "INSERT INTO feed_event (recipient, kind, payload, salt, created_at, key)"
        " SELECT recipient, kind, payload, salt, created_at, 'completed:more' FROM feed_event WHERE seq = 1",
    )

    take_out(url, path)

    assert proved(url, path)


def test_another_export_does_not_go_on_with_what_is_not_its_own(sqlite, tmp_path, monkeypatch):
    path = tmp_path / "out"
    stop(sqlite, path, monkeypatch)
    cursor = json.loads((tmp_path / "whole").read_text().splitlines()[0])["cursor"]

    refused = invoked(sqlite, "export", "--format", "jsonl", "--output", path, "--after", cursor)

    assert "run it again as it was (--recipient wewis --format jsonl)" in str(refused.exception)
    PartFile(path).state.unlink()
    take_out(sqlite, path, "--after", cursor)
    assert len(path.read_bytes().splitlines()) == EVENTS - 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-5000]),
        lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]),
        lambda path: path.unlink(),
    ],
    ids=["cut", "changed", "gone"],
)
def test_what_was_damaged_meanwhile_is_written_anew(sqlite, tmp_path, damage, monkeypatch):
    path = tmp_path / "out"
    stop(sqlite, path, monkeypatch)
    damage(tmp_path / "out.part")

    take_out(sqlite, path)

    assert proved(sqlite, path)


@pytest.mark.parametrize("torn", [b'{"size": 1', b"\0" * 50, b"[]\n", b"null\n", b"{}\n"])
def test_a_torn_state_is_no_obstacle(sqlite, tmp_path, torn, monkeypatch):
    path = tmp_path / "out"
    stop(sqlite, path, monkeypatch)
    with PartFile(path).state.open("ab") as state:
        state.write(torn)

    take_out(sqlite, path)

    assert proved(sqlite, path)


def test_a_feed_with_another_past_begins_anew(sqlite, tmp_path, monkeypatch):
    path = tmp_path / "out"
    stop(sqlite, path, monkeypatch)
    tamper(sqlite, "DELETE FROM feed_event", "DELETE FROM feed_head")
    add_events(sqlite, EVENTS + 1, again=True)
    take_out(sqlite, tmp_path / "whole")

    take_out(sqlite, path)

    assert proved(sqlite, path)


def test_a_key_made_meanwhile_signs_what_was_begun_before(url, tmp_path, monkeypatch):
    stop(url, tmp_path / "out", monkeypatch)
    assert invoked(url, "signing-key", "new", at=AT + 2 * DAY).exit_code == 0

    take_out(url, tmp_path / "out")

    assert proved(url, tmp_path / "out")
