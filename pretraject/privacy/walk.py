"""Every row that is about one person, found along the foreign keys of the schema.

A new table that points at a person, or at anything of theirs, is found by itself.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from pretraject.accounts.models import Account
from pretraject.audit.models import AuditEntry
from pretraject.core.db import Model
from pretraject.core.parts import parts
from pretraject.enrolment.models import Person

PERSON, ACCOUNT = Person.__tablename__, Account.__tablename__
WITHOUT_KEY = {AuditEntry.__tablename__: {"person_id": PERSON}}
"""Columns that name a person without a foreign key, since they outlive the person."""

AT_ONCE = 500

Found = dict[str, set[int]]


def tables_about_people() -> dict[str, dict[str, str]]:
    """Return the tables with rows about a person, each with the columns that lead there.

    A column leads to a table that is one itself, such as `{"attempt_id": "attempt"}`.
    """
    about: dict[str, dict[str, str]] = {PERSON: {}, ACCOUNT: {}, **WITHOUT_KEY}
    grown = True
    while grown:
        grown = False
        for table in Model.metadata.sorted_tables:
            links = about.get(table.name, {}) | _links(table, about)
            if links and links != about.get(table.name):
                about[table.name], grown = links, True
    return about


def _links(table: Table, about: Collection[str]) -> dict[str, str]:
    """Return the columns of a table that point at rows about people."""
    found = {}
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name in about:
                found[column.name] = key.column.table.name
    return found


def persons_of(session: Session, person: Person) -> list[int]:
    """Return the person's row and those that were joined to it, however long the way."""
    found = [person.id]
    fresh = found
    while fresh:
        query = select(Person.id).where(Person.joined_id.in_(fresh), Person.id.not_in(found))
        fresh = list(session.scalars(query.order_by(Person.id)))
        found = [*found, *fresh]
    return found


def rows_about(session: Session, person: Person) -> Found:
    """Return the numbers of the rows about a person, by table."""
    persons = persons_of(session, person)
    accounts = session.scalars(
        select(Person.account_id)
        .where(Person.id.in_(persons), Person.account_id.is_not(None))
        .order_by(Person.id)
    )
    found: Found = {PERSON: set(persons), ACCOUNT: {one for one in accounts if one is not None}}
    about = tables_about_people()
    tables = [table for table in Model.metadata.sorted_tables if table.name in about]
    known, count = -1, 0
    while known != count:
        known = count
        for table in tables:
            if table.name not in (PERSON, ACCOUNT):
                rows = found.setdefault(table.name, set())
                for name, target in about[table.name].items():
                    rows.update(_pointing(session, table, name, found.get(target, set())))
        count = sum(map(len, found.values()))
    return found


def _pointing(session: Session, table: Table, name: str, targets: Collection[int]) -> Iterator[int]:
    """Yield the rows of a table whose column points at one of the targets."""
    for some in parts(sorted(targets), AT_ONCE):
        yield from session.scalars(select(table.c.id).where(table.c[name].in_(some)).order_by(table.c.id))


def values_of(session: Session, table: Table, ids: Collection[int]) -> Iterator[dict[str, Any]]:
    """Yield rows of a table by number, each as its columns and their values."""
    columns: list[Column[Any]] = list(table.columns)
    for some in parts(sorted(ids), AT_ONCE):
        for row in session.execute(select(*columns).where(table.c.id.in_(some)).order_by(table.c.id)):
            yield dict(zip(table.columns.keys(), row, strict=True))
