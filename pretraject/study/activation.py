"""Activation: from the code of a letter to an account, one question a page."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pretraject.accounts.actions import open_sign_in, sign_in
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import print_code, read_code
from pretraject.accounts.forms import BirthDateForm
from pretraject.accounts.login import current_token, sign_in_browser
from pretraject.accounts.outcomes import Refused, SignedIn
from pretraject.completion import actions as completion
from pretraject.enrolment.actions import Activated, AlreadyActivated
from pretraject.enrolment.actions import activate as open_account
from pretraject.study.carried import Carried, carry, drop_carried, find_carried
from pretraject.study.forms import ActivationForm, CodeForm
from pretraject.study.pages import bp
from pretraject.study.reader import find_reader
from pretraject.study.refusals import code_text, status_of
from pretraject.web.access import public
from pretraject.web.context import now, page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.sessions import session


@bp.route("/activate/", methods=["GET", "POST"])
@public
@unstored
def activate() -> ResponseReturnValue:
    """Ask for the code; who is signed in already is led to where a code is added."""
    if find_reader() is not None:
        return redirect(url_for("study.link_code"), code=303)
    so_far = find_carried(vault(), at=now())
    form = CodeForm(code=print_code(so_far.code) if so_far.code else "")
    if form.sent():
        carry(vault(), Carried(read_code(form.code.data or "") or "", so_far.birth_date), at=now())
        return redirect(url_for("study.activate_birth_date"), code=303)
    return render_template("study/activate_code.html", form=form), 422 if form.errors else 200


@bp.route("/activate/birth-date/", methods=["GET", "POST"])
@public
@unstored
def activate_birth_date() -> ResponseReturnValue:
    """Ask for the birth date."""
    so_far = find_carried(vault(), at=now())
    if not so_far.code or find_reader() is not None:
        return redirect(url_for("study.activate"), code=303)
    born = so_far.birth_date
    form = BirthDateForm(
        day=str(born.day or "") if born else "",
        month=str(born.month or "") if born else "",
        year=str(born.year) if born else "",
    )
    if form.sent():
        carry(vault(), Carried(so_far.code, form.birth_date), at=now())
        return redirect(url_for("study.activate_secret"), code=303)
    page = render_template("study/activate_birth_date.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/activate/secret/", methods=["GET", "POST"])
@public
@unstored
def activate_secret() -> ResponseReturnValue:
    """Ask for a PIN or a password, open the account and lead to the learner's path."""
    if find_reader() is not None:
        return redirect(url_for("study.my_path"), code=303)
    so_far = find_carried(vault(), at=now())
    if not so_far.code or so_far.birth_date is None:
        return redirect(url_for("study.activate"), code=303)
    form = ActivationForm(born=so_far.birth_date, sign_in_name=so_far.code)
    outcome: Refused | AlreadyActivated | None = None
    if form.sent():
        opened = open_or_refuse(so_far.code, so_far.birth_date, form)
        if isinstance(opened, str):
            drop_carried()
            sign_in_browser(opened, remember=not form.shared.data)
            return redirect(url_for("study.my_path"), code=303)
        outcome = opened
        if isinstance(outcome, Refused):
            form.form_errors.append(code_text(outcome, at=now()))
    page = render_template(
        "study/activate_secret.html",
        form=form,
        code=print_code(so_far.code),
        birth_date=so_far.birth_date,
        outcome=outcome,
    )
    if isinstance(outcome, Refused):
        return page, status_of(outcome)
    return page, 409 if outcome else 422 if form.errors else 200


def open_or_refuse(
    code: str, birth_date: BirthDate, form: ActivationForm
) -> str | Refused | AlreadyActivated:
    """Open the account and return the browser's token, or say why not.

    The form sent a second time, by a double tap or another tab, finds the account open and
    signs in to it with the same PIN or password.
    """
    secret, shared, address = form.secret.data or "", bool(form.shared.data), request.remote_addr or ""
    outcome = open_account(
        session,
        vault(),
        code=code,
        birth_date=birth_date,
        secret=secret,
        locale=page_language().locale,
        address=address,
        at=now(),
    )
    if isinstance(outcome, Activated):
        completion.record(session, person=outcome.person, at=now())
        token = open_sign_in(session, outcome.account, shared=shared, at=now(), replaces=current_token())
        session.commit()
        return token
    if isinstance(outcome, AlreadyActivated):
        again = sign_in(
            session,
            vault(),
            name=code,
            secret=secret,
            shared=shared,
            address=address,
            at=now(),
            replaces=current_token(),
        )
        session.commit()
        return again.token if isinstance(again, SignedIn) else outcome
    session.commit()
    return outcome
