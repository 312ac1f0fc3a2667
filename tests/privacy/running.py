"""Running the commands on a database, and looking at all of it."""

from click.testing import CliRunner
from sqlalchemy import select

from pretraject import schema
from pretraject.core.db import Database
from pretraject.privacy.commands import privacy
from pretraject.verification.commands import verify
from tests.evidence import ground_on
from tests.world import AT, DAY

NUMBER = "GV-1"


def run(url, *args, command=privacy, at=AT + DAY, **given):
    """Run a command of ours and return what it did."""
    ground = ground_on(url, at=at)
    result = CliRunner().invoke(command, [str(arg) for arg in args], obj=ground, **given)
    ground.database.dispose()
    return result


def done(*args, **given):
    """Run a command that must succeed."""
    result = run(*args, **given)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def erase(url, number=NUMBER, **given):
    """Erase the person with a file number."""
    return done(url, "erase", "--yes", input=f"{number}\n", **given)


def verified(url, **given):
    """Say whether every row is one that the rules made, and what is not."""
    return run(url, command=verify, **given).stdout.splitlines()[-1]


def contents(url):
    """Return every row of every table, as columns and values."""
    database = Database(url)
    with database.reading() as session:
        rows = {
            table.name: [
                dict(zip(table.columns.keys(), row, strict=True))
                for row in session.execute(select(*table.columns).order_by(table.c.id))
            ]
            for table in schema.metadata.sorted_tables
        }
    database.dispose()
    return rows
