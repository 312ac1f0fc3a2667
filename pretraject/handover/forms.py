"""What counsellors type."""

from collections.abc import Iterable
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from pretraject.accounts.forms import BirthDateForm
from pretraject.enrolment.agencies import offers_for, taking_over
from pretraject.enrolment.handing_over import NOBODY
from pretraject.enrolment.policy import Agency
from pretraject.enrolment.rules import read_postcode
from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _, _l

BY_POSTCODE = "by-postcode"
TYPED_LIMIT = 20
TICKED = "y"


class IdentityForm(BirthDateForm):
    """A birth date as it stands on a document that was shown."""

    document = BooleanField(
        _l("I saw an identity document of the person"),
        validators=[InputRequired(_l("Look at a document first, and say so here."))],
    )


class NewCodeForm(WebForm):
    """A new access code; `after` names the newest one so far, so that two clicks make one code."""

    disputed = BooleanField(_l("Somebody else may have used the letter"))
    after = HiddenField(validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])

    def validate_disputed(self, field: Field) -> None:
        """Refuse what no browser sends: too much hangs on it to guess what was meant."""
        if field.raw_data and field.raw_data != [TICKED]:
            raise ValidationError(_("We could not read what you sent"))


class AgencyForm(WebForm):
    """Where somebody lives, and who goes on with them."""

    postcode = StringField(_l("Postcode"), validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])
    agency = RadioField(
        _l("Which agency takes over?"),
        default=BY_POSTCODE,
        validators=[InputRequired(_l("Choose an agency."))],
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], **given: Any) -> None:
        super().__init__(*args, **given)
        self.agencies = list(agencies)
        self.agency.choices = [
            SelectChoice(BY_POSTCODE, _("The agency for this postcode")),
            *(SelectChoice(one.id, f"{one.name} ({one.place})") for one in self.agencies),
            SelectChoice(NOBODY, _("None: take back what was noted")),
        ]

    @property
    def chosen(self) -> str:
        """Return the agency's id, or that it is none."""
        if self.agency.data != BY_POSTCODE:
            return self.agency.data or NOBODY
        found = taking_over(offers_for(self.agencies, read_postcode(self.postcode.data or "") or ""))
        return found.id if found else NOBODY

    def validate_postcode(self, field: Field) -> None:
        """Refuse what is no postcode, or one that no agency is known for."""
        if self.agency.data == NOBODY:
            return
        if read_postcode(field.data or "") is None:
            raise ValidationError(_("Type the four digits of a Belgian postcode."))
        if self.chosen == NOBODY:
            raise ValidationError(
                _("No agency of Flanders or Brussels is known for this postcode. Check it, or choose one.")
            )
