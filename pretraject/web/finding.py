"""Finding one person: what staff type, a number and why. The number is posted, never in an address."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField, SelectChoice, StringField  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _, _l

NUMBER_LIMIT = 80


class FindForm(WebForm):
    """A number of any kind, a reason out of those the door knows, and the issuer where it matters."""

    number = StringField(
        _l("File number or INSZ"),
        validators=[
            InputRequired(_l("Type the number.")),
            Length(max=NUMBER_LIMIT, message=TOO_LONG),
        ],
    )
    reason = RadioField(_l("Why do you look?"), validators=[InputRequired(_l("Choose a reason."))])

    issuer = RadioField(_l("Who issued the number?"), choices=(), validate_choice=False)

    def __init__(self, *args: Any, reasons: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.reason.choices = [SelectChoice(value, label) for value, label in reasons]

    def ask_issuer(self, issuers: Iterable[str]) -> None:
        """Have whose number it is chosen."""
        self.issuer.choices = [SelectChoice(issuer, issuer) for issuer in issuers]
        self.issuer.errors = [_("Several people have this number. Choose who issued it.")]
