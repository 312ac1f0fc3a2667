import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from pretraject.core import db


def test_a_commit_that_failed_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "SQLITE_WAIT_SECONDS", 0.2)
    database = db.Database(f"sqlite:///{tmp_path / 'small.db'}", pool_size=2)
    write(database, "CREATE TABLE thing (number INTEGER)")
    reader = sqlite3.connect(tmp_path / "small.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM thing").fetchall()
    with pytest.raises(OperationalError, match="locked"):
        write(database, "INSERT INTO thing VALUES (1)")
    reader.execute("COMMIT")

    write(database, "INSERT INTO thing VALUES (2)")

    assert reader.execute("SELECT number FROM thing").fetchall() == [(2,)]
    reader.close()
    database.dispose()


def write(database, statement):
    """Run one statement in a declared write."""
    with database.writing() as session:
        session.execute(text(statement))
        session.commit()
