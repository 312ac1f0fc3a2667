"""Alternating rounds: what is compared runs in turn, so that a machine that drifts drifts for both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Timed:
    """Milliseconds a call, one figure a round."""

    name: str
    milliseconds: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Return the median."""
        return median(self.milliseconds)

    def __str__(self) -> str:
        low, high = min(self.milliseconds), max(self.milliseconds)
        return f"{self.middle:.3f} ms ({low:.3f}–{high:.3f})"


@dataclass(frozen=True)
class Row:
    """One line of the results: what, the figure, what it should be."""

    what: str
    figure: str
    wanted: str = ""


def alternate(calls: dict[str, Callable[[], object]], *, rounds: int, each: int) -> dict[str, Timed]:
    """Time each call, `each` times a round, in turn; the first round is not counted."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            began = perf_counter()
            for _ in range(each):
                call()
            if number:
                found[name].append((perf_counter() - began) / each * 1000)
    return {name: Timed(name, tuple(times)) for name, times in found.items()}


def ratio(ours: Timed, theirs: Timed) -> float:
    """Return how many of ours fit where one of theirs does, round by round; the median."""
    pairs = zip(theirs.milliseconds, ours.milliseconds, strict=True)
    return median(other / own for other, own in pairs)
