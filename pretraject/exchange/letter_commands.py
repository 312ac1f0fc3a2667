"""`pretraject enrolment letters`: the letters with the access codes, ready to print."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

import click

from pretraject.audit.actions import note_each
from pretraject.audit.rules import OPERATOR
from pretraject.core.clock import legal_date
from pretraject.core.errors import ConflictError
from pretraject.core.ground import Ground
from pretraject.core.parts import parts
from pretraject.core.replacing import keep_names, replacing_bytes
from pretraject.exchange.letter_rows import letters_of
from pretraject.exchange.letters import ENDING, Press, beginning
from pretraject.exchange.printing import Printer

A_FILE = 100
"""So many letters are in each file of a folder: a printer takes them, and memory stays small."""
PROGRESS_FROM = 20

Write = Callable[[BinaryIO, Iterator[str]], None]


class OutputExistsError(ConflictError):
    """There is something of that name; it may hold letters that were not posted yet."""


@click.command("letters")
@click.argument("codes", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    required=True,
    metavar="FILE|FOLDER",
    type=click.Path(path_type=Path),
    help=f"New file, named .html or .pdf; any other name is a new folder, with {A_FILE} letters a file.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["html", "pdf"]),
    default="html",
    show_default=True,
    help="html: to print from a browser. pdf: needs the extra 'pdf'.",
)
@click.option(
    "--sender",
    multiple=True,
    metavar="LINE",
    help="Who the letter is from: name and address, an option for each line; none on paper that says so.",
)
@click.pass_obj
def letters(ground: Ground, codes: Path, output: Path, format_: str, sender: tuple[str, ...]) -> None:
    """Make a letter of one page for each line of CODES, as `enrolment import` wrote that file.

    In Dutch and in the person's language; in English where that is not known. The letter
    holds the access code, so only you can read what is written. All or nothing: a code that
    opens nothing any more is told with its line, and then no letter is made.
    """
    if output.suffix.lower() in (".html", ".pdf") and output.suffix.lower() != f".{format_}":
        raise click.BadParameter(f"the name of a file ends in .{format_}", param_hint="--output")
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    if output.exists():
        raise OutputExistsError(f"{output} exists already; name another one with --output")
    at = ground.clock()
    write = partial(_print, Printer()) if format_ == "pdf" else _write
    with ground.database.reading() as session:
        found = letters_of(session, ground.vault, codes.read_bytes(), file=str(codes), at=at)
    press = Press(ground.config, sender=sender, on=legal_date(at))
    is_file = output.suffix.lower() == f".{format_}"
    with _folder_beside(output) as folder, _progress(len(found)) as step:
        for number, group in enumerate(parts(found, len(found) if is_file else A_FILE), start=1):
            with replacing_bytes(folder / f"letters-{number:03}.{format_}") as file:
                write(file, map(step, press.pages(group)))
        with ground.database.writing() as session:
            people = [letter.person_id for letter in found]
            note_each(session, people, actor=OPERATOR, action="letter.made", at=at)
            session.commit()
        (next(folder.iterdir()) if is_file else folder).rename(output)
        keep_names(output.parent)
    click.echo(f"letters: {len(found)} in {output}")


@contextmanager
def _folder_beside(output: Path) -> Iterator[Path]:
    """Give a folder that only its owner can open; what is left in it at the end is dropped."""
    folder = Path(mkdtemp(dir=output.parent, prefix=f".{output.name}.", suffix=".part"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _progress(length: int) -> Iterator[Callable[[str], str]]:
    """Give a step that moves a bar on stderr, where somebody watches and it takes a while."""
    if length < PROGRESS_FROM or not sys.stderr.isatty():
        yield str
        return
    with click.progressbar(length=length, label="Making letters", file=sys.stderr) as bar:

        def step(page: str) -> str:
            bar.update(1)
            return page

        yield step


def _write(file: BinaryIO, pages: Iterator[str]) -> None:
    file.write(beginning().encode())
    for page in pages:
        file.write(page.encode())
    file.write(ENDING.encode())


def _print(printer: Printer, file: BinaryIO, pages: Iterator[str]) -> None:
    for page in pages:
        printer.add(page)
    printer.write(file)
