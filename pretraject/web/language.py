"""The language in the address: `/fa-AF/…`; choosing it, keeping it, switching it."""

from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from pretraject.core.locales import SOURCE, Language, best_language, find_language, language_of
from pretraject.web.access import public
from pretraject.web.context import config, page_language

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
EXTENSION = "pretraject_languages"

bp = Blueprint("web", __name__)


class TagConverter(BaseConverter):
    """Matches what looks like a language tag: `nl`, `fa-AF`, `zh-Hans`."""

    regex = "[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?"


class LanguageBlueprint(Blueprint):
    """A blueprint whose pages stand under a language: `/<lang>/…`.

    Views take no language argument and `url_for` fills in that of the page.
    """

    def __init__(self, name: str, import_name: str, *, prefix: str = "") -> None:
        super().__init__(name, import_name, url_prefix=f"/<language:lang>{prefix}")


def offered() -> tuple[Language, ...]:
    """Return the languages the site is offered in."""
    return cast("tuple[Language, ...]", current_app.extensions[EXTENSION])


def wished_language() -> Language | None:
    """Return the language of the visitor's last choice, else of their browser."""
    wanted = [request.cookies.get(COOKIE, ""), *request.accept_languages.values()]
    return best_language(wanted, offered())


def switch_url(language: Language) -> str:
    """Return this page's address in another language, query included."""
    path = quote(request.path)
    if request.view_args is not None and "lang_tag" in g:
        path = "/" + language.tag + path.removeprefix(f"/{g.lang_tag}")
    elif not path.startswith(f"/{language.tag}/"):
        path = f"/{language.tag}/"
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path


def is_own_path(target: str | None) -> bool:
    """Say whether a target is a path of this site: no host, no scheme, no tricks."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    parts = urlsplit(target)
    printable = all(" " < character < "\x7f" for character in target)
    return printable and not parts.scheme and not parts.netloc and "\\" not in target


@bp.get("/")
@public
def root() -> ResponseReturnValue:
    """Lead to the visitor's language, or let them choose when it is not known."""
    language = wished_language()
    if language is None:
        return render_choice()
    response = redirect(f"/{language.tag}/")
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@bp.get("/languages/")
@public
def languages() -> ResponseReturnValue:
    """Show every language in its own script; `next` is the page to go on with."""
    return render_choice()


@bp.get("/languages/<tag>/")
@public
def choose(tag: str) -> ResponseReturnValue:
    """Keep a choice of language and go on in it."""
    language = find_language(tag)
    if language not in offered() or language is None:
        raise NotFound
    target = request.args.get("next", "")
    response = redirect(in_language(target, language))
    response.set_cookie(
        COOKIE, language.tag, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=config().secure
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def in_language(target: str, language: Language) -> str:
    """Return one of our own paths in another language; its home when the path is not ours."""
    if not is_own_path(target):
        return f"/{language.tag}/"
    first, _slash, rest = target.removeprefix("/").partition("/")
    return f"/{language.tag}/{rest if find_language(first) else ''}"


def render_choice() -> str:
    """Render the page to choose a language from."""
    target = request.args.get("next", "")
    return render_template("web/languages.html", target=target if is_own_path(target) else "")


def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address before the view sees it."""
    if values and "lang" in values:
        g.lang_tag = values.pop("lang")
        language = find_language(g.lang_tag)
        if language in offered():
            g.language = language


def settle_language() -> Response | None:
    """Refuse an unknown language; lead an alias or another spelling to the proper tag."""
    if "language" not in g:
        g.language = _language_of_path() or wished_language() or language_of(SOURCE)
        if "lang_tag" in g:
            raise NotFound
        return None
    if g.lang_tag != g.language.tag and request.method in ("GET", "HEAD"):
        return redirect(switch_url(g.language), code=308)
    return None


def _language_of_path() -> Language | None:
    """Return the language an address begins with when no page is there."""
    language = find_language(request.path.removeprefix("/").partition("/")[0])
    return language if language in offered() else None


def fill_in_language(endpoint: str, values: dict[str, Any]) -> None:
    """Let `url_for` stay in the language of the page."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = page_language().tag


def init_language(app: Flask, languages: tuple[Language, ...]) -> None:
    """Teach the application its languages."""
    app.extensions[EXTENSION] = languages
    app.url_map.converters["language"] = TagConverter
    app.url_value_preprocessor(take_language)
    app.url_defaults(fill_in_language)
    app.before_request(settle_language)
    app.register_blueprint(bp)
