"""Staff pages about content: how far each language is."""

from functools import lru_cache
from pathlib import Path

from flask import render_template
from flask.typing import ResponseReturnValue

from pretraject.accounts.login import staff_required
from pretraject.authoring.progress import Report, name_of_language, report_of
from pretraject.web.context import config
from pretraject.web.headers import unstored
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("authoring", __name__)


@bp.get("/translations/")
@staff_required()
@unstored
def translations() -> ResponseReturnValue:
    """Show how far each language is."""
    return render_template(
        "staff/translations.html", report=_report(config().source), name_of_language=name_of_language
    )


@lru_cache(maxsize=4)
def _report(folder: Path) -> Report:
    """Return the report of the files this process came up with; they change with the program."""
    return report_of(folder)
