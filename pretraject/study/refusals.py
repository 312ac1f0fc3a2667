"""Why somebody was not let in, in the reader's words, and what to do about it."""

from datetime import datetime

from pretraject.accounts.outcomes import Refused
from pretraject.accounts.rules import PASSWORD_MIN, PIN_DIGITS, Weakness
from pretraject.web.i18n import _, _n

MINUTE = 60
HOUR = 60 * MINUTE


def status_of(refused: Refused) -> int:
    """Return the status a refusal is answered with."""
    return 429 if refused.reason == "waiting" else 422


def sign_in_text(refused: Refused, *, at: datetime) -> str:
    """Say why signing in did not work; names that exist and names that don't sound the same."""
    if refused.reason == "waiting":
        return waiting_text(refused, at=at)
    if refused.reason == "spent":
        return spent_text()
    return str(_("The name and the PIN or password do not belong together. Check both for a slip."))


def code_text(refused: Refused, *, at: datetime) -> str:
    """Say why a code did not work; a wrong code and a wrong birth date sound the same."""
    if refused.reason == "waiting":
        return waiting_text(refused, at=at)
    texts = {
        "spent": spent_text(),
        "in-use": _(
            "This letter already has an account of its own. Sign out here, then sign in with the code."
        ),
        "other-person": _(
            "The birth date of this letter is not the one of your account."
            " Ask whoever sent the letter, or your agency."
        ),
    }
    unknown = _("The code and the birth date do not belong together. Check both for a slip.")
    return str(texts.get(refused.reason, unknown))


def spent_text() -> str:
    """Say that a code is finished."""
    return str(_("This code no longer works. You need a new one."))


def waiting_text(refused: Refused, *, at: datetime) -> str:
    """Say how long to wait."""
    seconds = max(1, int((refused.until - at).total_seconds())) if refused.until else MINUTE
    if seconds > HOUR:
        hours = -(-seconds // HOUR)
        return str(
            _n(
                "Too many tries. Try again in %(num)d hour.",
                "Too many tries. Try again in %(num)d hours.",
                hours,
            )
        )
    minutes = -(-seconds // MINUTE)
    return str(
        _n(
            "Too many tries. Try again in %(num)d minute.",
            "Too many tries. Try again in %(num)d minutes.",
            minutes,
        )
    )


def weakness_text(weakness: Weakness) -> str:
    """Say why a PIN or password is too easy to guess."""
    texts = {
        "length": _(
            "Choose a PIN of %(digits)s digits, or a password of at least %(characters)s characters.",
            digits=PIN_DIGITS,
            characters=PASSWORD_MIN,
        ),
        "too-long": _("This is too long. Choose a shorter one."),
        "same-digits": _("This is the same sign again and again. Choose another one."),
        "run": _("These digits follow each other. Choose others."),
        "pattern": _("This repeats itself and is easy to guess. Choose another one."),
        "birth-date": _("This is your birth date. Others know it; choose something else."),
        "common": _("Many people use this one, so it is easy to guess. Choose another one."),
        "name": _("This is your code or address. Choose something that only you know."),
    }
    return str(texts[weakness])
