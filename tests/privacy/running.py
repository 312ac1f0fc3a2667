"""Running the commands on a database, and looking at all of it."""

from sqlalchemy import select

from pretraject import schema
from pretraject.core.db import Database
from pretraject.privacy.commands import privacy
from pretraject.verification.commands import verify
from tests import evidence

NUMBER = "GV-1"


def run(url, *args, **given):
    """Run `pretraject privacy` and return what it did."""
    return evidence.run(privacy, url, *args, **given)


def done(url, *args, **given):
    """Run `pretraject privacy`, which must succeed."""
    return evidence.done(privacy, url, *args, **given)


def erase(url, number=NUMBER, **given):
    """Erase the person with a file number."""
    return done(url, "erase", "--yes", input=f"{number}\n", **given)


def verified(url, **given):
    """Say whether every row is one that the rules made, and what is not."""
    return evidence.run(verify, url, **given).stdout.splitlines()[-1]


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
