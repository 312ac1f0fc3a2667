"""Staff pages: set up, sign in, home."""

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pretraject.accounts import staff
from pretraject.accounts.actions import sign_out
from pretraject.accounts.login import (
    current_role,
    current_token,
    sign_in_browser,
    sign_out_browser,
    staff_required,
)
from pretraject.accounts.outcomes import Refused
from pretraject.accounts.rules import weakness_of
from pretraject.insight.forms import SetUpForm, StaffSignInForm
from pretraject.web.access import public
from pretraject.web.context import now, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _, long_moment
from pretraject.web.language import is_own_path
from pretraject.web.sessions import session
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("staff", __name__)


@bp.route("/sign-in/", methods=["GET", "POST"])
@public
@unstored
def sign_in() -> ResponseReturnValue:
    """Let a member of staff in with password and one-time code."""
    form = StaffSignInForm()
    status = 200
    if form.sent():
        outcome = staff.sign_in_staff(
            session,
            vault(),
            email=form.email.data or "",
            password=form.password.data or "",
            totp=form.totp.data or "",
            address=request.remote_addr or "",
            at=now(),
            replaces=current_token(),
        )
        session.commit()
        if not isinstance(outcome, Refused):
            sign_in_browser(outcome.token, remember=False)
            target = request.args.get("next")
            return redirect(target if target and is_own_path(target) else url_for("staff.home"), code=303)
        form.form_errors.append(refusal(outcome))
        status = 429 if outcome.reason == "waiting" else 422
    elif form.errors:
        status = 422
    return render_template("staff/sign_in.html", form=form), status


def refusal(outcome: Refused) -> str:
    """Say why sign-in was refused, the same for known and unknown addresses."""
    if outcome.reason == "waiting":
        until = long_moment(outcome.until) if outcome.until else ""
        return str(_("Too many tries. You can try again from %(moment)s, Belgian time.", moment=until))
    return str(_("Address, password and code do not belong together. Each code works once."))


@bp.route("/set-up/<token>/", methods=["GET", "POST"])
@public
@unstored
def set_up(token: str) -> ResponseReturnValue:
    """Let a new member of staff choose a password and set up the authenticator app."""
    form = SetUpForm()
    shown = staff.get_set_up(session, vault(), token, at=now())
    status = 200
    if form.sent():
        password = form.password.data or ""
        if weakness_of(password, name=shown.email, pin_allowed=False):
            form.password.errors = [_("Choose at least ten characters that are hard to guess.")]
        else:
            outcome = staff.set_up_staff(
                session,
                vault(),
                token=token,
                password=form.password.data or "",
                totp=form.totp.data or "",
                at=now(),
            )
            session.commit()
            if not isinstance(outcome, Refused):
                return redirect(url_for("staff.sign_in"), code=303)
            form.totp.errors = [_("This code is not right. Wait for the next one and type that.")]
    if form.errors:
        status = 422
    return render_template("staff/set_up.html", form=form, shown=shown, qr=qr_code(shown.totp_uri)), status


def qr_code(text: str) -> Markup:
    """Draw a QR code as inline SVG."""
    return Markup(segno.make(text, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff"))  # noqa: S704


@bp.get("/")
@staff_required()
@unstored
def home() -> str:
    """Show who is signed in and what their role will find here."""
    return render_template("staff/home.html", role=current_role(), role_name=role_name(current_role() or ""))


@bp.post("/sign-out/")
@staff_required()
def leave() -> ResponseReturnValue:
    """Sign out."""
    token = current_token()
    if token:
        sign_out(session, token=token, at=now())
        session.commit()
    sign_out_browser()
    return redirect(url_for("staff.sign_in"), code=303)


def role_name(role: str) -> str:
    """Name a role in the page's language."""
    names = {
        "editor": _("Editor"),
        "translator": _("Translator"),
        "reviewer": _("Reviewer"),
        "publisher": _("Publisher"),
        "counsellor": _("Counsellor"),
        "case-worker": _("Case worker"),
        "administrator": _("Administrator"),
    }
    return str(names.get(role, role))
