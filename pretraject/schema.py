"""Brings a database to the current form; knows every table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text

import pretraject.accounts.models
import pretraject.assessment.models
import pretraject.audit.models
import pretraject.catalogue.models
import pretraject.completion.models
import pretraject.enrolment.models
import pretraject.exchange.models
import pretraject.learning.models
import pretraject.privacy.models  # noqa: F401 — importing a model makes its tables known
from pretraject.core.db import Database, Model

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
ADVISORY_LOCK = 7_051_302
"""Key of the PostgreSQL lock under which only one process upgrades; any fixed number will do."""

metadata = Model.metadata


def alembic_config(connection: Connection) -> AlembicConfig:
    """Return Alembic's settings for a connection; there is no alembic.ini."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Open a connection under which nobody else upgrades."""
    database = Database(url, pool_size=1)
    try:
        with database.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            yield connection
    finally:
        database.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at this address to a revision; SQLite's folder is made when missing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    with _alone(url) as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a revision in a transaction that somebody else commits."""
    command.upgrade(alembic_config(connection), revision)


def knows(revision: str) -> bool:
    """Say whether a revision is one that this program can bring a database to."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return revision in {script.revision for script in scripts.walk_revisions()}


def downgrade(url: str, revision: str) -> None:
    """Take the database at this address back to a revision."""
    with _alone(url) as connection:
        command.downgrade(alembic_config(connection), revision)


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Return the revision this program needs."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise LookupError("the package carries no migrations")
    return head


def is_current(url: str) -> bool:
    """Say whether the database is at the revision this program needs."""
    database = Database(url, pool_size=1)
    try:
        with database.reader.connect() as connection:
            return current_revision(connection) == head_revision()
    finally:
        database.dispose()


def differences(url: str) -> list[str]:
    """Return how the database's tables differ from the models, one line each."""
    database = Database(url, pool_size=1)
    try:
        with database.reader.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [repr(difference) for difference in compare_metadata(context, metadata)]
    finally:
        database.dispose()
