"""The case workers' blueprint; importing a views file here puts its pages on the map."""

from pretraject.exchange import (  # noqa: F401 — a views file hangs its pages on the blueprint
    case_lists,
    case_settling,
    case_work,
)
from pretraject.exchange.case_pages import bp

__all__ = ["bp"]
