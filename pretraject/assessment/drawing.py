"""Which questions a test is made of, and in which order their options stand."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from pretraject.assessment.rules import PRACTICAL, VALUES

PILOTS_PER_TEST = 1
TRUE_FALSE = "true-false"


class Question(Protocol):
    """A question of the bank, as far as drawing goes."""

    @property
    def id(self) -> str:
        """Return its permanent id."""

    @property
    def type(self) -> str:
        """Return its type: single, multiple, true-false or order."""

    @property
    def kind(self) -> str:
        """Say whether it is about `values` or is `practical`."""

    @property
    def theme(self) -> str:
        """Return the theme it belongs to."""

    @property
    def pilot(self) -> bool:
        """Say whether it is only being tried out."""

    @property
    def options(self) -> Sequence[str]:
        """Return the ids of its options."""


@dataclass(frozen=True)
class Composition:
    """How many questions of each kind a test counts."""

    values: int
    practical: int


@dataclass(frozen=True)
class Drawn:
    """A question as one test shows it."""

    question: Question
    option_order: list[str]


def draw(
    bank: Sequence[Question], composition: Composition, *, avoid: Collection[str], random: Random
) -> list[Drawn] | None:
    """Draw a test; None when the bank can't fill it.

    Each kind is spread evenly over its themes. Questions to avoid, those of the last draw,
    come in only when no others are left. When the bank holds pilot questions, one is added:
    it is shown among the others and does not count.
    """
    counted = [question for question in bank if not question.pilot]
    values = _take([one for one in counted if one.kind == VALUES], composition.values, avoid, random)
    practical = _take([one for one in counted if one.kind == PRACTICAL], composition.practical, avoid, random)
    if len(values) < composition.values or len(practical) < composition.practical:
        return None
    if not values and not practical:
        return None
    pilots = _take([one for one in bank if one.pilot], PILOTS_PER_TEST, avoid, random)
    questions = [*values, *practical, *pilots]
    random.shuffle(questions)
    return [Drawn(question, _order(question, random)) for question in questions]


def _take(
    questions: Sequence[Question], count: int, avoid: Collection[str], random: Random
) -> list[Question]:
    """Take some questions, unused ones first, each from a theme that has the fewest so far."""
    taken: list[Question] = []
    themes: Counter[str] = Counter()
    for used in (False, True):
        left = [question for question in questions if (question.id in avoid) is used]
        random.shuffle(left)
        while left and len(taken) < count:
            question = min(left, key=lambda one: themes[one.theme])
            left.remove(question)
            themes[question.theme] += 1
            taken.append(question)
    return taken


def _order(question: Question, random: Random) -> list[str]:
    """Shuffle the options, but leave true before false."""
    options = list(question.options)
    if question.type != TRUE_FALSE:
        random.shuffle(options)
    return options
