"""The learners' blueprint; importing a views file here puts its pages on the map."""

from pretraject.study import (  # noqa: F401 — a views file hangs its pages on the blueprint
    account,
    activation,
    authority,
    confirmation,
    continuing,
    home,
    lesson,
    modules,
    my_path,
    result,
    signing_in,
    stale,
    testing,
)
from pretraject.study.pages import bp

__all__ = ["bp"]
