"""What is true of a test: which answer is right, and which bars are met. Integers only."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

OVERALL, VALUES, PRACTICAL = "overall", "values", "practical"
VALUE_BAR_MINIMUM = 5
"""Below five questions 80 % means every one of them: such a bar says nothing."""


class Answered(Protocol):
    """A question of an attempt, as far as judging it goes."""

    @property
    def kind(self) -> str:
        """Say whether it is about `values` or is `practical`."""

    @property
    def pilot(self) -> bool:
        """Say whether it is only being tried out."""

    @property
    def correct(self) -> bool | None:
        """Say whether it was answered rightly."""


class Marks(Protocol):
    """The percentages a rule asks for."""

    @property
    def overall(self) -> int:
        """Return the percentage of all questions."""

    @property
    def values(self) -> int:
        """Return the percentage of questions about norms and values."""

    @property
    def practical(self) -> int:
        """Return the percentage of practical questions."""


@dataclass(frozen=True)
class Bar:
    """One mark to reach: how many were right, of how many, and how many were needed."""

    name: str
    correct: int
    total: int
    required_percent: int

    @property
    def needed(self) -> int:
        """Return the smallest number of right answers that reaches the bar."""
        return -(-self.required_percent * self.total // 100)

    @property
    def passed(self) -> bool:
        """Say whether the bar is reached."""
        return self.correct * 100 >= self.required_percent * self.total

    @property
    def missing(self) -> int:
        """Return how many right answers are still wanting."""
        return max(0, self.needed - self.correct)


@dataclass(frozen=True)
class Judgement:
    """What a rule says of an attempt: every bar that applies, apart."""

    bars: tuple[Bar, ...]

    @property
    def passed(self) -> bool:
        """Say whether every bar is reached; a test without questions is never passed."""
        return bool(self.bars) and all(bar.passed for bar in self.bars)

    @property
    def missing(self) -> int:
        """Return how far the attempt is from passing, as right answers over all bars."""
        return sum(bar.missing for bar in self.bars)

    def stored(self) -> dict[str, Any]:
        """Return the form that is kept with the attempt."""
        return {"bars": [asdict(bar) for bar in self.bars]}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Judgement":
        """Return the judgement that was kept."""
        return cls(tuple(Bar(**bar) for bar in stored["bars"]))


def judge(questions: Iterable[Answered], marks: Marks) -> Judgement:
    """Hold the answers against each bar that applies.

    Pilot questions don't count. A bar without questions does not apply, nor does the value
    bar with fewer than five questions; their questions still count in the overall bar.
    """
    counted = [question for question in questions if not question.pilot]
    parts = {
        OVERALL: (counted, marks.overall, 1),
        VALUES: ([one for one in counted if one.kind == VALUES], marks.values, VALUE_BAR_MINIMUM),
        PRACTICAL: ([one for one in counted if one.kind == PRACTICAL], marks.practical, 1),
    }
    return Judgement(
        tuple(
            Bar(name, sum(one.correct is True for one in part), len(part), percent)
            for name, (part, percent, minimum) in parts.items()
            if len(part) >= minimum
        )
    )


def is_right(type_: str, answer: Sequence[str] | None, key: Sequence[str]) -> bool:
    """Say whether an answer is the key: the same order in an ordering, else the same set."""
    if not answer:
        return False
    if type_ == "order":
        return tuple(answer) == tuple(key)
    return len(answer) == len(key) and set(answer) == set(key)


def can_be_answer(type_: str, answer: Sequence[str], options: Sequence[str]) -> bool:
    """Say whether an answer is made of this question's options, in a number its type allows."""
    if not answer:
        return True
    if len(set(answer)) != len(answer) or not set(answer) <= set(options):
        return False
    if type_ == "order":
        return len(answer) == len(options)
    return type_ == "multiple" or len(answer) == 1
