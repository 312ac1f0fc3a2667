"""Checks of one lesson: its blocks, its texts and its picture."""

import re
from collections.abc import Mapping

from pretraject.catalogue.checks.prose import fact_troubles, inline_troubles, lenient, text_troubles
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.markdown import BLOCKS
from pretraject.catalogue.parsing import LessonSource, ModuleSource
from pretraject.catalogue.segments import segments_of_header
from pretraject.catalogue.shapes import FactShape

_FENCE = re.compile(r":{3,}\s*(\S*)\s*(.*)")
_BLOCK_TOKENS = {
    "heading",
    "paragraph",
    "bullet_list",
    "ordered_list",
    "list_item",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    *(f"container_{name}" for name in BLOCKS),
}
_NAMED = {
    "fence": "code block",
    "code_block": "code block (a line that begins with four spaces)",
    "blockquote_open": "block quote",
    "hr": "ruler",
}


def check_lesson(
    lesson: LessonSource, module: ModuleSource, facts: Mapping[str, FactShape], findings: Findings
) -> None:
    """Check a lesson's front matter and body."""
    lessons = [other.slug for other in module.lessons]
    for segment in segments_of_header(lesson):
        for problem, cure in text_troubles(segment.text, lessons=lessons, facts=facts):
            findings.fault(lesson.file, segment.line, problem, cure)
    _check_picture(lesson, module, findings)
    _check_blocks(lesson, findings)
    _check_body(lesson, lessons, facts, findings)


def _check_picture(lesson: LessonSource, module: ModuleSource, findings: Findings) -> None:
    picture = lesson.header.picture
    if picture is None:
        if lesson.document.value:
            findings.advise(lesson.file, 1, "a lesson without picture", "add one under `picture`")
    elif picture.file not in module.media:
        line = lesson.document.line(("picture", "file"))
        problem = f"there is no picture {module.folder}/media/{picture.file}"
        findings.fault(lesson.file, line, problem, "put the file there, or correct the name")


def _check_blocks(lesson: LessonSource, findings: Findings) -> None:
    """Check that each named block is known, is closed, and does not hold another."""
    opened: int | None = None
    for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
        fence = _FENCE.fullmatch(line.strip())
        if fence is None:
            continue
        if not fence[1]:
            if opened is None:
                findings.fault(lesson.file, number, "::: closes no block", "take it out")
            opened = None
            continue
        if opened is not None:
            findings.fault(lesson.file, opened, "a block that is not closed", "end it with a line :::")
        opened = number
        _check_name(lesson, number, fence[1], fence[2], findings)
    if opened is not None:
        findings.fault(lesson.file, opened, "a block that is not closed", "end it with a line :::")


def _check_name(lesson: LessonSource, line: int, name: str, word: str, findings: Findings) -> None:
    if name not in BLOCKS:
        findings.fault(lesson.file, line, f"unknown block {name!r}", f"choose one of: {', '.join(BLOCKS)}")
    elif (name == "term") != bool(word):
        cure = "write `::: term word` for a Dutch word, the other blocks without anything after the name"
        findings.fault(lesson.file, line, f"block {name!r} with {'a' if word else 'no'} word behind it", cure)


def _check_body(
    lesson: LessonSource, lessons: list[str], facts: Mapping[str, FactShape], findings: Findings
) -> None:
    if not lesson.body.strip():
        findings.fault(
            lesson.file, lesson.body_line, "a lesson without text", "write it below the front matter"
        )
    line = lesson.body_line
    for token in lenient.parse(lesson.body):
        line = token.map[0] + lesson.body_line if token.map else line
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "html_block":
            problem = f"raw HTML {token.content.strip().splitlines()[0]}"
            findings.fault(lesson.file, line, problem, "write Markdown or a named block instead")
        elif token.type == "inline":
            for child in token.children or ():
                for problem, cure in inline_troubles(child, lessons):
                    findings.fault(lesson.file, line, problem, cure)
            for problem, cure in fact_troubles(token.content, facts):
                findings.fault(lesson.file, line, problem, cure)
        elif kind not in _BLOCK_TOKENS and not token.type.endswith("_close"):
            cure = "use headings, paragraphs, lists, tables and named blocks"
            findings.fault(lesson.file, line, f"{_NAMED.get(token.type, kind)} is not allowed", cure)
        elif token.type == "heading_open" and token.tag not in ("h2", "h3"):
            findings.fault(lesson.file, line, f"heading of level {token.tag[1]}", "use ## and ###")
