"""Checks of files as such: size, place and canonical form."""

from pretraject.catalogue import tree as files
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.formatting import canonical_tree
from pretraject.catalogue.tree import Tree

LESSON_LIMIT = 16 * 1024
YAML_LIMIT = 512 * 1024
CATALOGUE_LIMIT = 4 * 1024 * 1024
MEDIA_LIMIT = 256 * 1024
_TOP_FILES = (files.POLICY, files.FACTS)


def check_files(tree: Tree, findings: Findings) -> None:
    """Check every file's size, place and form."""
    for path, body in tree.items():
        limit = size_limit(path)
        if len(body) > limit:
            problem = f"{len(body):,} bytes; at most {limit:,} are allowed"
            findings.fault(path, None, problem, "make it shorter, or divide it")
        if path.startswith("content/") and path.count("/") == 1 and path not in _TOP_FILES:
            findings.fault(
                path, None, "a file that belongs to no module", "move it into a module or take it out"
            )
    for path in _TOP_FILES:
        if path not in tree:
            findings.fault(path, None, "the file is missing", "write it, or take it from the version before")
    for path, form in canonical_tree(tree).items():
        line = _first_difference(tree[path], form)
        findings.fault(path, line, "not in canonical form", "run `pretraject content format`")


def size_limit(path: str) -> int:
    """Return how many bytes a file may have."""
    if "/media/" in path:
        return MEDIA_LIMIT
    if path.endswith(".md"):
        return LESSON_LIMIT
    return CATALOGUE_LIMIT if path.startswith("translations/") else YAML_LIMIT


def _first_difference(body: bytes, form: bytes) -> int:
    pairs = zip(body.split(b"\n"), form.split(b"\n"), strict=False)
    return next((number for number, (a, b) in enumerate(pairs, 1) if a != b), 1)
