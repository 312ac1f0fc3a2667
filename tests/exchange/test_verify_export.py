"""Exports are checked by whoever has them: with the command, or with one file and `cryptography`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import cryptography
import pytest
from click.testing import CliRunner

from pretraject.cli import main
from pretraject.exchange import verifying
from tests.exchange.taking_out import add_events, keys_of, take_out
from tests.site import SECRET

ALONE = """
import runpy, sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pretraject", "joserfc", "click", "sqlalchemy", "flask"}:
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
sys.path.append(sys.argv.pop(1))
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def made(sqlite_url, tmp_path):
    """An export and a file with the public keys."""
    add_events(sqlite_url, 5)
    take_out(sqlite_url, tmp_path / "out.jsonl")
    (tmp_path / "keys.json").write_text(json.dumps(keys_of(sqlite_url)))
    return tmp_path / "out.jsonl", tmp_path / "keys.json"


@pytest.fixture
def bare(monkeypatch):
    """No settings at all."""
    for name in [name for name in os.environ if name.startswith("PRETRAJECT_")]:
        monkeypatch.delenv(name)


def verified(*args, env=None):
    return CliRunner().invoke(main, ["verify-export", *map(str, args)], env=env)


def alone(folder, path, keys):
    """Run the file that checks exports in an interpreter that has nothing but `cryptography`."""
    script = folder / "verify.py"
    script.write_bytes(Path(verifying.__file__).read_bytes())
    packages = Path(cryptography.__file__).parents[1]
    command = [sys.executable, "-I", "-S", "-c", ALONE, packages, script, path, "--keys", keys]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_with_keys_no_setting_and_no_database_is_needed(made, bare):
    path, keys = made

    result = verified(path, "--keys", keys)

    assert (result.exit_code, result.stdout) == (0, f"{path}: whole, unchanged and signed\n")


def test_without_keys_they_are_the_databases(made, sqlite_url, bare):
    path, _ = made
    env = {"PRETRAJECT_DATABASE_URL": sqlite_url, "PRETRAJECT_SECRET_KEY": SECRET}

    assert verified(path, env=env).exit_code == 0
    assert "Settings are not right" in verified(path).stderr


def test_a_fault_is_told_and_is_exit_code_1(made, bare):
    path, keys = made
    path.write_bytes(path.read_bytes().replace(b'"number": 3', b'"number": 4'))

    result = verified(path, "--keys", keys)

    assert result.exit_code == 1
    assert f"{path}:4: event completed:3 (place 4): the line was changed\n" in result.stdout


def test_of_many_faults_the_first_are_told_and_the_others_counted(made, bare):
    path, keys = made
    path.write_bytes(b"x\n" * 100)

    result = verified(path, "--keys", keys)

    assert len(result.stdout.splitlines()) == verifying.MOST_FAULTS + 1
    assert result.stdout.splitlines()[-1].startswith("… and ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_keys_that_are_none_are_a_mistake_in_the_command(made, bare, content):
    path, keys = made
    keys.write_bytes(content)

    assert verified(path, "--keys", keys).exit_code == 2


def test_the_one_file_alone_says_the_same(made, tmp_path, bare):
    path, keys = made
    good = alone(tmp_path, path, keys)
    path.write_bytes(path.read_bytes().replace(b'"number": 3', b'"number": 4'))
    bad = alone(tmp_path, path, keys)

    assert (good.returncode, good.stdout, good.stderr) == (0, f"{path}: whole, unchanged and signed\n", "")
    assert (bad.returncode, bad.stdout) == (1, verified(path, "--keys", keys).stdout)


def test_the_one_file_alone_says_what_it_cannot_read(made, tmp_path):
    path, _ = made

    result = alone(tmp_path, path, tmp_path / "none.json")

    assert result.returncode == 2
    assert "none.json" in result.stderr
