"""What counsellors read, in words."""

from pretraject.accounts.models import Account
from pretraject.completion.status import Status
from pretraject.core.clock import legal_date
from pretraject.enrolment.models import AccessCode
from pretraject.web.i18n import _, long_date


def reasons() -> list[tuple[str, str]]:
    """Return why a counsellor may look at somebody."""
    return [
        ("here", str(_("The person is here"))),
        ("called", str(_("The person called"))),
        ("agency", str(_("Another agency asked"))),
    ]


def reason_words(reason: str) -> str:
    """Say why somebody looks."""
    return dict(reasons()).get(reason, reason)


def status_words(status: Status) -> str:
    """Say how somebody stands."""
    if status.word == "undetermined" and status.disputed:
        return str(_("Not certain: completed, but somebody else may have used the sign-in"))
    texts = {
        "completed": _("Completed"),
        "exempt": _("Exempt: does not have to follow the course"),
        "notCompleted": _("Not completed so far"),
        "revoked": _("The completion was revoked"),
        "undetermined": _("Not certain: no file is linked that holds"),
    }
    return str(texts[status.word])


def account_words(account: Account | None) -> str:
    """Say whether somebody can sign in."""
    if account is None:
        return str(_("No account yet: no code was used"))
    if account.secret_hash is None:
        return str(_("Closed until the new code is used"))
    return str(_("Active"))


def code_words(code: AccessCode | None) -> str:
    """Say what became of the newest code."""
    if code is None:
        return str(_("No code was ever made"))
    day = long_date(legal_date(code.issued_at))
    if code.ended_at is not None:
        return str(_("Made on %(day)s; it no longer works", day=day))
    if code.used_at is not None:
        return str(_("Made on %(day)s and used", day=day))
    return str(_("Made on %(day)s, not used yet", day=day))
