"""The commands of editors and translators."""

from pretraject.authoring.content_commands import content
from pretraject.authoring.i18n_commands import i18n

__all__ = ["content", "i18n"]
