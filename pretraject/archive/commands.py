"""`pretraject backup`, `restore` and `db move`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import click
from sqlalchemy import make_url

from pretraject.archive.form import Manifest
from pretraject.archive.loading import alone, rows_in
from pretraject.archive.reading import open_archive
from pretraject.archive.restoring import Holding, holding_of, move, restore
from pretraject.archive.writing import Tell, write_archive
from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.core.ground import Ground
from pretraject.core.replacing import replacing_bytes
from pretraject.core.snapshot import snapshot
from pretraject.schema import is_current

REPLACE = click.option("--replace", is_flag=True, help="Replace what the database holds, after asking.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")
NOT_NOTED = "The database is not up to date: this is not written in its audit log."


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(ground: Ground, file: Path) -> None:
    """Write the whole database to FILE, while the site goes on.

    The file is read back and checked before it gets its name; one that is there is replaced
    then. It holds everything there is about everybody, readable by its owner only. Identifiers
    in it need the secret key: keep that elsewhere. Prints how many rows there are and where
    the chains end, for `pretraject verify --expect`.
    """
    _refuse_missing_folder(file)
    try:
        with replacing_bytes(file) as part:
            manifest = _archive(ground, part)
            _note(ground, "backup.made", rows=manifest.rows, archive=manifest.sha256)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
    _show_rows({table.name: table.rows for table in manifest.tables})
    for end in manifest.ends:
        click.echo(f"chain: {end}")
    click.echo(f"archive: {manifest.sha256}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@REPLACE
@YES
@click.pass_obj
def restore_command(ground: Ground, file: Path, replace: bool, yes: bool) -> None:
    """Fill the database from FILE, made by `pretraject backup`; stop the site first.

    All of it or nothing. A damaged file is refused before anything is changed. Everybody
    has to sign in anew. What happened since the back-up is gone: docs/operations.md says
    what to do about it.
    """
    url = ground.config.database_url
    with _progress() as tell, open_archive(file) as archive:
        archive.check(tell)
        if replace:
            _confirm(url, yes=yes)
        held = restore(url, archive, at=ground.clock(), may_replace=replace, tell=tell)
        made = archive.manifest.created_at
    _show_rows(held.rows)
    click.echo(f"backed up at: {made}")
    _show_ends(held)


@click.command("move")
@click.option("--to", "target", required=True, metavar="URL", help="Address of the other database.")
@REPLACE
@YES
@click.pass_obj
def move_command(ground: Ground, target: str, replace: bool, yes: bool) -> None:
    """Copy the whole database into another one, from SQLite to PostgreSQL or back.

    Stop the site and the work first, and start them with the new PRETRAJECT_DATABASE_URL.
    Prints the counts and the ends of the chains of both. The old database stays as it is.
    """
    if make_url(target).get_backend_name() not in ("sqlite", "postgresql"):
        raise click.BadParameter("this is no address of a database", param_hint="--to")
    if target == ground.config.database_url:
        raise click.UsageError("that is the database itself")
    if not is_current(ground.config.database_url):
        raise click.UsageError("the database is not up to date; run: pretraject db upgrade")
    if replace:
        _confirm(target, yes=yes)
    _note(ground, "database.moved", to=make_url(target).get_backend_name())
    with TemporaryDirectory() as folder, _progress() as tell:
        path = Path(folder) / "whole"
        with replacing_bytes(path) as part:
            _archive(ground, part)
        with open_archive(path) as archive:
            held = move(target, archive, may_replace=replace, tell=tell)
    with ground.database.reading() as session:
        source = holding_of(session.connection())
    _compare(source, held)
    _show_ends(held)


def _archive(ground: Ground, file: BinaryIO) -> Manifest:
    """Write an archive and read it back."""
    with _progress() as tell:
        with snapshot(ground.database) as session:
            manifest = write_archive(session, file, at=ground.clock(), tell=tell)
        file.flush()
        with open_archive(file) as archive:
            archive.check(lambda name, count: tell(f"checking {name}", count))
    return manifest


def _note(ground: Ground, action: str, **detail: Any) -> None:
    """Write down that everything about everybody left the database."""
    if not is_current(ground.config.database_url):
        click.echo(NOT_NOTED, err=True)
        return
    with ground.database.writing() as session:
        note(session, actor=OPERATOR, action=action, at=ground.clock(), **detail)
        session.commit()


def _confirm(url: str, *, yes: bool) -> None:
    """Say what would be lost and ask."""
    with alone(url) as connection:
        rows = sum(rows_in(connection).values())
    if rows and not yes:
        click.confirm(f"The database holds {rows} rows, which will be gone. Go on?", abort=True)


def _compare(source: Holding, target: Holding) -> None:
    """Print both side by side; end with exit code 1 when they differ."""
    lines = [(name, source.rows.get(name, 0), count) for name, count in target.rows.items()]
    width = max(len(name) for name, *_ in lines)
    click.echo(f"{'':<{width}} {'here':>10} {'there':>10}")
    for name, here, there in lines:
        click.echo(f"{name:<{width}} {here:>10} {there:>10}")
    if source.rows != target.rows or source.ends != target.ends:
        click.echo("Here something was written meanwhile: stop the site, then move again.", err=True)
        sys.exit(1)


def _show_rows(rows: dict[str, int]) -> None:
    for name, count in rows.items():
        click.echo(f"{name}: {count}")


def _show_ends(held: Holding) -> None:
    """Print where the chains end, and end with exit code 1 when one is not whole."""
    for end in held.ends:
        click.echo(f"chain: {end}")
    for fault in held.faults:
        click.echo(fault, err=True)
    if held.faults:
        sys.exit(1)


def _refuse_missing_folder(file: Path) -> None:
    if not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}", param_hint="FILE")


@contextmanager
def _progress() -> Iterator[Tell]:
    """Show on stderr how far it is, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _name, _count: None
        return
    try:
        yield lambda name, count: click.echo(f"\r{name}: {count}\x1b[K", nl=False, err=True)
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)
