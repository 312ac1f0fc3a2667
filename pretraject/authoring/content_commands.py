"""`pretraject content`: from files to published modules and back."""

import sys
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import inspect, make_url

from pretraject.authoring.checking import check_content, steps_of
from pretraject.authoring.publishing import (
    Publication,
    load_folder,
    publish_folder,
    publish_working_copy,
    stale_files,
)
from pretraject.authoring.telling import steps, tell_faults, tell_findings
from pretraject.catalogue.checks.released import ReleasedQuestion
from pretraject.catalogue.formatting import canonical_form, canonical_tree
from pretraject.catalogue.parsing import parse_tree
from pretraject.catalogue.release_queries import released_questions, working_tree
from pretraject.catalogue.tree import read_folder, write_folder
from pretraject.config import BUNDLED, database_url_from_environment
from pretraject.core.clock import Clock, legal_date, system_clock
from pretraject.core.db import Database


class Site(Protocol):
    """What these commands need of the site they work on."""

    @property
    def database(self) -> Database:
        """Return the database."""

    @property
    def clock(self) -> Clock:
        """Return the clock."""


_folder = click.Path(exists=True, file_okay=False, path_type=Path)
source_option = click.option(
    "--source",
    type=_folder,
    default=BUNDLED,
    show_default="the files that come with the program",
    help="Folder that holds content/ and translations/.",
)


@click.group()
def content() -> None:
    """Content: check, format, load, publish and write out its files.

    Dutch source files lie in content/, translations in translations/. An editor's round:

    \b
      pretraject content format   brings files into their one canonical form
      pretraject i18n update      takes changed Dutch texts into the catalogues
      pretraject content check    names every fault, with file, line and cure
      pretraject content publish --source .   releases it to the learners
    """  # noqa: D301 — the sign by which Click leaves lines as they are


@content.command()
@source_option
def check(source: Path) -> None:
    """Name every fault in the content at once.

    Each is told as file:line: problem — cure, on stderr; advice goes to stdout. Exits
    with 1 when there is a fault. Needs no setting; with PRETRAJECT_DATABASE_URL set it also
    compares ids with the last release.
    """
    tree = read_folder(source)
    released = _released()
    if released is None:
        click.echo("Left out: ids changed or vanished since the last release; no database is configured.")
    with steps("Checking", steps_of(tree)) as tell:
        today = legal_date(system_clock())
        _, findings = check_content(tree, today=today, released=released, tell=tell)
    tell_findings(findings, of=f"{len(tree)} files")


def _released() -> dict[str, list[ReleasedQuestion]] | None:
    """Return what was released, where a database with our tables is configured."""
    url = database_url_from_environment()
    if url is None:
        return None
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    database = Database(url, pool_size=1)
    try:
        if not inspect(database.reader).has_table("module"):
            return None
        with database.reading() as session:
            return released_questions(session)
    finally:
        database.dispose()


@content.command("format")
@source_option
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 where a file would.")
def format_files(source: Path, only_check: bool) -> None:
    """Bring files into their one canonical form.

    The meaning stays; key order, quotes, line breaks and empty lines become the usual ones.
    A file with faults is left as it is, and the faults are named.
    """
    tree = read_folder(source)
    forms = canonical_tree(tree)
    faults = [
        fault
        for fault in parse_tree(tree).findings.faults
        if fault.file in tree and canonical_form(fault.file, tree[fault.file]) is None
    ]
    tell_faults(faults)
    if not only_check:
        write_folder(source, forms)
    for path in forms:
        click.echo(f"{path}: {'not in canonical form' if only_check else 'formatted'}", err=only_check)
    click.echo(f"{len(tree) - len(forms)} of {len(tree)} files were canonical.")
    if faults or (forms and only_check):
        sys.exit(1)


@content.command("load")
@source_option
@click.option("--overwrite", is_flag=True, help="Take the files even where the working copy was edited.")
@click.pass_obj
def load_files(site: Site, source: Path, overwrite: bool) -> None:
    """Take files into the working copy in the database.

    Stops, having changed nothing, when a file was edited in the working copy since it was
    loaded: write the working copy out with `content dump`, merge, and load with --overwrite.
    """
    loaded = load_folder(site.database, source, overwrite=overwrite)
    written, removed = len(loaded.written), len(loaded.removed)
    click.echo(f"Loaded {written} files, removed {removed}; {loaded.unchanged} were the same.")


@content.command()
@click.option("--source", type=_folder, default=None, help="Load this folder first; stops on a conflict.")
@click.pass_obj
def publish(site: Site, source: Path | None) -> None:
    """Check the working copy and release it to the learners, with its policy.

    All or nothing; the same content is not released twice. With --source the folder is
    loaded first. A working copy that is still empty is filled with the files that come
    with the program.
    """
    folder = source
    if folder is None and _is_empty(site.database):
        folder = BUNDLED
    with steps("Publishing", steps_of(read_folder(folder) if folder else {})) as tell:
        if folder:
            publication = publish_folder(site.database, folder, at=site.clock(), tell=tell)
        else:
            publication = publish_working_copy(site.database, at=site.clock(), tell=tell)
    _tell_publication(publication)


def _is_empty(database: Database) -> bool:
    with database.reading() as session:
        return not working_tree(session)


def _tell_publication(publication: Publication) -> None:
    for advice in publication.advice:
        click.echo(f"advice: {advice}")
    for module in publication.modules:
        what = "published as" if module.new else "unchanged, still"
        click.echo(f"{module.module}: {what} release {module.number}")


@content.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def dump(site: Site, folder: Path) -> None:
    """Write the working copy to DIR/content/ and DIR/translations/.

    DIR is made when missing. Files there are replaced; a content file that the working copy
    does not have stops the command, since it would come back with the next load.
    """
    with site.database.reading() as session:
        tree = working_tree(session)
    if not tree:
        raise click.ClickException("The working copy is empty; run `pretraject content load` first.")
    if stale := stale_files(folder, tree):
        for path in stale:
            click.echo(f"{path}: not in the working copy — take it out, or choose an empty folder", err=True)
        sys.exit(1)
    written = write_folder(folder, tree)
    click.echo(f"Wrote {len(written)} files to {folder}; {len(tree) - len(written)} were the same.")
