"""What a track asks for from a day on: the rules of the policy file, each with a name of its own."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pretraject.catalogue.yaml_source import Document, Path
from pretraject.core.errors import Fault
from pretraject.enrolment.rules import REGIONS, months_before

VALUE_QUESTIONS_MIN = 5
HASH_DIGITS = 8

Word = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
LongWord = Annotated[str, StringConstraints(max_length=32, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Slug = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[tuple[LongWord, ...], Field(strict=False)]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=200)]
Days = Annotated[int, Field(ge=0, le=3650)]
Months = Annotated[float, Field(ge=0, le=120, multiple_of=0.5)]
Consequence = Literal["none", "no-renewal"]


class Part(BaseModel):
    """A part of the file: nothing unknown, nothing guessed, never changed; keys have hyphens."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
        populate_by_name=False,
    )


class Bars(Part):
    """Percentages to reach, over all and for each kind of question."""

    overall: Percent
    values: Percent
    practical: Percent


class Draw(Part):
    """How many questions of each kind a module's test has."""

    values: Count
    practical: Count


def _unsaid(value: object) -> bool:
    """Leave out of a rule's name what it does not say: rules older than a setting keep theirs."""
    return value is None


class Renewal(Part):
    """When a permit's renewal can be asked for before it expires: in months, as the law says, or in days."""

    opens_days: Days | None = Field(default=None, exclude_if=_unsaid)
    closes_days: Days | None = Field(default=None, exclude_if=_unsaid)
    opens_months: Months | None = Field(default=None, exclude_if=_unsaid)
    closes_months: Months | None = Field(default=None, exclude_if=_unsaid)

    @property
    def in_months(self) -> tuple[float, float] | None:
        """Return opening and closing in months; None unless both are given so."""
        opens, closes = self.opens_months, self.closes_months
        return None if opens is None or closes is None else (opens, closes)

    @property
    def in_days(self) -> tuple[int, int] | None:
        """Return opening and closing in days; None unless both are given so."""
        opens, closes = self.opens_days, self.closes_days
        return None if opens is None or closes is None else (opens, closes)

    def window(self, expiry: date) -> tuple[date, date]:
        """Return the first and the last day on which an employer can ask to renew a permit."""
        if self.in_months:
            opens, closes = self.in_months
            return months_before(expiry, opens), months_before(expiry, closes)
        opens_days, closes_days = self.in_days or (0, 0)
        return expiry - timedelta(days=opens_days), expiry - timedelta(days=closes_days)


class Rule(Part):
    """What a track asks for from a day on; `assumptions` names what the decree has not fixed.

    `regions` are those competent for a permit for which the duty holds, `exempt_groups` the
    exemptions that lift it. A rule that does not say them has the policy's.
    """

    track: Word
    from_: date
    completion: Literal["followed", "tested", "passed"]
    modules: Annotated[tuple[Slug, ...], Field(min_length=1, strict=False)]
    bars: Bars
    draw: Draw
    wait_hours: Annotated[int, Field(ge=0, le=8760)]
    term_months: Annotated[int, Field(ge=1, le=120)] | None = None
    renewal: Renewal | None = None
    consequence: Consequence
    regions: Words | None = Field(default=None, exclude_if=_unsaid)
    exempt_groups: Words | None = Field(default=None, exclude_if=_unsaid)
    assumptions: Words = ()

    @property
    def version(self) -> str:
        """Return a name for exactly these rules, kept with whatever is judged by them."""
        body = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(body.encode()).hexdigest()[:HASH_DIGITS]
        return f"{self.track}-{self.from_.isoformat()}-{digest}"

    def is_assumed(self, setting: str) -> bool:
        """Say whether a setting is an assumption: the decree has not fixed it."""
        return setting in self.assumptions


SETTINGS = tuple(
    name.replace("_", "-") for name in Rule.model_fields if name not in ("track", "from_", "assumptions")
)
"""What a rule settles, by the names the file has for it: each can be an assumption."""


def faults_of_rule(
    document: Document, rule: Rule, path: Path, *, exemptions: Sequence[str]
) -> Iterator[Fault]:
    """Yield what is well-formed but cannot be meant; `exemptions` are those that can be enrolled with."""
    if rule.bars.values and 0 < rule.draw.values < VALUE_QUESTIONS_MIN:
        problem = f"{rule.draw.values} value questions are too few for their bar to be applied"
        cure = f"draw at least {VALUE_QUESTIONS_MIN}, or none"
        yield Fault(document.file, document.line((*path, "draw", "values")), problem, cure)
    if rule.draw.values + rule.draw.practical == 0:
        line = document.line((*path, "draw"))
        yield Fault(document.file, line, "a test without questions", "draw at least one question")
    if rule.renewal:
        yield from _faults_of_renewal(document, rule.renewal, (*path, "renewal"))
    if len(set(rule.modules)) < len(rule.modules):
        line = document.line((*path, "modules"))
        yield Fault(document.file, line, "a module twice", "name each module once")
    yield from _unknown_words(document, rule.regions, (*path, "regions"), REGIONS)
    yield from _unknown_words(document, rule.exempt_groups, (*path, "exempt-groups"), exemptions)
    yield from _unknown_words(document, rule.assumptions, (*path, "assumptions"), SETTINGS)


def _faults_of_renewal(document: Document, renewal: Renewal, path: Path) -> Iterator[Fault]:
    line = document.line(path)
    given = renewal.in_months or renewal.in_days
    if given is None or len(renewal.model_fields_set) != len(given):
        cure = "give `opens-months` and `closes-months`, or `opens-days` and `closes-days`"
        yield Fault(document.file, line, "renewal is neither in months nor in days", cure)
    elif given[0] <= given[1]:
        cure = "it must open longer before expiry than it closes"
        yield Fault(document.file, line, "renewal closes before it opens", cure)


def _unknown_words(
    document: Document, words: Sequence[str] | None, path: Path, known: Sequence[str]
) -> Iterator[Fault]:
    for place, word in enumerate(words or ()):
        if word not in known:
            line = document.line((*path, place))
            cure = f"write one of: {', '.join(known)}"
            yield Fault(document.file, line, f"{path[-1]}: {word!r} is not known", cure)
