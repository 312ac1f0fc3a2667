"""Imports go downwards only; the contracts stand in pyproject.toml."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = {
    "downwards": ("core/errors.py", "import pretraject.study"),
    "words": ("completion/models.py", "import pretraject.completion.actions"),
    "no-flask": ("completion/queries.py", "import flask"),
    "pure-rules": ("completion/rules.py", "import sqlalchemy"),
}


def lint_imports(root):
    """Check the contracts of a project and return the exit code with what was said."""
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path):
    """A copy of the project that a fault can be planted in."""
    shutil.copytree(
        ROOT / "pretraject", tmp_path / "pretraject", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_every_contract():
    code, said = lint_imports(ROOT)

    assert code == 0, said


@pytest.mark.parametrize("contract", FAULTS)
def test_a_forbidden_import_breaks_its_contract(project, contract):
    name, line = FAULTS[contract]
    with (project / "pretraject" / name).open("a") as module:
        module.write(f"\n{line}\n")

    code, said = lint_imports(project)

    assert code == 1
    assert line.removeprefix("import ") in said
    assert name.removesuffix(".py").replace("/", ".") in said


def test_a_package_without_a_row_breaks_the_contract(project):
    (project / "pretraject" / "stray").mkdir()
    (project / "pretraject" / "stray" / "__init__.py").touch()

    code, said = lint_imports(project)

    assert code == 1
    assert "stray" in said
