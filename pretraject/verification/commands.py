"""`pretraject verify`."""

import re
import sys
from collections.abc import Iterable

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pretraject.audit.queries import end_of_chain
from pretraject.completion.models import FeedHead
from pretraject.completion.rules import CURSOR_HASH_LENGTH
from pretraject.core.ground import Ground
from pretraject.core.snapshot import snapshot
from pretraject.schema import is_current, metadata
from pretraject.verification.everything import checks_with
from pretraject.verification.feeds import expected_fault
from pretraject.verification.rulebook import read_rulebook

MOST_LINES = 20
"""Faults of one check that are printed; the rest are counted."""

Expected = tuple[str, int, str]
_EXPECTED = re.compile(r"(?:([a-z0-9-]+):)?([0-9]{1,9})\.([0-9a-f]{16})", re.ASCII)
DEFAULT_CHAIN = "wewis"


def _read_expected(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> list[Expected]:
    """Take places apart and refuse what is none."""
    matches = [_EXPECTED.fullmatch(one) for one in given]
    if not all(matches):
        raise click.BadParameter("this is no place, such as wewis:12.0123456789abcdef")
    return [(match[1] or DEFAULT_CHAIN, int(match[2]), match[3]) for match in matches if match]


@click.command()
@click.option(
    "--expect",
    multiple=True,
    metavar="PLACE",
    callback=_read_expected,
    help="A place that a chain must have, as `backup` prints it or a recipient holds it: a cursor, with"
    " the recipient in front unless it is wewis. Repeat it for more.",
)
@click.pass_obj
def verify(ground: Ground, expect: list[Expected]) -> None:
    """See whether every row is one that the rules made; exit code 1 when one is not.

    Names what was changed, taken out or put in, by table and number and never a person.
    Changes nothing, and the site can go on meanwhile. A chain whose end was cut off looks
    whole: only somebody outside who knows the end can tell, so give it with --expect.
    """
    if not is_current(ground.config.database_url):
        raise click.UsageError("the database is not up to date; run: pretraject db upgrade")
    with snapshot(ground.database) as session:
        faults = _run(session, ground)
        faults += _told(fault for one in expect if (fault := expected_fault(session, *one)))
        _show_counts(session)
    click.echo(f"faults: {faults}")
    if faults:
        sys.exit(1)


def _run(session: Session, ground: Ground) -> int:
    """Run every check and return how many faults there are."""
    faults = 0
    book = read_rulebook(session, at=ground.clock())
    checks = checks_with(ground.vault)
    for number, (name, check) in enumerate(checks.items(), start=1):
        if sys.stderr.isatty():
            click.echo(f"\r{number} of {len(checks)}: {name}\x1b[K", nl=False, err=True)
        faults += _told(check(session, book))
        session.expunge_all()
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    return faults


def _told(faults: Iterable[str]) -> int:
    """Print faults, the first ones of many, and return how many there are."""
    count = 0
    for count, fault in enumerate(faults, start=1):
        if count <= MOST_LINES:
            click.echo(fault)
    if count > MOST_LINES:
        click.echo(f"… and {count - MOST_LINES} more of this kind")
    return count


def _show_counts(session: Session) -> None:
    """Print how much was looked at, and where the chains end."""
    for table in metadata.sorted_tables:
        count = session.scalar(select(func.count()).select_from(table))
        click.echo(f"{table.name}: {count}")
    heads = session.scalars(select(FeedHead).order_by(FeedHead.recipient))
    ends = [(head.recipient, head.seq, head.hash) for head in heads]
    for chain, seq, hash_ in [*ends, ("audit", *end_of_chain(session))]:
        click.echo(f"chain: {chain}:{seq}.{hash_[:CURSOR_HASH_LENGTH]}")
