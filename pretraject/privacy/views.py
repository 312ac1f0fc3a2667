"""The statements the law asks for: about data, cookies and accessibility."""

from datetime import date

from flask import current_app, render_template

from pretraject.accounts.rules import OWN_DEVICE
from pretraject.privacy.classes import days_of
from pretraject.web.access import public
from pretraject.web.language import COOKIE, LanguageBlueprint
from pretraject.web.page_cache import same_for_all

DAYS_A_YEAR = 365
ACCESSIBILITY_STATED_ON = date(2026, 11, 26)
"""When the accessibility statement was last held against the site."""

bp = LanguageBlueprint("privacy", __name__)


@bp.get("/privacy/")
@public
@same_for_all
def privacy() -> str:
    """Say what is kept about a person, why and for how long, and what they can ask."""
    days = {name: days_of(name) for name in ("answers", "sign-ins")}
    years = {name: days_of(name) // DAYS_A_YEAR for name in ("reading", "visitors", "people")}
    return render_template("statements/privacy.html", days=days, years=years)


@bp.get("/cookies/")
@public
@same_for_all
def cookies() -> str:
    """Say which cookies there are, and why nobody is asked about them."""
    return render_template(
        "statements/cookies.html",
        session_cookie=current_app.config["SESSION_COOKIE_NAME"],
        language_cookie=COOKIE,
        days=OWN_DEVICE.absolute.days,
    )


@bp.get("/accessibility/")
@public
@same_for_all
def accessibility() -> str:
    """Say for whom the site works, and what does not work well yet."""
    return render_template("statements/accessibility.html", stated_on=ACCESSIBILITY_STATED_ON)
