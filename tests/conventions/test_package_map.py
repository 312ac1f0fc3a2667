"""The docstring of the package is its map: a line for every package, none for one that is gone."""

import ast
import re
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pretraject"
LINE = re.compile(r"^([a-z_]+) {2,}\S", re.MULTILINE)


def map_faults(root):
    """Return how the map differs from what is there."""
    mapped = Counter(LINE.findall(ast.get_docstring(ast.parse((root / "__init__.py").read_text())) or ""))
    packages = {path.parent.name for path in root.glob("*/*.py")}
    there = packages | {path.stem for path in root.glob("*.py")}
    return [
        *(f"{name} is not on the map" for name in sorted(packages - set(mapped))),
        *(f"{name} is gone" for name in sorted(set(mapped) - there)),
        *(f"{name} is on the map more than once" for name, times in sorted(mapped.items()) if times > 1),
    ]


def test_the_map_names_every_package():
    assert map_faults(PACKAGE) == []


def test_a_wrong_map_is_found(tmp_path):
    for name in ("known", "unknown", "twice"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    lines = ["known    is there", "twice    is there", "twice    again", "lost     was there"]
    (tmp_path / "__init__.py").write_text('"""The map of it all.\n\n' + "\n".join(lines) + '\n"""\n')

    assert map_faults(tmp_path) == [
        "unknown is not on the map",
        "lost is gone",
        "twice is on the map more than once",
    ]
