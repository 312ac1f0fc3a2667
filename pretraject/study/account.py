"""A learner's account: names, sign-ins, PIN or password, second language, the code of a letter."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from pretraject.accounts import actions as accounts
from pretraject.accounts.login import (
    current_account,
    current_visitor,
    learner_required,
    sign_in_browser,
    sign_out_browser,
)
from pretraject.accounts.models import Account
from pretraject.accounts.outcomes import Refused
from pretraject.accounts.queries import names_of, sign_ins_of
from pretraject.catalogue.reading import Passage
from pretraject.completion import actions as completion
from pretraject.completion.decisions import take_over
from pretraject.enrolment.actions import link_code as join_file
from pretraject.enrolment.queries import identifiers_of
from pretraject.study.forms import ChangeSecretForm, LinkForm, SecondLanguageForm
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.study.refusals import code_text, status_of, waiting_text
from pretraject.web.context import now, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.language import offered
from pretraject.web.resending import resendable
from pretraject.web.sessions import session


def own_account() -> Account:
    """Return the account of the learner on a page that asks to sign in."""
    found = current_account()
    if found is None:
        raise LookupError("a page for learners let somebody else in")
    return found


@bp.get("/my/account/")
@learner_required
@unstored
def account() -> ResponseReturnValue:
    """Show how the learner signs in, where they are signed in, and what they can change."""
    own, visitor = own_account(), current_visitor()
    return render_template(
        "study/account.html",
        account=own,
        names=names_of(session, vault(), own),
        files=identifiers_of(session, vault(), current_reader()),
        sign_ins=sign_ins_of(session, own, at=now()),
        this_sign_in=visitor.sign_in_id if visitor else None,
    )


@bp.route("/my/account/sign-out-everywhere/", methods=["GET", "POST"])
@learner_required
@unstored
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the account, this one included."""
    if request.method != "POST":
        return redirect(url_for("study.account"), code=303)
    accounts.sign_out_everywhere(session, account=own_account(), at=now())
    session.commit()
    sign_out_browser()
    flash(_("You are signed out everywhere."))
    return redirect(url_for("study.sign_in"), code=303)


@bp.route("/my/account/secret/", methods=["GET", "POST"])
@learner_required
@unstored
def change_secret() -> ResponseReturnValue:
    """Choose another PIN or password; all other sign-ins end."""
    form = ChangeSecretForm()
    refused: Refused | None = None
    visitor = current_visitor()
    if form.sent():
        outcome = accounts.change_secret(
            session,
            vault(),
            account=own_account(),
            current=form.current.data or "",
            new=form.secret.data or "",
            shared=bool(visitor and visitor.shared),
            address=request.remote_addr or "",
            at=now(),
        )
        session.commit()
        if not isinstance(outcome, Refused):
            sign_in_browser(outcome.token, remember=not (visitor and visitor.shared))
            flash(_("Your PIN or password is changed. Everybody else is signed out."))
            return redirect(url_for("study.account"), code=303)
        refused = outcome
        if outcome.reason == "waiting":
            form.form_errors.append(waiting_text(outcome, at=now()))
        else:
            form.current.errors = [_("This is not your PIN or password so far.")]
    page = render_template("study/change_secret.html", form=form)
    return page, status_of(refused) if refused else 422 if form.errors else 200


@bp.route("/my/account/code/", methods=["GET", "POST"])
@learner_required
@unstored
def link_code() -> ResponseReturnValue:
    """Take in the code of a letter: what the learner completed then counts for that file."""
    form = LinkForm()
    refused: Refused | None = None
    if form.sent() and form.birth_date is not None:
        outcome = join_file(
            session,
            vault(),
            account=own_account(),
            code=form.code.data or "",
            birth_date=form.birth_date,
            address=request.remote_addr or "",
            at=now(),
        )
        if not isinstance(outcome, Refused):
            take_over(session, into=outcome.person)
            completion.record(session, person=outcome.person, at=now())
            session.commit()
            flash(_("The code is added. What you have done counts for your file."))
            return redirect(url_for("study.my_path"), code=303)
        session.commit()
        refused = outcome
        form.form_errors.append(code_text(outcome, at=now()))
    page = render_template("study/link_code.html", form=form, refused=refused)
    return page, status_of(refused) if refused else 422 if form.errors else 200


@bp.route("/my/account/language/", methods=["GET", "POST"])
@learner_required
@unstored
@resendable
def second_language() -> ResponseReturnValue:
    """Choose a language to show beside the first where that one is a draft."""
    own = own_account()
    form = SecondLanguageForm(offered=offered(), second=own.second_locale or "")
    if form.sent():
        accounts.choose_second_language(session, account=own, locale=form.second.data or None)
        session.commit()
        flash(_("Your second language is kept."))
        return redirect(url_for("study.account"), code=303)
    names = {one.locale: Passage(escape(one.name), one.locale) for one in offered()}
    page = render_template("study/second_language.html", form=form, names=names)
    return page, 422 if form.errors else 200
