"""What staff type."""

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _l

TYPED_LIMIT = 254


class StaffSignInForm(WebForm):
    """E-mail address, password and the code of the authenticator app."""

    email = EmailField(
        _l("E-mail address"),
        validators=[
            InputRequired(_l("Type your e-mail address.")),
            Length(max=TYPED_LIMIT, message=TOO_LONG),
        ],
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Type your password.")), Length(max=TYPED_LIMIT, message=TOO_LONG)],
    )
    totp = StringField(
        _l("Code from your authenticator app"),
        validators=[
            InputRequired(_l("Type the six digits your app shows now.")),
            Length(max=16, message=TOO_LONG),
        ],
    )


class SetUpForm(WebForm):
    """The first password of a member of staff, with proof that the app is set up."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password.")), Length(max=TYPED_LIMIT, message=TOO_LONG)],
    )
    totp = StringField(
        _l("Code from your authenticator app"),
        validators=[
            InputRequired(_l("Type the six digits your app shows now.")),
            Length(max=16, message=TOO_LONG),
        ],
    )
