"""What every template can use; a page's own things are passed by its view."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from pretraject.core.locales import language_of
from pretraject.web.context import page_language
from pretraject.web.language import offered, switch_url


def page_globals() -> dict[str, Any]:
    """Return the language of the page and those it can be switched to."""
    return {"language": page_language(), "languages": offered(), "switch_url": switch_url}


def init_templating(app: Flask) -> None:
    """Make a missing name an error and give templates their globals."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["language_of"] = language_of
    app.context_processor(page_globals)
