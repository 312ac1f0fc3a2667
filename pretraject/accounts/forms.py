"""What several doors ask about a person."""

from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from pretraject.accounts.birth_dates import BirthDate, birth_date_of
from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _, _l


class BirthDateForm(WebForm):
    """A birth date as it stands in the passport; day and month may be unknown."""

    day = StringField(_l("Day"), validators=[Length(max=20, message=TOO_LONG)])
    month = StringField(_l("Month"), validators=[Length(max=20, message=TOO_LONG)])
    year = StringField(_l("Year"), validators=[InputRequired(_l("Type at least the year of your birth."))])

    @property
    def birth_date(self) -> BirthDate | None:
        """Return the date of the three fields; None when there is no such date."""
        return birth_date_of(self.year.data or "", self.month.data or "", self.day.data or "")

    def validate_year(self, _field: Field) -> None:
        """Refuse a date that does not exist."""
        if self.birth_date is None:
            raise ValidationError(
                _("This is no date. Type day, month and year as numbers, such as 15, 4 and 1990.")
            )
