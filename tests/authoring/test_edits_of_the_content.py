"""What an edit of the real Dutch does to every language it is offered in."""

from datetime import date

import pytest

from pretraject.authoring.progress import report_of
from pretraject.authoring.translating import updated_catalogues
from pretraject.catalogue.catalogues import read_catalogue, write_catalogue
from pretraject.catalogue.findings import Findings
from pretraject.catalogue.parsing import parse_tree
from pretraject.catalogue.queries import get_lesson
from pretraject.catalogue.questioning import bank
from pretraject.catalogue.release_queries import served_releases
from pretraject.catalogue.segments import segments_of
from pretraject.catalogue.tree import catalogue_path, read_folder, write_folder
from pretraject.catalogue.yaml_form import write_yaml
from pretraject.config import BUNDLED
from pretraject.core.crypto import fingerprint
from pretraject.core.locales import SOURCE, language_of
from tests.catalogue.releases import release

MODULE = "history-of-belgium"
LESSON = f"content/{MODULE}/01-before-belgium.md"
QUESTIONS = f"content/{MODULE}/questions.yaml"
CHANGES = f"content/{MODULE}/changes.yaml"
TREE = read_folder(BUNDLED)
OTHERS = [one for one in parse_tree(TREE).modules[MODULE].shape.languages if one != SOURCE]
ON = date(2026, 11, 20)

COMMA = (LESSON, "wevers, slagers, smeden.", "wevers, slagers en smeden.")
DAY = (LESSON, "11 juli is vandaag de Vlaamse feestdag.", "12 juli is vandaag de Vlaamse feestdag.")
OPTION = (QUESTIONS, "text: Bij Kortrijk", "text: Bij Brugge")


def edited(edit, weight):
    """The real content after an edit, noted with a weight, and after `i18n update`."""
    path, old, new = edit
    before = TREE[path].decode()
    assert old in before
    tree = {**TREE, path: before.replace(old, new, 1).encode()}
    module = parse_tree(tree).modules[MODULE]
    known = {(one.context, one.text) for one in segments_of(parse_tree(TREE).modules[MODULE])}
    (changed,) = [one for one in segments_of(module) if (one.context, one.text) not in known]
    note = {"context": changed.context, "source": fingerprint(changed.text), "severity": weight}
    tree[CHANGES] = write_yaml([note | {"on": ON, "note": "een wijziging"}]).encode()
    return tree | updated_catalogues(tree, parse_tree(tree))


def counts(tree, tmp_path, name):
    """Return the languages in which something is counted under a name."""
    write_folder(tmp_path, tree)
    return [
        tag for tag, parts in report_of(tmp_path).items() if MODULE in parts and getattr(parts[MODULE], name)
    ]


def test_a_comma_outdates_nothing(tmp_path):
    tree = edited(COMMA, "wording")

    assert counts(tree, tmp_path, "outdated") == []
    assert counts(tree, tmp_path, "held_back") == []


def test_a_date_outdates_every_language_and_says_since_when(tmp_path, session):
    tree = edited(DAY, "meaning")
    release(session, tree)

    assert counts(tree, tmp_path, "outdated") == [language_of(locale).tag for locale in OTHERS]
    for locale in OTHERS:
        lesson = get_lesson(session, MODULE, "before-belgium", locale)
        assert lesson.changed_on == ON
    assert get_lesson(session, MODULE, "before-belgium", SOURCE).changed_on is None


def test_another_answer_is_asked_in_dutch_only(tmp_path, session):
    tree = edited(OPTION, "answer")
    release(session, tree)
    served = served_releases(session)[MODULE]

    assert counts(tree, tmp_path, "held_back") == [language_of(locale).tag for locale in OTHERS]
    drawn = {locale: {item.id for item in bank(session, served, locale)} for locale in (SOURCE, *OTHERS)}
    assert [locale for locale, ids in drawn.items() if "hb-004" in ids] == [SOURCE]


@pytest.mark.parametrize("locale", OTHERS)
def test_a_catalogue_is_canonical(locale):
    path = catalogue_path(MODULE, locale)

    assert write_catalogue(read_catalogue(path, TREE[path], locale, Findings())) == TREE[path]
