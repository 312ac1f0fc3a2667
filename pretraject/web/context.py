"""What the current request stands on: the one place where views look at the outside."""

from datetime import datetime
from typing import cast

from flask import current_app, g, has_app_context

from pretraject.config import Config
from pretraject.core.crypto import Vault
from pretraject.core.ground import Ground
from pretraject.core.locales import Language, language_of

EXTENSION = "pretraject"


def ground() -> Ground:
    """Return what this application was built on."""
    return cast(Ground, current_app.extensions[EXTENSION])


def now() -> datetime:
    """Return the moment, the same for the whole of a request."""
    if "now" not in g:
        g.now = ground().clock()
    return cast(datetime, g.now)


def vault() -> Vault:
    """Return the keys identifiers are protected with."""
    return ground().vault


def config() -> Config:
    """Return the settings."""
    return ground().config


def page_language() -> Language:
    """Return the language of this page or letter; English where none is spoken."""
    if has_app_context() and "language" in g:
        return cast(Language, g.language)
    return language_of("en")
