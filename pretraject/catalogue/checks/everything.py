"""Runs every check over a tree of content files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pretraject.catalogue.checks.fact_register import check_facts
from pretraject.catalogue.checks.files import check_files
from pretraject.catalogue.checks.lessons import check_lesson
from pretraject.catalogue.checks.modules import check_module
from pretraject.catalogue.checks.pictures import check_picture
from pretraject.catalogue.checks.questions import check_bank, check_questions
from pretraject.catalogue.checks.released import ReleasedQuestion, check_released
from pretraject.catalogue.checks.translations import check_translations
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, Source, parse_tree
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.tree import Tree


@dataclass(frozen=True)
class Circumstances:
    """What checks need to know besides the files.

    `draws` are the test compositions the policy asks of a module; `released` holds the
    questions of each module's last release, or is None where no database is at hand.
    """

    today: date
    draws: Mapping[str, Sequence[Draw]] = field(default_factory=dict)
    released: Mapping[str, Sequence[ReleasedQuestion]] | None = None


def _no_progress(_done: str) -> None:
    """Tell nobody."""


def check_tree(
    tree: Tree, circumstances: Circumstances, *, tell: Callable[[str], None] = _no_progress
) -> tuple[Source, Findings]:
    """Return the content and everything that is wrong with it; `tell` hears of each step."""
    source = parse_tree(tree)
    findings = source.findings
    tell("files")
    check_files(tree, findings)
    check_facts(source, tree, circumstances.today)
    for module in source.modules.values():
        tell(module.slug)
        _check_whole_module(tree, source, module, circumstances)
        for locale in module.shape.languages:
            tell(f"{module.slug} {locale}")
            draws = draws_of(module, circumstances.draws)
            check_translations(tree, module, locale, draws=draws, facts=source.facts, findings=findings)
    for slug in sorted(set(circumstances.released or ()) - set(source.modules)):
        cure = "put the module back: people have answers in it"
        findings.fault(
            f"content/{slug}/module.yaml", None, "the module vanished since the last release", cure
        )
    findings.sort()
    return source, findings


def _check_whole_module(
    tree: Tree, source: Source, module: ModuleSource, circumstances: Circumstances
) -> None:
    findings = source.findings
    check_module(tree, module, findings)
    for lesson in module.lessons:
        check_lesson(lesson, module, source.facts, findings)
    for name, body in module.media.items():
        check_picture(f"{module.folder}/media/{name}", body, findings)
    check_questions(module, source.facts, findings)
    check_bank(module, draws_of(module, circumstances.draws), findings)
    if circumstances.released is not None:
        check_released(module, circumstances.released.get(module.slug, ()), source.facts, findings)


def draws_of(module: ModuleSource, asked: Mapping[str, Sequence[Draw]]) -> list[Draw]:
    """Return the compositions a module's bank must serve: its own, else the policy's."""
    own = module.shape.draw
    if own is not None:
        return [Draw(own.values, own.practical)]
    return list(asked.get(module.slug, ()))
