"""Signing in and out, registering without a letter, and what to do when the PIN is forgotten."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts import actions as accounts
from pretraject.accounts.login import current_token, sign_in_browser, sign_out_browser
from pretraject.accounts.outcomes import Refused
from pretraject.enrolment.actions import register as open_account
from pretraject.study.forms import RegisterForm, SignInForm
from pretraject.study.pages import bp
from pretraject.study.reader import find_reader
from pretraject.study.refusals import sign_in_text, status_of, waiting_text
from pretraject.web.access import public
from pretraject.web.context import now, page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.language import in_language, is_own_path
from pretraject.web.page_cache import same_for_all
from pretraject.web.sessions import session


def place_to_go_on() -> str:
    """Return the page that asked to sign in, in the language of this one; else my path."""
    target = request.args.get("next", "")
    if not is_own_path(target):
        return url_for("study.my_path")
    return in_language(target, page_language())


@bp.route("/sign-in/", methods=["GET", "POST"])
@public
@unstored
def sign_in() -> ResponseReturnValue:
    """Let a learner in with code or e-mail address and PIN or password."""
    if request.method == "GET" and find_reader() is not None:
        return redirect(place_to_go_on(), code=303)
    form = SignInForm()
    refused: Refused | None = None
    if form.sent():
        outcome = accounts.sign_in(
            session,
            vault(),
            name=form.name.data or "",
            secret=form.secret.data or "",
            shared=bool(form.shared.data),
            address=request.remote_addr or "",
            at=now(),
            replaces=current_token(),
        )
        session.commit()
        if not isinstance(outcome, Refused):
            sign_in_browser(outcome.token, remember=not form.shared.data)
            return redirect(place_to_go_on(), code=303)
        refused = outcome
        form.form_errors.append(sign_in_text(outcome, at=now()))
    page = render_template("study/sign_in.html", form=form, refused=refused, target=request.args.get("next"))
    return page, status_of(refused) if refused else 422 if form.errors else 200


@bp.route("/sign-out/", methods=["GET", "POST"])
@public
@unstored
def sign_out() -> ResponseReturnValue:
    """End this browser's session; by its address alone nothing ends."""
    if request.method != "POST":
        return redirect(url_for("study.account" if find_reader() else "study.home"), code=303)
    token = current_token()
    if token:
        accounts.sign_out(session, token=token, at=now())
        session.commit()
    sign_out_browser()
    return redirect(url_for("study.home"), code=303)


@bp.route("/register/", methods=["GET", "POST"])
@public
@unstored
def register() -> ResponseReturnValue:
    """Open an account for somebody without a letter."""
    if request.method == "GET" and find_reader() is not None:
        return redirect(place_to_go_on(), code=303)
    form = RegisterForm()
    refused: Refused | None = None
    if form.sent():
        outcome = open_account(
            session,
            vault(),
            email=form.email.data or "",
            secret=form.secret.data or "",
            locale=page_language().locale,
            declared_group=form.group.data,
            address=request.remote_addr or "",
            at=now(),
        )
        if not isinstance(outcome, Refused):
            shared = bool(form.shared.data)
            token = accounts.open_sign_in(
                session, outcome.account, shared=shared, at=now(), replaces=current_token()
            )
            session.commit()
            sign_in_browser(token, remember=not shared)
            return redirect(place_to_go_on(), code=303)
        session.commit()
        refused = outcome
        note_refusal(form, outcome)
    page = render_template("study/register.html", form=form, refused=refused)
    return page, status_of(refused) if refused else 422 if form.errors else 200


def note_refusal(form: RegisterForm, refused: Refused) -> None:
    """Say at the field, or above all, why no account was opened."""
    if refused.reason == "waiting":
        form.form_errors.append(waiting_text(refused, at=now()))
    else:
        form.email.errors = [_("This address has an account already. Sign in with it.")]


@bp.get("/forgotten/")
@public
@same_for_all
def forgotten() -> str:
    """Say how to get in again without PIN or password."""
    return render_template("study/forgotten.html")
