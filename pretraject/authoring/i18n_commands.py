"""`pretraject i18n`: catalogues for translators, of the interface and of the modules."""

import json
import sys
from pathlib import Path

import click
from babel.messages.catalog import Catalog

from pretraject.authoring.content_commands import source_option
from pretraject.authoring.interface import (
    interface_locales,
    interface_path,
    interface_templates,
    updated_interface,
)
from pretraject.authoring.interface_checks import check_interface
from pretraject.authoring.key_reading import key_sheet, read_choices, recorded_keys
from pretraject.authoring.outside_checks import check_outside, missing_tools
from pretraject.authoring.progress import as_json as report_as_json
from pretraject.authoring.progress import report_of
from pretraject.authoring.telling import steps, tell_findings
from pretraject.authoring.translating import (
    catalogues_of,
    check_catalogues,
    drafted_states,
    updated_catalogues,
)
from pretraject.catalogue.catalogues import read_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource, Source, parse_tree
from pretraject.catalogue.tree import (
    INTERFACE_DOMAINS,
    Tree,
    catalogue_path,
    read_folder,
    state_path,
    write_folder,
)
from pretraject.core.clock import legal_date, system_clock
from pretraject.core.locales import LANGUAGES, SOURCE

_LOCALES = [language.locale for language in LANGUAGES]


@click.group()
def i18n() -> None:
    """Catalogues for translators, in gettext's format.

    \b
      messages.po   what learners see of the interface; msgid is English
      staff.po      what only staff see
      <module>.po   the texts of one module; msgid is Dutch
    Any gettext editor opens them. Nothing here needs a setting or a database.
    """  # noqa: D301 — the sign by which Click leaves lines as they are


@i18n.command()
@source_option
@click.option(
    "--add",
    "added",
    multiple=True,
    type=click.Choice(_LOCALES),
    help="Also begin an interface catalogue for this language.",
)
@click.option(
    "--drafted-by",
    default=None,
    metavar="NAME",
    help="Note translations of modules that have no review state yet as drafts by NAME.",
)
def update(source: Path, added: tuple[str, ...], drafted_by: str | None) -> None:
    """Take new and changed texts into every catalogue.

    Translations of texts that stayed are kept. A changed Dutch text is paired only with
    what stood in its place before, and marked fuzzy; nothing is guessed from likeness.
    """
    tree = read_folder(source)
    parsed = parse_tree(tree)
    with steps("Updating", 2) as tell:
        tell("interface")
        forms = updated_interface(source, interface_templates(), added=added)
        tell("modules")
        forms |= updated_catalogues(tree, parsed)
    if drafted_by:
        today = legal_date(system_clock())
        forms |= drafted_states({**tree, **forms}, parsed, by=drafted_by, on=today)
    written = write_folder(source, forms)
    for path in written:
        click.echo(f"{path}: updated")
    click.echo(f"{len(forms) - len(written)} of {len(forms)} files were current.")


@i18n.command()
@source_option
def check(source: Path) -> None:
    """Say whether every catalogue is current, complete and sound.

    Each line says file:line: segment: check: problem — cure. The checks are explained in
    docs/translation.md. Exits with 1 when a gate finds something; advice is for a person to
    look at. A check whose tool is not installed is named and passed over.
    """
    tree = read_folder(source)
    parsed = parse_tree(tree)
    findings = parsed.findings
    with steps("Checking", 3) as tell:
        tell("interface")
        check_interface(source, interface_templates(), findings)
        tell("modules")
        check_catalogues(tree, parsed)
        tell("other programs")
        check_outside(_files(source, tree, parsed), findings)
    for tool in missing_tools():
        click.echo(f"Left out: what {tool} would say; it is not installed.", err=True)
    findings.sort()
    tell_findings(findings, of="the catalogues")


@i18n.group()
def keys() -> None:
    """Have a second reader answer test questions from the translation alone."""


def _module(parsed: Source, name: str) -> ModuleSource:
    if name not in parsed.modules:
        known = ", ".join(parsed.modules)
        raise click.BadParameter(f"no module {name!r}; there is: {known}", param_hint="--module")
    return parsed.modules[name]


_module_option = click.option("--module", "name", default="history-of-belgium", show_default=True)


@keys.command("sheet")
@source_option
@_module_option
@click.option("--every", is_flag=True, help="Also the questions that were read already.")
@click.argument("locale", type=click.Choice(_LOCALES))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def keys_sheet(source: Path, name: str, every: bool, locale: str, file: Path) -> None:
    """Write the questions in LOCALE to FILE, without keys, for a second reader to fill in."""
    tree = read_folder(source)
    module = _module(parse_tree(tree), name)
    file.write_text(key_sheet(tree, module, locale, every=every), encoding="utf-8")


@keys.command("record")
@source_option
@_module_option
@click.option("--by", required=True, metavar="NAME", help="Who read: a person, or a name for a program.")
@click.argument("locale", type=click.Choice(_LOCALES))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def keys_record(source: Path, name: str, by: str, locale: str, file: Path) -> None:
    """Note what a second reader chose in FILE; exit code 1 when something was not the key.

    All of it is noted, wrong choices too: they stop a release until the translation or the
    key is put right and read again.
    """
    tree = read_folder(source)
    module = _module(parse_tree(tree), name)
    chosen = read_choices(str(file), file.read_text(encoding="utf-8"), module)
    today = legal_date(system_clock())
    body, wrong = recorded_keys(tree, module, locale, chosen, by=by, on=today)
    write_folder(source, {state_path(module.slug, locale): body})
    click.echo(f"keys read: {len(chosen) - len(wrong)} of {len(module.questions)}")
    if wrong:
        click.echo(f"not the key: {', '.join(wrong)}", err=True)
        sys.exit(1)


def _files(source: Path, tree: Tree, parsed: Source) -> dict[str, tuple[str, bytes, Catalog]]:
    """Return every catalogue there is: its language, its bytes, its texts."""
    paths = {
        interface_path(locale, domain): locale
        for domain in INTERFACE_DOMAINS
        for locale in interface_locales(source, domain)
    }
    paths |= {catalogue_path(module.slug, locale): locale for module, locale in catalogues_of(tree, parsed)}
    return {
        path: (locale, body, read_catalogue(path, body, locale, Findings()))
        for path, locale in paths.items()
        if (body := tree.get(path)) is not None
    }


@i18n.command()
@source_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def report(source: Path, as_json: bool) -> None:
    """Show how far each language is, of the interface and of each module.

    `complete` counts segments that can be shown, `draft` those of them that no person has
    reviewed, `key read` the questions whose answer a second reader chose from the
    translation alone.
    """
    found = report_of(source)
    if as_json:
        click.echo(json.dumps(report_as_json(found), ensure_ascii=False))
        return
    width = max((len(part) for parts in found.values() for part in parts), default=0)
    click.echo(
        f"{'':8} {'':{width}} {'segments':>8} {'complete':>9} {'draft':>6} {'reviewed':>8}"
        f" {'key read':>9} {'outdated':>8} {'held back':>9}"
    )
    for tag, parts in found.items():
        for part, one in parts.items():
            keys = f"{one.key_read}/{one.questions}" if one.questions and tag != SOURCE else ""
            click.echo(
                f"{tag:8} {part:{width}} {one.segments:>8} {one.percent:>8}% {one.draft:>6} {one.reviewed:>8}"
                f" {keys:>9} {one.outdated:>8} {one.held_back:>9}"
            )
