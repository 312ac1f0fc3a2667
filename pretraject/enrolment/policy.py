"""The policy file: dated rules, groups, regions, exemptions and who is told."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pretraject.catalogue.validation import validate
from pretraject.catalogue.yaml_source import Document, Path, read_yaml
from pretraject.core.errors import Fault, FaultyFilesError

POLICY_FILE = "content/policy.yaml"
VALUE_QUESTIONS_MIN = 5
HASH_DIGITS = 8

Word = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
LongWord = Annotated[str, StringConstraints(max_length=32, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Slug = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=200)]
Days = Annotated[int, Field(ge=0, le=3650)]
Consequence = Literal["none", "no-renewal"]


class _Part(BaseModel):
    """A part of the file: nothing unknown, nothing guessed, never changed; keys have hyphens."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
        populate_by_name=False,
    )


class Bars(_Part):
    """Percentages to reach, over all and for each kind of question."""

    overall: Percent
    values: Percent
    practical: Percent


class Draw(_Part):
    """How many questions of each kind a module's test has."""

    values: Count
    practical: Count


class Renewal(_Part):
    """When a permit's renewal can be asked for, in days before it expires."""

    opens_days: Days
    closes_days: Days


class Rule(_Part):
    """What a track asks for from a day on; `assumptions` names what the decree has not fixed."""

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
    assumptions: Annotated[tuple[LongWord, ...], Field(strict=False)] = ()

    @property
    def version(self) -> str:
        """Return a name for exactly these rules, kept with whatever is judged by them."""
        body = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(body.encode()).hexdigest()[:HASH_DIGITS]
        return f"{self.track}-{self.from_.isoformat()}-{digest}"


class Group(_Part):
    """People for whom a track is meant; a consequence given here replaces the rule's."""

    track: Word
    consequence: Consequence | None = None


class Recipient(_Part):
    """An authority that is told of completions, and of which tracks."""

    tracks: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]


class Policy(_Part):
    """The whole policy file."""

    groups: Annotated[dict[Word, Group], Field(min_length=1)]
    regions: Annotated[tuple[LongWord, ...], Field(strict=False)]
    exemptions: Annotated[tuple[LongWord, ...], Field(strict=False)]
    recipients: dict[LongWord, Recipient]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, strict=False)]

    def track_of(self, group: str) -> str:
        """Return a group's track; KeyError when the policy does not know the group."""
        return self.groups[group].track

    def recipients_of(self, track: str) -> list[str]:
        """Return who is told of a track."""
        return [name for name, recipient in self.recipients.items() if track in recipient.tracks]

    def rule_for(self, track: str, on: date) -> Rule | None:
        """Return the track's rule in force on a day; None before the first one."""
        in_force = [rule for rule in self.rules if rule.track == track and rule.from_ <= on]
        return max(in_force, key=lambda rule: rule.from_, default=None)

    def consequence_of(self, group: str, rule: Rule) -> Consequence:
        """Return what follows for a group when the rule is not met."""
        return self.groups[group].consequence or rule.consequence

    def next_consequence(self, group: str, *, after: date) -> Rule | None:
        """Return the first rule after a day that has a consequence for a group, if one is to come."""
        coming = (
            rule
            for rule in self.rules
            if rule.track == self.track_of(group)
            and rule.from_ > after
            and self.consequence_of(group, rule) != "none"
        )
        return min(coming, key=lambda rule: rule.from_, default=None)


def parse_policy(text: str, *, file: str = POLICY_FILE) -> Policy:
    """Return the policy a file states. Raises FaultyFilesError with every fault."""
    document = read_yaml(file, text)
    policy = None if document.faults else validate(document, Policy, document.value)
    if isinstance(policy, Policy):
        document.faults.extend(_contradictions(document, policy))
    if document.faults or not isinstance(policy, Policy):
        raise FaultyFilesError(sorted(document.faults, key=lambda fault: fault.line or 0))
    return policy


@lru_cache(maxsize=32)
def published_policy(body: str) -> Policy:
    """Return the policy of a published text, read once per process."""
    return parse_policy(body)


def _contradictions(document: Document, policy: Policy) -> Iterator[Fault]:
    """Yield what is well-formed but cannot be meant."""

    def fault(path: Path, problem: str, cure: str) -> Fault:
        return Fault(document.file, document.line(path), problem, cure)

    tracks = {rule.track for rule in policy.rules}
    for name, group in policy.groups.items():
        if group.track not in tracks:
            cure = "add a rule for it, or name a track that has one"
            yield fault(("groups", name, "track"), f"track {group.track!r} has no rule", cure)
    for name, recipient in policy.recipients.items():
        for place, track in enumerate(recipient.tracks):
            if track not in tracks:
                cure = "add a rule for it, or take it out"
                yield fault(("recipients", name, "tracks", place), f"track {track!r} has no rule", cure)
    for before, after in pairwise(enumerate(policy.rules)):
        if before[1].track == after[1].track and before[1].from_ >= after[1].from_:
            cure = "put a track's rules in order of `from`, each day once"
            yield fault(("rules", after[0], "from"), "rule is not later than the one before", cure)
    for place, rule in enumerate(policy.rules):
        yield from _contradictions_of(document, rule, ("rules", place))


def _contradictions_of(document: Document, rule: Rule, path: Path) -> Iterator[Fault]:
    if rule.bars.values and 0 < rule.draw.values < VALUE_QUESTIONS_MIN:
        problem = f"{rule.draw.values} value questions are too few for their bar to be applied"
        cure = f"draw at least {VALUE_QUESTIONS_MIN}, or none"
        yield Fault(document.file, document.line((*path, "draw", "values")), problem, cure)
    if rule.draw.values + rule.draw.practical == 0:
        line = document.line((*path, "draw"))
        yield Fault(document.file, line, "a test without questions", "draw at least one question")
    if rule.renewal and rule.renewal.opens_days <= rule.renewal.closes_days:
        line = document.line((*path, "renewal"))
        cure = "`opens-days` must be more days before expiry than `closes-days`"
        yield Fault(document.file, line, "renewal closes before it opens", cure)
    if len(set(rule.modules)) < len(rule.modules):
        line = document.line((*path, "modules"))
        yield Fault(document.file, line, "a module twice", "name each module once")
