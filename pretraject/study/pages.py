"""The blueprint itself, apart from the views that hang their pages on it."""

from pretraject.web.language import LanguageBlueprint

bp = LanguageBlueprint("study", __name__)
