"""The throw-away site, started as anybody starts it: a process, an address, a browser."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from threading import Event
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ATTEMPTS = 400
LESSON = "/nl/modules/history-of-belgium/lessons/congo/"

pytestmark = pytest.mark.server


@contextmanager
def demo(folder):
    """Run `pretraject demo --json` and give what it prints, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from pretraject.cli import main; main()"]
    options = ["demo", "--json", "--port", str(port), "--directory", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, env=environment, cwd=folder.parent
    )
    try:
        printed = json.loads(process.stdout.readline())
        until_healthy(printed["url"])
        yield printed
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        process.stdout.close()


def until_healthy(url):
    """Ask until the site answers; each refusal comes at once, so this ends by itself."""
    for _ in range(ATTEMPTS):
        try:
            with urlopen(f"{url}/health", timeout=30) as answer:
                assert json.load(answer) == {"status": "UP"}
                return
        except (URLError, ConnectionError):
            pause()
    raise AssertionError("the demo never answered")


def pause():
    """Let a moment pass before looking again."""
    Event().wait(0.05)


def test_the_demo_prints_what_opens_it_and_serves(tmp_path):
    folder = tmp_path / "new" / "instance"
    folder.parent.mkdir()
    with demo(folder) as printed:
        request = Request(printed["url"] + LESSON, headers={"Accept-Encoding": "br"})
        with urlopen(request, timeout=30) as answer:
            encoding = answer.headers["Content-Encoding"]

    assert encoding == "br"
    assert {person["group"] for person in printed["enrolments"]} == {"labour", "family"}
    assert all(
        set(person) == {"group", "fileNumber", "accessCode", "birthDate"} for person in printed["enrolments"]
    )
    assert set(printed["staff"]) == {"email", "password", "totpSecret"}


def test_a_second_run_keeps_what_is_there(tmp_path):
    with demo(tmp_path / "instance") as first:
        pass
    with demo(tmp_path / "instance") as second:
        pass

    assert [person["accessCode"] for person in first["enrolments"]] == [
        person["accessCode"] for person in second["enrolments"]
    ]
    assert first["staff"] == second["staff"]
