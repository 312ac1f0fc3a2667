"""Several modules with their outlines at once, for a page that shows a whole track."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, defer

from pretraject.catalogue.assembling import Shelf, module_view
from pretraject.catalogue.models import Module, Release, ReleaseLesson, ReleaseText, TranslationState
from pretraject.catalogue.reading import ModuleView
from pretraject.catalogue.segments import MODULE_CONTEXT
from pretraject.core.locales import SOURCE


def outlines(session: Session, slugs: Collection[str], locale: str) -> dict[str, ModuleView]:
    """Return modules by slug, without those that were never published; two queries."""
    drafted = exists().where(
        TranslationState.module_id == Module.id,
        TranslationState.locale == locale,
        TranslationState.drafted,
    )
    rows = session.execute(
        select(Module.slug, Release, drafted, ReleaseLesson)
        .join(Release, Module.current_release_id == Release.id)
        .join(ReleaseLesson, ReleaseLesson.release_id == Release.id)
        .where(Module.slug.in_(slugs))
        .order_by(Module.slug, ReleaseLesson.position)
        .options(defer(ReleaseLesson.skeleton), defer(ReleaseLesson.sources))
    ).all()
    lessons: defaultdict[str, list[ReleaseLesson]] = defaultdict(list)
    for slug, _release, _draft, lesson in rows:
        lessons[slug].append(lesson)
    releases = {slug: (release, draft) for slug, release, draft, _lesson in rows}
    texts = _texts(session, [release.id for release, _draft in releases.values()], locale)
    return {
        slug: module_view(Shelf(slug, locale, texts[release.id]), release, lessons[slug], draft=draft)
        for slug, (release, draft) in releases.items()
    }


def _texts(
    session: Session, releases: Collection[int], locale: str
) -> dict[int, dict[tuple[str, str], dict[str, Any]]]:
    """Return the texts about each release as a whole, in a language and in Dutch."""
    found: dict[int, dict[tuple[str, str], dict[str, Any]]] = {release: {} for release in releases}
    rows = session.execute(
        select(ReleaseText.release_id, ReleaseText.locale, ReleaseText.texts)
        .where(
            ReleaseText.release_id.in_(releases),
            ReleaseText.context == MODULE_CONTEXT,
            ReleaseText.locale.in_({locale, SOURCE}),
        )
        .order_by(ReleaseText.id)
    )
    for release_id, language, texts in rows:
        found[release_id][MODULE_CONTEXT, language] = texts
    return found
