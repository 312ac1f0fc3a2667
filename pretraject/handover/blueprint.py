"""The counsellors' blueprint; importing a views file here puts its pages on the map."""

from pretraject.handover import (  # noqa: F401 — a views file hangs its pages on the blueprint
    helping,
    views,
)
from pretraject.handover.pages import bp

__all__ = ["bp"]
