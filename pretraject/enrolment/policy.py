"""The policy file: dated rules, groups, regions, exemptions, who is told, and who goes on after arrival."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pretraject.catalogue.validation import validate
from pretraject.catalogue.yaml_source import Document, Path, read_yaml
from pretraject.core.errors import Fault, FaultyFilesError
from pretraject.enrolment.dated_rules import (
    Bars,
    Consequence,
    LongWord,
    Part,
    Rule,
    Word,
    Words,
    faults_of_rule,
)
from pretraject.enrolment.rules import read_postcodes

__all__ = ["Agency", "Bars", "Policy", "Rule", "Task", "parse_policy", "published_policy"]

POLICY_FILE = "content/policy.yaml"

Line = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Task = Literal["trajectory", "dutch"]


class Group(Part):
    """People for whom a track is meant; a consequence given here replaces the rule's."""

    track: Word
    consequence: Consequence | None = None


class Recipient(Part):
    """An authority that is told of completions, and of which tracks."""

    tracks: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]


class Agency(Part):
    """Somebody who goes on with people after they arrive, where and since when.

    An agency further up in the file goes before those below it that do the same for the same
    postcode.
    """

    id: LongWord
    name: Line
    place: Line
    postcodes: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=16)], ...], Field(min_length=1, strict=False)
    ]
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, strict=False)]
    website: Annotated[
        str, StringConstraints(max_length=120, pattern=r"^https://[a-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$")
    ]
    telephone: Annotated[str, StringConstraints(max_length=24, pattern=r"^\+?[0-9][0-9 ]+$")] | None = None
    from_: date
    until: date | None = None


class Policy(Part):
    """The whole policy file."""

    groups: Annotated[dict[Word, Group], Field(min_length=1)]
    regions: Words
    exemptions: Words
    recipients: dict[LongWord, Recipient]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, strict=False)]
    agencies: Annotated[tuple[Agency, ...], Field(strict=False)] = ()

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

    def regions_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the regions whose permits bring the duty under a rule."""
        return self.regions if rule.regions is None else rule.regions

    def exempt_groups_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the exemptions that lift the duty under a rule."""
        return self.exemptions if rule.exempt_groups is None else rule.exempt_groups

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


def parse_policy(text: str, *, file: str = POLICY_FILE, published: bool = False) -> Policy:
    """Return the policy a file states. Raises FaultyFilesError with every fault.

    One that was published was looked through then: a contradiction that the program learnt
    to see later must not leave anybody without a rule.
    """
    document = read_yaml(file, text)
    policy = None if document.faults else validate(document, Policy, document.value)
    if isinstance(policy, Policy) and not published:
        document.faults.extend(_contradictions(document, policy))
    if document.faults or not isinstance(policy, Policy):
        raise FaultyFilesError(sorted(document.faults, key=lambda fault: fault.line or 0))
    return policy


@lru_cache(maxsize=32)
def published_policy(body: str) -> Policy:
    """Return the policy of a published text, read once per process."""
    return parse_policy(body, published=True)


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
        yield from faults_of_rule(document, rule, ("rules", place), exemptions=policy.exemptions)
    for place, agency in enumerate(policy.agencies):
        yield from _contradictions_of_agency(document, agency, policy.agencies[:place], ("agencies", place))


def _contradictions_of_agency(
    document: Document, agency: Agency, before: Sequence[Agency], path: Path
) -> Iterator[Fault]:
    for place, text in enumerate(agency.postcodes):
        if read_postcodes(text) is None:
            line = document.line((*path, "postcodes", place))
            cure = 'write "9000", or the first and the last as 2000-2060'
            yield Fault(document.file, line, f"{text!r} are no postcodes", cure)
    if agency.until is not None and agency.until < agency.from_:
        line = document.line((*path, "until"))
        yield Fault(document.file, line, "`until` is before `from`", "correct one of the two days")
    if any(one.id == agency.id and _are_at_once(one, agency) for one in before):
        line = document.line((*path, "id"))
        cure = "end the one before with `until`, or give this one another id"
        yield Fault(document.file, line, f"agency {agency.id!r} twice at the same time", cure)


def _are_at_once(one: Agency, other: Agency) -> bool:
    return one.from_ <= (other.until or date.max) and other.from_ <= (one.until or date.max)
