"""Every test that the threat model names as its witness exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_\w+)`")


def test_every_witness_of_the_threat_model_exists():
    named = NAMED.findall((ROOT / "docs/threat-model.md").read_text())
    functions = {
        path: {
            node.name
            for node in ast.walk(ast.parse((ROOT / path).read_text()))
            if isinstance(node, ast.FunctionDef)
        }
        for path in {path for path, _test in named}
    }

    assert len(named) > 25
    assert [f"{path}::{test}" for path, test in named if test not in functions[path]] == []
