"""Checks of a module in one language: nothing missing, no number, fact or link gone astray."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import read_catalogue
from pretraject.catalogue.checks.numbers import differing_numbers
from pretraject.catalogue.checks.prose import lenient, text_troubles
from pretraject.catalogue.checks.questions import bank_troubles
from pretraject.catalogue.checks.reviews import check_state
from pretraject.catalogue.facts import facts_in
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.sanitising import LESSON_LINK
from pretraject.catalogue.segments import Segment, segments_of
from pretraject.catalogue.shapes import FactShape
from pretraject.catalogue.translated import Translated, severities_of, translated
from pretraject.catalogue.tree import Tree, catalogue_path
from pretraject.core.locales import LANGUAGES, SOURCE

_KNOWN = {language.locale for language in LANGUAGES}


def check_translations(
    tree: Tree,
    module: ModuleSource,
    locale: str,
    *,
    draws: Sequence[Draw],
    facts: Mapping[str, FactShape],
    findings: Findings,
) -> None:
    """Check a module's catalogue and review state in one of its languages."""
    if locale == SOURCE or locale not in _KNOWN:
        return
    path = catalogue_path(module.slug, locale)
    if path not in tree:
        problem = f"translations missing: {module.slug} is offered in {locale} without a catalogue"
        cure = "run `pretraject i18n update` and translate, or take the language out of module.yaml"
        findings.fault(path, None, problem, cure)
        return
    catalogue = read_catalogue(path, tree[path], locale, findings)
    segments = segments_of(module)
    found = translated(segments, catalogue, severities_of(module.changes))
    _check_missing(path, catalogue, found.missing, findings)
    for segment in found.outdated:
        line = _line(catalogue, segment)
        findings.advise(path, line, f"{segment.context}: outdated translation", "translate it again")
    for segment in found.held_back:
        line = _line(catalogue, segment)
        findings.advise(path, line, f"{segment.context}: held back, Dutch is shown", "translate it again")
    _check_bank(path, module, found, draws, findings)
    lessons = [lesson.slug for lesson in module.lessons]
    for segment in _each_once(segments):
        text = found.text(segment)
        if text is not None:
            line = _line(catalogue, segment)
            for problem, cure in _troubles(segment.text, text, lessons, facts):
                findings.fault(path, line, f"{segment.context}: {problem}", cure)
    check_state(tree, module, locale, segments, found.texts, findings)


def _each_once(segments: Iterable[Segment]) -> list[Segment]:
    return list({(segment.context, segment.text): segment for segment in segments}.values())


def _line(catalogue: Catalog, segment: Segment) -> int | None:
    message = catalogue.get(segment.text, segment.context)
    return message.lineno if message is not None else None


def _check_missing(path: str, catalogue: Catalog, missing: Sequence[Segment], findings: Findings) -> None:
    """Tell once per lesson or question what is missing: a new language lacks hundreds."""
    contexts = Counter(segment.context for segment in missing)
    for context, count in contexts.items():
        first = next(segment for segment in missing if segment.context == context)
        what = "1 text" if count == 1 else f"{count} texts"
        line = _line(catalogue, first)
        if line is None:
            cure = "run `pretraject i18n update`, then translate"
        else:
            cure = "translate and take the fuzzy mark off, or note in changes.yaml what the edit weighs"
        problem = f"translations missing: {what} of {context}, first “{first.text[:60]}”"
        findings.fault(path, line, problem, cure)


def _check_bank(
    path: str, module: ModuleSource, found: Translated, draws: Sequence[Draw], findings: Findings
) -> None:
    """Refuse a language in which held-back questions leave too few to draw from."""
    held = {segment.context for segment in found.held_back}
    if not held & {question.shape.id for question in module.questions}:
        return
    counts: Counter[str] = Counter(
        question.shape.kind
        for question in module.questions
        if question.shape.use == "test" and not question.shape.pilot and question.shape.id not in held
    )
    for problem, _cure in bank_troubles(counts, draws):
        cure = "translate the questions that are held back, or take the language out of module.yaml"
        findings.fault(path, None, f"in this language {problem}", cure)


def _troubles(
    dutch: str, text: str, lessons: Sequence[str], facts: Mapping[str, FactShape]
) -> Iterable[tuple[str, str]]:
    yield from text_troubles(text, lessons=lessons, facts=facts)
    lacking, surplus = differing_numbers(dutch, text)
    if lacking or surplus:
        said = [f"lacks {', '.join(lacking)}"] if lacking else []
        said += [f"has {', '.join(surplus)} too many"] if surplus else []
        cure = f"write the same numbers, in digits, as in the Dutch “{dutch[:60]}”"
        yield f"numbers differ from the Dutch: the translation {' and '.join(said)}", cure
    if Counter(facts_in(dutch)) != Counter(facts_in(text)):
        wanted = ", ".join(f"{{fact:{name}}}" for name in facts_in(dutch)) or "none"
        yield "facts differ from the Dutch", f"keep exactly these: {wanted}"
    if _lesson_links(dutch) != _lesson_links(text):
        yield "links to lessons differ from the Dutch", "keep each lesson:… link as it is"
    if "\n" in text.strip("\n"):
        yield "a line break inside a text", "write the text on one line"


def _lesson_links(text: str) -> Counter[str]:
    children = lenient.parseInline(text)[0].children or ()
    addresses = (str(token.attrs.get("href", "")) for token in children if token.type == "link_open")
    return Counter(address for address in addresses if LESSON_LINK.fullmatch(address))
