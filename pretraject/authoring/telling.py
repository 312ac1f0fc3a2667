"""How commands tell what they found and how far they are."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from pretraject.catalogue.findings import Findings
from pretraject.core.errors import Fault


def tell_findings(findings: Findings, *, of: str) -> None:
    """Print advice and faults, and end with exit code 1 when there are faults."""
    for advice in findings.advice:
        click.echo(f"advice: {advice}")
    tell_faults(findings.faults)
    if findings.faults:
        click.echo(f"{_counted(len(findings.faults), 'fault')} in {of}.", err=True)
        sys.exit(1)
    click.echo(f"No faults in {of}; {_counted(len(findings.advice), 'piece')} of advice.")


def tell_faults(faults: Sequence[Fault]) -> None:
    """Print faults on stderr, each as file:line: problem — cure."""
    for fault in faults:
        click.echo(str(fault), err=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextmanager
def steps(label: str, length: int) -> Iterator[Callable[[str], None]]:
    """Show progress on a terminal; yields what is to be told of each step."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=hidden, item_show_func=str
    ) as bar:
        yield lambda step: bar.update(1, step)
