"""What all staff pages share: they are in Dutch and English."""

from flask import g, redirect
from werkzeug.wrappers import Response

from pretraject.core.locales import SOURCE, language_of
from pretraject.web.context import page_language
from pretraject.web.language import LanguageBlueprint, switch_url

STAFF_LOCALES = frozenset({"nl", "en"})


def staff_blueprint(name: str, import_name: str) -> LanguageBlueprint:
    """Make the pages of one door for staff."""
    bp = LanguageBlueprint(name, import_name, prefix="/staff")
    bp.before_request(in_a_staff_language)
    bp.context_processor(staff_languages)
    return bp


def in_a_staff_language() -> Response | None:
    """Lead other languages to Dutch."""
    if "language" in g and page_language().locale not in STAFF_LOCALES:
        return redirect(switch_url(language_of(SOURCE)))
    return None


def staff_languages() -> dict[str, object]:
    """Offer the staff languages only."""
    return {"languages": tuple(language_of(locale) for locale in sorted(STAFF_LOCALES, reverse=True))}
