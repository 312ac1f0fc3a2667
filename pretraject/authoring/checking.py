"""Checks content together with the policy that asks for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pretraject.catalogue.checks.everything import Circumstances, check_tree
from pretraject.catalogue.checks.released import ReleasedQuestion
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import Source, read_text
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.tree import POLICY, Tree, module_slugs
from pretraject.catalogue.yaml_source import read_yaml
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.policy import Policy, parse_policy

Tell = Callable[[str], None]
"""Hears of each step of something that takes a while."""


def nobody(_step: str) -> None:
    """Hear nothing."""


def check_content(
    tree: Tree,
    *,
    today: date,
    released: Mapping[str, Sequence[ReleasedQuestion]] | None,
    tell: Tell = nobody,
) -> tuple[Source, Findings]:
    """Return the content and everything that is wrong with it and with the policy.

    `released` is None where there is no database to compare ids with.
    """
    findings = Findings()
    policy = _policy(tree, findings)
    circumstances = Circumstances(today, _draws(policy) if policy else {}, released)
    source, found = check_tree(tree, circumstances, tell=tell)
    found.add(findings.faults)
    found.sort()
    return source, found


def steps_of(tree: Tree) -> int:
    """Return how many steps a check will tell of, or a few more."""
    return 1 + len(module_slugs(tree)) + sum(path.endswith(".po") for path in tree)


def _policy(tree: Tree, findings: Findings) -> Policy | None:
    text = read_text(tree, POLICY, Findings())
    if text is None:
        return None
    try:
        policy = parse_policy(text)
    except FaultyFilesError as error:
        findings.add(error.faults)
        return None
    document = read_yaml(POLICY, text)
    modules = module_slugs(tree)
    for place, rule in enumerate(policy.rules):
        for index, module in enumerate(rule.modules):
            if module not in modules:
                line = document.line(("rules", place, "modules", index))
                cure = f"choose from: {', '.join(modules)}"
                findings.fault(POLICY, line, f"broken link: there is no module {module}", cure)
    return policy


def _draws(policy: Policy) -> dict[str, list[Draw]]:
    """Return every test composition that any rule asks of a module."""
    found: dict[str, list[Draw]] = {}
    for rule in policy.rules:
        for module in rule.modules:
            found.setdefault(module, []).append(Draw(rule.draw.values, rule.draw.practical))
    return found
