"""The content files as one mapping of paths to bytes, whether from a folder or the working copy."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

Tree = Mapping[str, bytes]
"""Paths such as `content/facts.yaml`, always with `/`, to the bytes of the file."""

POLICY = "content/policy.yaml"
FACTS = "content/facts.yaml"

INTERFACE_DOMAINS = ("messages", "staff")
"""Catalogues in the same folders that hold no content."""

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
_MODULE_FILE = re.compile(rf"content/({_SLUG})/.+")
_CATALOGUE = re.compile(rf"translations/([A-Za-z_]+)/LC_MESSAGES/({_SLUG})\.(?:po|state\.yaml)")
_LESSON = re.compile(rf"content/{_SLUG}/[0-9]{{2}}-({_SLUG})\.md")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every content file below a folder that holds `content/` and `translations/`."""
    found: dict[str, bytes] = {}
    for top in ("content", "translations"):
        for path in sorted((folder / top).rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and belongs(name) and not path.is_symlink():
                found[name] = path.read_bytes()
    return found


def belongs(path: str) -> bool:
    """Say whether a path is one of content: interface catalogues and hidden files are not."""
    if any(part.startswith(".") for part in path.split("/")):
        return False
    if path.startswith("content/"):
        return True
    match = _CATALOGUE.fullmatch(path)
    return match is not None and match[2] not in INTERFACE_DOMAINS


def write_folder(folder: Path, tree: Tree) -> list[str]:
    """Write the files that differ, each by replacing it whole; return their paths."""
    written = []
    for name, body in sorted(tree.items()):
        path = folder / name
        if not (path.is_file() and path.read_bytes() == body):
            _replace(path, body)
            written.append(name)
    return written


def _replace(path: Path, body: bytes) -> None:
    """Put a file in place in one step, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(body)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def module_slugs(tree: Iterable[str]) -> list[str]:
    """Return the modules the files belong to, in order."""
    return sorted({match[1] for path in tree if (match := _MODULE_FILE.fullmatch(path))})


def module_paths(tree: Iterable[str], module: str) -> list[str]:
    """Return the paths of a module's own files, in order."""
    return sorted(path for path in tree if path.startswith(f"content/{module}/"))


def lesson_slug(path: str) -> str | None:
    """Return the slug of a lesson's file name; None when it is not the name of one."""
    match = _LESSON.fullmatch(path)
    return match[1] if match else None


def catalogue_path(module: str, locale: str) -> str:
    """Return where a module's catalogue of a language lies."""
    return f"translations/{locale}/LC_MESSAGES/{module}.po"


def state_path(module: str, locale: str) -> str:
    """Return where the review state beside a catalogue lies."""
    return f"translations/{locale}/LC_MESSAGES/{module}.state.yaml"


def module_of_catalogue(path: str) -> tuple[str, str] | None:
    """Return locale and module of a catalogue or state file; None for any other path."""
    match = _CATALOGUE.fullmatch(path)
    return (match[1], match[2]) if match and match[2] not in INTERFACE_DOMAINS else None
