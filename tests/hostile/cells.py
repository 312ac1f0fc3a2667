"""Everything a database holds, to see what changed, and to put it back."""

from dataclasses import dataclass

from sqlalchemy import create_engine, event, make_url, select, text

from pretraject.schema import metadata

LONGEST = 2_000
"""So long may one value be that a request adds; the texts of a page are far shorter."""


OWNERS = frozenset({"person_id", "account_id"})
CONTENT = frozenset(
    name
    for name in metadata.tables
    if (name.startswith(("release", "module")) and name != "module_completion") or name == "working_file"
)
"""Tables that publishing fills: looked at once a page and not after each request."""


@dataclass(frozen=True)
class Change:
    """What happened: by table how many rows came and whose, which went or became others; their values."""

    tables: dict
    values: tuple


def hurry(engine):
    """Let SQLite not wait for the disk: nothing here has to outlive a power cut."""
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))


class Cells:
    """All rows of a database, seen from beside the site: by engines of our own, without foreign keys."""

    def __init__(self, url):
        address = make_url(url)
        self.on_sqlite = address.get_backend_name() == "sqlite"
        driver = "sqlite" if self.on_sqlite else "postgresql+psycopg"
        self.engine = create_engine(address.set(drivername=driver))
        if self.on_sqlite:
            hurry(self.engine)
        self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.kept = self.read()
        self.mark = self._mark()

    def close(self):
        """Give the connections back."""
        self.connection.close()
        self.engine.dispose()

    def read(self, *, besides=frozenset()):
        """Return every row by table and key."""
        with self.engine.connect() as connection:
            return {
                table.name: {row.id: tuple(row) for row in connection.execute(select(table))}
                for table in metadata.sorted_tables
                if table.name not in besides
            }

    def change(self):
        """Return what changed since the rows were kept."""
        if self._mark() == self.mark:
            return Change({}, ())
        now, tables, values = self.read(besides=CONTENT), {}, []
        for name, rows in now.items():
            kept = self.kept[name]
            came = [row for key, row in rows.items() if key not in kept]
            became = [key for key, row in rows.items() if key in kept and row != kept[key]]
            went = sorted(kept.keys() - rows.keys())
            if came or became or went:
                tables[name] = (len(came), self._owners(name, came), tuple(went), tuple(sorted(became)))
                values += [value for row in (*came, *(rows[key] for key in became)) for value in row]
        if not tables:
            self.mark = self._mark()
        return Change(tables, tuple(values))

    def _owners(self, name, rows):
        """Return which of the people and accounts from before these rows belong to."""
        places = [
            (at, column[:-3]) for at, column in enumerate(metadata.tables[name].c.keys()) if column in OWNERS
        ]
        return tuple(sorted({(of, row[at]) for row in rows for at, of in places if row[at] in self.kept[of]}))

    def has_other_content(self):
        """Say whether anything of the content is not what it was."""
        return any(rows != self.kept[name] for name, rows in self.read().items() if name in CONTENT)

    def undo(self, change):
        """Put back the rows of the tables that changed."""
        if change.tables:
            self.put(self.kept, change.tables)

    def put(self, wanted, names=None):
        """Make tables hold these rows, whatever they held."""
        tables = [table for table in metadata.sorted_tables if names is None or table.name in names]
        with self.engine.begin() as connection:
            if not self.on_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in tables:
                connection.execute(table.delete())
                rows = [dict(zip(table.c.keys(), row, strict=True)) for row in wanted[table.name].values()]
                if rows:
                    connection.execute(table.insert(), rows)
        self.mark = self._mark()

    def take_over(self, other):
        """Hold what another database holds, with the same keys."""
        self.put(other.kept)
        for table in metadata.sorted_tables:
            self.connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                    f" (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                )
            )
        self.kept = self.read()
        self.mark = self._mark()

    def _mark(self):
        """Return a number that is another one after every commit."""
        query = "PRAGMA data_version" if self.on_sqlite else "SELECT pg_snapshot_xmax(pg_current_snapshot())"
        return self.connection.execute(text(query)).scalar_one()
