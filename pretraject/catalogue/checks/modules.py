"""Checks of a module as a whole: lessons, languages, noted changes, pictures left over."""

from collections import Counter

from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import ModuleSource
from pretraject.catalogue.segments import MODULE_CONTEXT, segments_of
from pretraject.catalogue.tree import Tree
from pretraject.core.locales import LANGUAGES, SOURCE

_LOCALES = [language.locale for language in LANGUAGES]


def check_module(tree: Tree, module: ModuleSource, findings: Findings) -> None:
    """Check what `module.yaml` and `changes.yaml` say against the folder."""
    for name in ("questions.yaml", "changes.yaml"):
        if f"{module.folder}/{name}" not in tree:
            cure = "write it; an empty list is []"
            findings.fault(f"{module.folder}/{name}", None, "the file is missing", cure)
    _check_lessons(module, findings)
    _check_languages(module, findings)
    _check_changes(module, findings)
    shown = {lesson.header.picture.file for lesson in module.lessons if lesson.header.picture}
    for name in sorted(set(module.media) - shown):
        findings.advise(f"{module.folder}/media/{name}", None, "no lesson shows this picture", "take it out")


def _check_lessons(module: ModuleSource, findings: Findings) -> None:
    file, document = module.document.file, module.document
    named = module.shape.lessons
    there = Counter(lesson.slug for lesson in module.lessons)
    for index, slug in enumerate(named):
        line = document.line(("lessons", index))
        if slug not in there:
            findings.fault(
                file, line, f"there is no lesson {slug}", f"write NN-{slug}.md or take the name out"
            )
        if slug in named[:index]:
            findings.fault(file, line, f"duplicate id: lesson {slug} is named twice", "take one out")
        if slug == MODULE_CONTEXT:
            findings.fault(file, line, f"a lesson cannot be called {slug}", "choose another name")
    for lesson in module.lessons:
        if lesson.slug not in named:
            cure = "add it to `lessons` in module.yaml, or take the file out"
            findings.fault(lesson.file, None, f"lesson {lesson.slug} is not in module.yaml", cure)
        if there[lesson.slug] > 1:
            findings.fault(
                lesson.file, None, f"duplicate id: lesson {lesson.slug} has two files", "rename one"
            )
    files = [lesson.file for lesson in module.lessons if lesson.slug in named]
    if files != sorted(files):
        line = document.line(("lessons",))
        findings.fault(file, line, "lessons stand in another order than their files", "number the files anew")


def _check_languages(module: ModuleSource, findings: Findings) -> None:
    file, document = module.document.file, module.document
    languages = module.shape.languages
    for index, locale in enumerate(languages):
        line = document.line(("languages", index))
        if locale not in _LOCALES:
            findings.fault(file, line, f"unknown language {locale}", f"choose from: {' '.join(_LOCALES)}")
        if locale in languages[:index]:
            findings.fault(file, line, f"language {locale} is named twice", "take one out")
    if languages and languages[0] != SOURCE:
        line = document.line(("languages",))
        findings.fault(file, line, "the source language does not come first", f"begin with {SOURCE}")


def _check_changes(module: ModuleSource, findings: Findings) -> None:
    document = module.changes_document
    if document is None:
        return
    known = {(segment.context, segment.fingerprint) for segment in segments_of(module)}
    contexts = {context for context, _ in known}
    for index, change in enumerate(module.changes):
        line = document.line((index, "context"))
        if change.context in contexts and (change.context, change.source) not in known:
            problem = f"{change.context} has no text with fingerprint {change.source} any more"
            findings.advise(document.file, line, problem, "take the entry out")
