"""Modules and functions stay small, and their names say something."""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pretraject"
MODULE_LINES = 300
FUNCTION_LINES = 40
EMPTY_NAME = re.compile(r"(util|helper|common|misc|manager|service)s?")


def modules(root):
    return [path for path in sorted(root.rglob("*.py")) if "migrations" not in path.relative_to(root).parts]


def long_modules(root):
    lengths = {path: len(path.read_text().splitlines()) for path in modules(root)}
    return [
        f"{path.relative_to(root)}: {length} lines"
        for path, length in lengths.items()
        if length > MODULE_LINES
    ]


def long_functions(root):
    return [
        f"{path.relative_to(root)}: {function.name} has {function.end_lineno - function.lineno + 1} lines"
        for path in modules(root)
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and function.end_lineno - function.lineno >= FUNCTION_LINES
    ]


def empty_names(root):
    parts = {path.relative_to(root).with_suffix("") for path in root.rglob("*.py")}
    return sorted({str(path) for path in parts if any(map(EMPTY_NAME.fullmatch, path.parts))})


def test_modules_are_short():
    assert long_modules(PACKAGE) == []


def test_functions_are_short():
    assert long_functions(PACKAGE) == []


def test_names_of_modules_say_something():
    assert empty_names(PACKAGE) == []


def test_a_long_module_is_found_but_not_a_migration(tmp_path):
    (tmp_path / "migrations").mkdir()
    for name in ("full.py", "migrations/first.py"):
        (tmp_path / name).write_text("pass\n" * (MODULE_LINES + 1))
    (tmp_path / "just.py").write_text("pass\n" * MODULE_LINES)

    assert long_modules(tmp_path) == ["full.py: 301 lines"]


def test_a_long_function_is_found(tmp_path):
    body = "    pass\n"
    (tmp_path / "just.py").write_text("def just():\n" + body * (FUNCTION_LINES - 1))
    (tmp_path / "full.py").write_text("class Full:\n    def full(self):\n" + f"    {body}" * FUNCTION_LINES)

    assert long_functions(tmp_path) == ["full.py: full has 41 lines"]


def test_an_empty_name_is_found(tmp_path):
    (tmp_path / "services").mkdir()
    for name in ("utils.py", "services/__init__.py", "serving.py"):
        (tmp_path / name).touch()

    assert empty_names(tmp_path) == ["services/__init__", "utils"]
