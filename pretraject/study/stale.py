"""What happens to a form whose token is no longer good: nothing a learner did may be lost."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from pretraject.accounts.login import current_token
from pretraject.core.errors import AppError
from pretraject.study.pages import bp
from pretraject.study.reader import find_reader
from pretraject.study.signing_in import place_to_go_on
from pretraject.study.testing import question_again
from pretraject.web.errors import on_app_error, on_csrf_error
from pretraject.web.i18n import _

LETS_IN = frozenset({"study.sign_in", "study.register", "study.activate_secret"})
PAGE_OF_FORM = {
    "study.change_secret": "study.change_secret",
    "study.hand_in": "study.hand_in",
    "study.link_code": "study.link_code",
    "study.read_lesson": "study.lesson",
    "study.second_language": "study.second_language",
    "study.sign_out_everywhere": "study.account",
    "study.start_test": "study.test",
}
"""Forms that are quickly sent again, each with the page it stands on."""


@bp.errorhandler(CSRFError)
def on_stale_form(error: CSRFError) -> ResponseReturnValue:
    """Answer a form that was open while somebody signed in or out; what the domain refuses too."""
    try:
        return answer_stale_form(error)
    except AppError as refusal:
        return on_app_error(refusal)


def answer_stale_form(error: CSRFError) -> ResponseReturnValue:
    """Lead a form with an old token to where it can be sent again.

    Of a second tap on a form that let somebody in or out, the first one worked. An answer
    is shown again as it was chosen, to be saved with a new token.
    """
    if request.endpoint in LETS_IN and find_reader() is not None:
        return redirect(place_to_go_on(), code=303)
    if request.endpoint == "study.sign_out" and current_token() is None:
        return redirect(url_for("study.home"), code=303)
    values = request.view_args or {}
    reader = find_reader()
    if request.endpoint == "study.question" and reader is not None:
        try:
            return question_again(reader, values["module"], values["number"])
        except AppError as refused:  # an error handler's own errors find no handler
            return on_app_error(refused)
    page = PAGE_OF_FORM.get(request.endpoint or "")
    if page is not None:
        flash(_("This page was open for a long time. Press the button once more."), "caution")
        return redirect(url_for(page, **values), code=303)
    return on_csrf_error(error)
