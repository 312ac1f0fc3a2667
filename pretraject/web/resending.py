"""What was sent while the database was away comes back on the page that says so, to be sent again."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def resendable(view: View) -> View:
    """Mark a view whose form holds nothing secret and may be sent twice without harm."""
    view.resendable = True  # type: ignore[attr-defined]
    return view


def form_to_resend() -> Sequence[tuple[str, str]]:
    """Return the fields of the form that was sent; none where it may not be sent again.

    Its token is the one that came with it, never a new one: a form that another site made
    somebody send stays worthless.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "resendable", False):
        return ()
    return list(request.form.items(multi=True))
