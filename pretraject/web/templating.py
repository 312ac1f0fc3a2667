"""What every template and component can use; a page's own things are passed by its view."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy

from pretraject.core.locales import language_of
from pretraject.web.context import config, page_language
from pretraject.web.language import offered, switch_url


def site_url() -> str:
    """Return where the site stands, from the settings and never from the request."""
    return config().base_url.rstrip("/")


def init_templating(app: Flask) -> None:
    """Make a missing name an error and give templates the page's language.

    They are globals of the environment, not of a page, so that components reach them.
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        language=LocalProxy(page_language),
        languages=LocalProxy(offered),
        language_of=language_of,
        switch_url=switch_url,
        site_url=LocalProxy(site_url),
    )
