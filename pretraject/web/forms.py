"""The base every form shares: CSRF-protected, WTForms' own messages from our catalogue."""

from typing import Any

from flask import request
from flask_babel import get_domain
from flask_wtf import CSRFProtect, FlaskForm
from wtforms.form import BaseForm

from pretraject.web.i18n import _, _l

csrf = CSRFProtect()

TOO_LONG = _l("This is too long. Check what you typed.")


class FormMessages:
    """WTForms' built-in messages, looked up where all our texts are.

    WTForms ships no catalogue for many of our languages. Forms give their own messages;
    this catches the rest.
    """

    def gettext(self, text: str) -> str:
        """Translate a message."""
        return str(_(text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Translate a message with a number; WTForms fills it in under names of its own."""
        return str(get_domain().get_translations().ungettext(singular, plural, number))


class WebForm(FlaskForm):  # type: ignore[misc]
    """A form of this site: CSRF-protected, messages in the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Settings WTForms reads per form."""

        def get_translations(self, form: BaseForm) -> Any:
            """Take WTForms' own messages from our catalogue."""
            return FormMessages()

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """Read the fields of a posted form only: a file or JSON in their place is nothing typed."""
            return request.form if request.method == "POST" else None

    def sent(self) -> bool:
        """Say whether the form was sent and everything in it is right."""
        return request.method == "POST" and bool(self.validate())
