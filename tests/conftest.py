"""Fixtures every test may use; those of one package live in that package's own conftest."""

from hypothesis import settings

pytest_plugins = ["tests.sweep", "tests.databases", "tests.browser", "tests.site", "tests.evidence"]

settings.register_profile("pretraject", deadline=None)  # two cores: a slow example is no fault
settings.load_profile("pretraject")
