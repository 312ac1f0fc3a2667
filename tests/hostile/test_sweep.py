"""The privacy sweep finds what is planted, in a run of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = """
import logging, sys
from flask import Flask
from pretraject.core.crypto import Vault

VAULT = Vault("a-long-secret-that-is-only-used-in-tests-0123")

def test_it():
    VAULT.seal("GV-2031-77", place="identifier.value:wewis:fileNumber")
    {leak}

def test_the_last():
    pass
"""
LEAKS = {
    "a log": 'logging.getLogger("pretraject").warning("no file %s", "GV-2031-77")',
    "a log with a trace": 'logging.getLogger("a").error("b", exc_info=ValueError("GV-2031-77"))',
    "an address": 'Flask("a").test_client().get("/file/GV-2031-77/")',
    "a query": 'Flask("a").test_client().get("/file/?number=GV-2031-77")',
    "stderr": 'print("GV-2031-77", file=sys.stderr)',
    "a listed value": 'logging.getLogger("a").warning("born 1990-04-15")',
}


def run(folder, leak, *options):
    """Run two tests with the sweep, the first of which does something."""
    (folder / "test_leak.py").write_text(HEAD.format(leak=leak))
    plugins = ["-p", "tests.sweep", "-p", "no:randomly", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *options, "-c", os.devnull, "--rootdir", folder, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_leak_fails_the_run(tmp_path, leak, workers):
    result = run(tmp_path, LEAKS[leak], "-n", workers)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "the privacy sweep found" in result.stdout


def test_a_run_without_a_leak_passes(tmp_path):
    result = run(tmp_path, 'logging.getLogger("a").warning("nothing")')

    assert result.returncode == 0, result.stdout + result.stderr
