"""The `pretraject` command: everything an operator does."""

import json
import sqlite3
import sys
from functools import cached_property
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
)

from pretraject.archive.commands import backup, move_command, restore_command
from pretraject.authoring.commands import content, i18n
from pretraject.config import PREFIX, Config, database_url_from_environment, serving_faults, unknown_settings
from pretraject.core.clock import Clock
from pretraject.core.crypto import Vault
from pretraject.core.db import Database
from pretraject.core.errors import AppError, FaultyFilesError
from pretraject.core.ground import Ground, lay_ground
from pretraject.core.logs import write_logs
from pretraject.demo import prepare_demo
from pretraject.exchange.client_commands import client
from pretraject.exchange.completion_commands import completion
from pretraject.exchange.enrolment_commands import enrolment
from pretraject.exchange.export_commands import verify_export
from pretraject.insight.commands import staff
from pretraject.keys import WrongKeyError, keys, require_right_key
from pretraject.privacy.commands import privacy
from pretraject.schema import differences, head_revision, is_current, upgrade
from pretraject.serving import Site, keep_working
from pretraject.verification.commands import verify
from pretraject.work import work_of_a_day, work_round

DEFAULT_PORT = 8000


class SettingsGround:
    """The ground of the settings in the environment, laid when a command first needs it."""

    @cached_property
    def _ground(self) -> Ground:
        return lay_ground(read_config())

    def close(self) -> None:
        """Close the database if a command opened it."""
        if "_ground" in self.__dict__:
            self._ground.database.dispose()

    @property
    def config(self) -> Config:
        """Return the settings."""
        return self._ground.config

    @property
    def database(self) -> Database:
        """Return the database."""
        return self._ground.database

    @cached_property
    def vault(self) -> Vault:
        """Return the keys, after making sure that they are the database's.

        Raises WrongKeyError.
        """
        require_right_key(self.database, self._ground.vault, at=self.clock())
        return self._ground.vault

    @property
    def unchecked(self) -> Ground:
        """Return the ground as the settings say, for a command that changes the keys."""
        return self._ground

    @property
    def clock(self) -> Clock:
        """Return the clock."""
        return self._ground.clock


def read_config() -> Config:
    """Read the settings; a usage error names each that is missing, weak or unknown.

    A mistyped key would go unnoticed: codes would be made that the site cannot read.
    """
    try:
        config = Config()
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise click.UsageError("Settings are not right:\n  " + "\n  ".join(lines)) from error
    unknown = [f"{name} is not a setting; see docs/settings.md" for name in unknown_settings()]
    if unknown:
        raise click.UsageError("Settings are not right:\n  " + "\n  ".join(unknown))
    return config


class Commands(click.Group):
    """The root of all commands: a foreseen refusal becomes a line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command and say what it refused."""
        try:
            return super().invoke(ctx)
        except FaultyFilesError as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            click.echo(f"{len(error.faults)} faults; nothing was changed.", err=True)
        except AppError as error:
            click.echo(f"Error: {error}", err=True)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            click.echo(
                f"Error: {PREFIX}DATABASE_URL is no address of a database; see docs/settings.md", err=True
            )
        except OperationalError as error:
            click.echo(f"Error: the database cannot be used: {error.orig}", err=True)
        except ProgrammingError:
            click.echo("Error: the database is not up to date; run: pretraject db upgrade", err=True)
        except IntegrityError:
            raise
        except DatabaseError as error:
            click.echo(f"Error: the database cannot be read: {error.orig}", err=True)
        except sqlite3.DatabaseError as error:  # a copy of the file is made without SQLAlchemy
            click.echo(f"Error: the database cannot be read: {error}", err=True)
        except UnicodeEncodeError:
            click.echo("Error: what was typed is no text; is the terminal's encoding UTF-8?", err=True)
        except OSError as error:
            click.echo(f"Error: {error.filename}: {error.strerror}", err=True)
        sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pretraject")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Self-study civic orientation: run the site and everything around it.

    Try it at once, with nothing set up:  pretraject demo --directory instance
    """
    ctx.call_on_close(ctx.ensure_object(SettingsGround).close)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port to listen on.")
@click.option("--processes", default=1, show_default=True, help="Worker processes; 1 on SQLite.")
@click.pass_obj
def serve(ground: SettingsGround, host: str, port: int, processes: int) -> None:
    """Serve the site.

    Refuses to start on settings that are unsafe or mistyped and on a database that has
    not been upgraded. On SQLite a thread also does what `pretraject work` does.
    """
    config = ground.config
    faults = serving_faults(config)
    if config.database_url.startswith("sqlite") and processes > 1:
        faults.append("SQLite takes one process; use PostgreSQL for more")
    faults = faults or _database_faults(ground)
    if faults:
        raise click.UsageError("The site cannot start:\n  " + "\n  ".join(faults))
    run_site(Ground(config, ground.database, ground.vault, ground.clock), host, port, processes)


def _database_faults(ground: SettingsGround) -> list[str]:
    """Return what is wrong with the database: not brought up to date, or made with another key."""
    if not is_current(ground.config.database_url):
        return ["the database is not up to date; run: pretraject db upgrade"]
    try:
        require_right_key(ground.database, ground.unchecked.vault, at=ground.clock())
    except WrongKeyError as error:
        return [str(error)]
    return []


def run_site(ground: Ground, host: str, port: int, processes: int) -> None:
    """Serve until told to stop."""
    write_logs()
    ground.database.dispose()
    Site(ground, host=host, port=port, processes=processes).run()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port to listen on.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance"),
    show_default=True,
    help="Where the throw-away database lies; made when missing, kept when there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print addresses and codes as one JSON object.")
def demo(host: str, port: int, directory: Path, as_json: bool) -> None:
    """Serve a throw-away site with content, two enrolments and a member of staff."""
    with_progress = not as_json and sys.stderr.isatty()
    ground, made = prepare_demo(directory, host=host, port=port, tell=click.echo if with_progress else None)
    if as_json:
        click.echo(json.dumps(made.as_json(), ensure_ascii=False))
    else:
        click.echo(made.as_text())
    sys.stdout.flush()
    run_site(ground, host, port, 1)


@main.group()
def db() -> None:
    """Bring the database up to date, see whether it is, or move it."""


def _database_url() -> str:
    return database_url_from_environment() or str(Config.model_fields["database_url"].default)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database up to date; does nothing when it is.

    Reads PRETRAJECT_DATABASE_URL, by default SQLite in instance/pretraject.db.
    """
    upgrade(_database_url())
    click.echo(f"The database is at revision {head_revision()}.")


@db.command("check")
def db_check() -> None:
    """Say whether the database is up to date and as the program expects it."""
    url = _database_url()
    if not is_current(url):
        click.echo("The database is not up to date; run: pretraject db upgrade", err=True)
        sys.exit(1)
    found = differences(url)
    for difference in found:
        click.echo(difference, err=True)
    if found:
        sys.exit(1)
    click.echo(f"The database is at revision {head_revision()} and as expected.")


@main.command()
@click.option("--once", is_flag=True, help="Do one round and end.")
@click.pass_obj
def work(ground: SettingsGround, once: bool) -> None:
    """Do what is due later: stamp the event feed, take up a new policy, drop what is past its term.

    Without --once it goes on, a round every few seconds, until stopped.
    """
    faults = serving_faults(ground.config) or _database_faults(ground)
    if faults:
        raise click.UsageError("Work cannot start:\n  " + "\n  ".join(faults))
    laid = Ground(ground.config, ground.database, ground.vault, ground.clock)
    if once:
        done = work_round(laid)
        click.echo(f"Stamped {done.stamped} events, re-evaluated {done.reevaluated} people.")
        click.echo(f"Dropped {work_of_a_day(laid)} rows past their term.")
    else:
        write_logs()
        keep_working(laid)


db.add_command(move_command)
for command in (
    content,
    i18n,
    enrolment,
    client,
    completion,
    privacy,
    keys,
    staff,
    backup,
    restore_command,
    verify,
    verify_export,
):
    main.add_command(command)
