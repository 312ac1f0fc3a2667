"""Checks of a module in one language: nothing missing, nothing gone astray, nothing turned round."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from babel.messages.catalog import Catalog

from pretraject.catalogue.catalogues import read_catalogue
from pretraject.catalogue.checks.habits import EVERY_STOP, SISTERS
from pretraject.catalogue.checks.named import Teller
from pretraject.catalogue.checks.numbers import differing_numbers
from pretraject.catalogue.checks.pairs import Found, pair_troubles, sister_troubles
from pretraject.catalogue.checks.prose import lenient, text_troubles
from pretraject.catalogue.checks.questions import bank_troubles
from pretraject.catalogue.checks.reviews import check_state
from pretraject.catalogue.facts import facts_in
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource
from pretraject.catalogue.reading import Draw
from pretraject.catalogue.sanitising import LESSON_LINK
from pretraject.catalogue.segments import Segment, of_question, segments_of
from pretraject.catalogue.shapes import FactShape
from pretraject.catalogue.states import Texts, translations_in
from pretraject.catalogue.translated import Translated, severities_of, translated
from pretraject.catalogue.tree import Tree, catalogue_path
from pretraject.core.locales import LANGUAGES, SOURCE, language_of

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
    teller = Teller(findings, path)
    if path not in tree:
        problem = f"{module.slug} is offered in {locale} without a catalogue"
        cure = "run `pretraject i18n update` and translate, or take the language out of module.yaml"
        teller.tell("missing", None, problem, cure)
        return
    catalogue = read_catalogue(path, tree[path], locale, findings)
    segments = segments_of(module)
    found = translated(segments, catalogue, severities_of(module.changes))
    _check_missing(teller, catalogue, found.missing)
    _tell_waiting(teller, catalogue, found)
    _check_options(teller, catalogue, module, found)
    lessons = [lesson.slug for lesson in module.lessons]
    sisters, language = _sisters(tree, module, locale), language_of(locale)
    for segment in _each_once(segments):
        text = found.text(segment)
        if text is None:
            continue
        others = {name: texts.get((segment.context, segment.text)) for name, texts in sisters.items()}
        troubles = (
            *_troubles(segment.text, text, lessons, facts),
            *pair_troubles(segment.text, text, language, source_locale=SOURCE),
            *sister_troubles(text, others, locale),
        )
        _tell_troubles(teller, catalogue, segment, troubles)
    read = check_state(tree, module, locale, segments, found.texts, findings)
    _check_bank(teller, module, found, draws, read=read)


def _tell_troubles(teller: Teller, catalogue: Catalog, segment: Segment, troubles: Iterable[Found]) -> None:
    for check, problem, cure in troubles:
        teller.tell(check, _line(catalogue, segment), problem, cure, segment=segment.context)


def _tell_waiting(teller: Teller, catalogue: Catalog, found: Translated) -> None:
    """Tell which texts wait to be translated again."""
    for check, problem, waiting in (
        ("outdated", "the Dutch changed in meaning", found.outdated),
        ("held-back", "the Dutch changed too much, another language is shown", found.held_back),
    ):
        for segment in waiting:
            line = _line(catalogue, segment)
            teller.tell(check, line, problem, "translate it again", segment=segment.context)


def _sisters(tree: Tree, module: ModuleSource, locale: str) -> dict[str, Texts]:
    """Return the texts of the languages whose text could be pasted here."""
    paths = {sister: catalogue_path(module.slug, sister) for sister in SISTERS.get(locale, ())}
    return {
        sister: translations_in(read_catalogue(path, tree[path], sister, Findings()))
        for sister, path in paths.items()
        if path in tree
    }


def _each_once(segments: Iterable[Segment]) -> list[Segment]:
    return list({(segment.context, segment.text): segment for segment in segments}.values())


def _line(catalogue: Catalog, segment: Segment) -> int | None:
    message = catalogue.get(segment.text, segment.context)
    return message.lineno if message is not None else None


def _check_missing(teller: Teller, catalogue: Catalog, missing: Sequence[Segment]) -> None:
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
        teller.tell("missing", line, f"{what} of {context}, first “{first.text[:60]}”", cure)


def _check_bank(
    teller: Teller, module: ModuleSource, found: Translated, draws: Sequence[Draw], *, read: Collection[str]
) -> None:
    """Refuse a language in which too few questions can be drawn and counted.

    Those held back are not drawn; those whose key nobody read are only pilots.
    """
    held = {segment.context for segment in found.held_back}
    counted = [one.shape for one in module.questions if one.shape.use == "test" and not one.shape.pilot]
    left = [shape for shape in counted if shape.id in read and shape.id not in held]
    if len(left) == len(counted):
        return
    counts: Counter[str] = Counter(shape.kind for shape in left)
    for problem, _cure in bank_troubles(counts, draws):
        cure = "translate what is held back and let keys be read, or take the language out of module.yaml"
        teller.tell("bank", None, f"of those translated and with their key read, {problem}", cure)


def _check_options(teller: Teller, catalogue: Catalog, module: ModuleSource, found: Translated) -> None:
    """Refuse two answers to a question that read the same."""
    for question in module.questions:
        seen: dict[str, str] = {}
        for segment in of_question(question):
            text = found.text(segment)
            if not segment.key.startswith("option.") or text is None:
                continue
            plain = " ".join(text.casefold().split()).rstrip(EVERY_STOP)
            if plain in seen and seen[plain] != segment.text:
                problem = f"two answers read the same, “{text[:60]}”"
                cure = "translate each answer as it is in the Dutch"
                teller.tell("options", _line(catalogue, segment), problem, cure, segment=segment.context)
            seen.setdefault(plain, segment.text)


def _troubles(
    dutch: str, text: str, lessons: Sequence[str], facts: Mapping[str, FactShape]
) -> Iterable[Found]:
    for problem, cure in text_troubles(text, lessons=lessons, facts=facts):
        yield "markup", problem, cure
    lacking, surplus = differing_numbers(dutch, text)
    if lacking or surplus:
        said = [f"lacks {', '.join(lacking)}"] if lacking else []
        said += [f"has {', '.join(surplus)} too many"] if surplus else []
        cure = f"write the same numbers, in digits, as in the Dutch “{dutch[:60]}”"
        yield "numbers", f"the translation {' and '.join(said)}", cure
    if Counter(facts_in(dutch)) != Counter(facts_in(text)):
        wanted = ", ".join(f"{{fact:{name}}}" for name in facts_in(dutch)) or "none"
        yield "facts", "other facts than in the Dutch", f"keep exactly these: {wanted}"
    if _lesson_links(dutch) != _lesson_links(text):
        yield "links", "other links to lessons than in the Dutch", "keep each lesson:… link as it is"
    if "\n" in text.strip("\n"):
        yield "markup", "a line break inside a text", "write the text on one line"


def _lesson_links(text: str) -> Counter[str]:
    children = lenient.parseInline(text)[0].children or ()
    addresses = (str(token.attrs.get("href", "")) for token in children if token.type == "link_open")
    return Counter(address for address in addresses if LESSON_LINK.fullmatch(address))
