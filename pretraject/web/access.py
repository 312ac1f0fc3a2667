"""Which views are open to everybody: a view says so by name, all others ask to sign in."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view as open to visitors who have not signed in."""
    view.access = "public"  # type: ignore[attr-defined]
    return view
