"""The modules on offer, and one of them with its lessons."""

from flask import render_template

from pretraject.assessment import queries as attempts
from pretraject.catalogue import queries as catalogue
from pretraject.learning import queries as reading
from pretraject.learning.queries import Progress
from pretraject.study.going_on import going_on
from pretraject.study.pages import bp
from pretraject.study.reader import find_reader
from pretraject.web.access import public
from pretraject.web.context import page_language
from pretraject.web.page_cache import same_for_all
from pretraject.web.sessions import session


@bp.get("/modules/")
@public
@same_for_all
def modules() -> str:
    """Show what there is to read."""
    cards = catalogue.modules_in(session, page_language().locale)
    return render_template("study/modules.html", cards=cards)


@bp.get("/modules/<module>/")
@public
@same_for_all
def module(module: str) -> str:
    """Show a module: what it is about, its lessons, its test, and how far the reader is."""
    view = catalogue.get_module(session, module, page_language().locale)
    reader = find_reader()
    progress = reading.progress_of(session, reader) if reader else Progress()
    tries = attempts.attempts_by_module(session, reader).get(module, ()) if reader else ()
    read = progress.read[module]
    going = going_on(
        view,
        read=read,
        place=progress.lesson_in(module),
        passed=any(attempt.passed for attempt in tries),
    )
    return render_template("study/module.html", module=view, read=read, going=going, keeps=reader is not None)
