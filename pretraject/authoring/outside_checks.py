"""Checks by programs that are not ours: gettext's own, and a detector of languages.

A tool that is not installed is named and passed over; the tests ask for all of them.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import messages_of
from pretraject.catalogue.checks.named import Teller
from pretraject.catalogue.findings import Findings

MSGFMT, DETECTOR = "msgfmt", "py3langid"
UNDETECTED = frozenset({"so", "ti", "ckb"})
"""Languages of ours the detector does not know; Dari it takes for Persian."""

LETTERS_ENOUGH = 400
"""A detector guesses on less."""

_MARKS = re.compile(r"%\(\w+\)[sd]|\{[^{}]*\}|\]\([^)]*\)|[\d*_]+|\([^()]*\)")
_SAID = re.compile(r"^[^:]*:(\d+): (.*)$", re.MULTILINE)


def missing_tools() -> list[str]:
    """Return the tools that are not installed."""
    there = {MSGFMT: shutil.which(MSGFMT) is not None, DETECTOR: find_spec(DETECTOR) is not None}
    return [name for name, found in there.items() if not found]


def check_with_msgfmt(path: str, body: bytes, findings: Findings) -> None:
    """Have gettext itself judge a file."""
    program = shutil.which(MSGFMT)
    if program is None:
        return
    run = subprocess.run(  # noqa: S603 — a program of the machine, on bytes it reads from us
        [program, "--check-format", "--check-header", "--output-file=-", "-"],
        input=body,
        capture_output=True,
        check=False,
    )
    if run.returncode == 0:
        return
    said = run.stderr.decode(errors="replace")
    teller = Teller(findings, path)
    for line, problem in _SAID.findall(said) or [("", said.strip().splitlines()[-1])]:
        teller.tell("msgfmt", int(line) if line else None, problem, "put the entry right")


def check_language(path: str, catalogue: Catalog, locale: str, findings: Findings) -> None:
    """Have a detector say of each lesson's or domain's texts which language they are in."""
    if locale in UNDETECTED or find_spec(DETECTOR) is None:
        return
    wanted = locale.partition("_")[0]
    detector: Any = import_module(DETECTOR)
    for context, text in _long_texts(catalogue):
        found = detector.classify(text)[0]
        if found != wanted:
            problem = f"reads like {found}, not {wanted}"
            cure = "look whether another language's texts were pasted here"
            Teller(findings, path).tell("language", None, problem, cure, segment=context)


def _long_texts(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the texts of each context that together are long enough to judge."""
    texts: dict[str, list[str]] = {}
    for message in messages_of(catalogue):
        if isinstance(message.string, str) and message.string and not message.fuzzy:
            texts.setdefault(message.context or "all", []).append(message.string)
    for context, found in texts.items():
        text = _MARKS.sub(" ", " ".join(found))
        if len(text) >= LETTERS_ENOUGH:
            yield context, text


def check_outside(files: Mapping[str, tuple[str, bytes, Catalog]], findings: Findings) -> None:
    """Check files by path, each with its language, bytes and texts."""
    for path, (locale, body, catalogue) in files.items():
        check_with_msgfmt(path, body, findings)
        check_language(path, catalogue, locale, findings)
