"""Every component on one page, for who designs; only in development."""

from flask import Blueprint, render_template

from pretraject.web.access import public

bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
@public
def styleguide() -> str:
    """Show every component in Dutch and Arabic."""
    return render_template("styleguide.html")
