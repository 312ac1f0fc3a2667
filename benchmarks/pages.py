"""What a request costs in one process, against the least any application of this kind could cost."""

from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.rounds import Row, alternate, ratio
from benchmarks.sites import LESSON, Site, bare, call, site_on
from pretraject.core.ground import Ground


def measure(ground: Ground, kind: str, *, rounds: int, each: int) -> Iterator[Row]:
    """Yield the ratios of one kind of database."""
    site = site_on(ground)
    body = call(site.app, LESSON)
    least = bare(body, ground)
    answers = answering(site)
    timed = alternate(
        {
            "anonymous": lambda: call(site.app, LESSON),
            "bytes": lambda: call(least, "/bytes"),
            "signed in": lambda: call(site.app, LESSON, cookie=site.cookie),
            "select": lambda: call(least, "/select"),
        },
        rounds=rounds,
        each=each,
    ) | alternate(
        {
            "answer": lambda: call(site.app, site.question, cookie=site.cookie, body=next(answers)),
            "insert": lambda: call(least, "/insert", body=b"a=b"),
        },
        rounds=rounds,
        each=each,
    )
    for ours, theirs, what, wanted in (
        ("anonymous", "bytes", "anonymous lesson ÷ bare view, same bytes", "≥ 1.0"),
        ("signed in", "select", "signed-in lesson ÷ bare view with one SELECT", "≥ 0.5"),
        ("answer", "insert", "answer saved ÷ bare view with one INSERT", "≥ 0.6"),
    ):
        figure = f"**{ratio(timed[ours], timed[theirs]):.2f}** ({timed[ours]} ÷ {timed[theirs]})"
        yield Row(f"{kind}: {what}", figure, wanted)


def answering(site: Site) -> Iterator[bytes]:
    """Yield forms that save another answer each time."""
    for option in cycle(site.options):
        yield urlencode(site.form | {"answer": option}).encode()
