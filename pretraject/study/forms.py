"""What visitors type to get in, learners to change how they get in, and what they object to."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import read_code
from pretraject.accounts.forms import BirthDateForm
from pretraject.accounts.rules import SECRET_MAX, canonical_secret, read_email, weakness_of
from pretraject.completion.objections import TEXT_LIMIT
from pretraject.core.locales import LANGUAGES
from pretraject.study.refusals import weakness_text
from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _, _l

TYPED_LIMIT = 254


class CodeForm(WebForm):
    """The access code, as it stands in the letter or otherwise."""

    code = StringField(
        _l("Access code"),
        validators=[InputRequired(_l("Type the access code from your letter."))],
    )

    def validate_code(self, field: Field) -> None:
        """Refuse what can be no code, before anything is counted."""
        if read_code(field.data) is None:
            raise ValidationError(
                _("This code has a slip in it. Compare it with your letter, one group after the other.")
            )


class NewSecretForm(WebForm):
    """A PIN or password, chosen and typed twice."""

    secret = PasswordField(
        _l("New PIN or password"), validators=[InputRequired(_l("Choose a PIN or a password."))]
    )
    again = PasswordField(_l("The same once more"), validators=[InputRequired(_l("Type it once more."))])

    def __init__(
        self, *args: Any, born: BirthDate | None = None, sign_in_name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._fields |= {name: self._fields.pop(name) for name in ("secret", "again")}
        self.born = born
        self.sign_in_name = sign_in_name

    def validate_secret(self, field: Field) -> None:
        """Refuse what is easy to guess, saying why."""
        weakness = weakness_of(field.data, birth_date=self.born, name=self.sign_in_name)
        if weakness is not None:
            raise ValidationError(weakness_text(weakness))

    def validate_again(self, field: Field) -> None:
        """Refuse two that differ; the same digits of two scripts are the same."""
        if canonical_secret(field.data) != canonical_secret(self.secret.data or ""):
            raise ValidationError(_("The two are not the same. Type both again."))


class ActivationForm(NewSecretForm):
    """The last step of activation: how to sign in from now on."""

    shared = BooleanField(_l("Other people use this phone or computer too"))


class RegisterForm(NewSecretForm):
    """An account without a letter."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Type your e-mail address."))])
    group = RadioField(
        _l("Why do you come to Belgium?"),
        choices=[
            SelectChoice("labour", _l("I come to work")),
            SelectChoice("partner", _l("I come with my partner, who comes to work")),
            SelectChoice("family", _l("I come to live with family who are there already")),
        ],
        validators=[InputRequired(_l("Choose what fits best."))],
    )
    shared = BooleanField(_l("Other people use this phone or computer too"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sign_in_name = self.email.data or ""

    def validate_email(self, field: Field) -> None:
        """Refuse what can be no address."""
        if read_email(field.data) is None:
            raise ValidationError(_("This is no e-mail address. It looks like name@example.org."))


class SignInForm(WebForm):
    """Code or e-mail address, and PIN or password."""

    name = StringField(
        _l("Access code or e-mail address"),
        validators=[
            InputRequired(_l("Type your access code or e-mail address.")),
            Length(max=TYPED_LIMIT, message=TOO_LONG),
        ],
    )
    secret = PasswordField(
        _l("PIN or password"),
        validators=[
            InputRequired(_l("Type your PIN or password.")),
            Length(max=SECRET_MAX, message=TOO_LONG),
        ],
    )
    shared = BooleanField(_l("Other people use this phone or computer too"))


class ChangeSecretForm(NewSecretForm):
    """Another PIN or password in place of the one so far."""

    current = PasswordField(
        _l("PIN or password so far"), validators=[InputRequired(_l("Type the one you have now."))]
    )


class LinkForm(CodeForm, BirthDateForm):
    """The code of a letter that came later, with the birth date."""


class SecondLanguageForm(WebForm):
    """A language to fall back on, before Dutch."""

    second = RadioField(_l("Second language"), validators=[Optional()])

    def __init__(self, *args: Any, offered: Any = LANGUAGES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.second.choices = [
            SelectChoice("", _("No second language")),
            *(SelectChoice(language.locale, language.name) for language in offered),
        ]


def as_written(text: str | None) -> str:
    """Return a text without the white space around it; browsers send two characters for each new line."""
    return (text or "").replace("\r\n", "\n").strip()


class ObjectionForm(WebForm):
    """What the reader says is wrong."""

    text = TextAreaField(
        _l("What is wrong, and why?"),
        filters=[as_written],
        validators=[
            DataRequired(_l("Write what is wrong.")),
            Length(max=TEXT_LIMIT, message=TOO_LONG),
        ],
    )
