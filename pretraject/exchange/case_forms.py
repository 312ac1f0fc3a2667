"""What case workers type: proposals, what they make of another's, answers to objections."""

from datetime import date
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import AnyOf, InputRequired, Length

from pretraject.accounts.birth_dates import birth_date_of
from pretraject.completion.decisions import REASON_LIMIT, Kind, Wanted
from pretraject.completion.objections import TEXT_LIMIT
from pretraject.enrolment.policy import Policy
from pretraject.exchange.case_words import answer_words, assurance_words, exemption_words
from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.i18n import _, _l

TYPED_LIMIT = 32
SHOW, KEEP, CHANGE = "show", "keep", "change"


class ProposalForm(WebForm):
    """Why something is proposed; `seen` names what stood, `step` whether it is shown, kept or changed."""

    reason = TextAreaField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say why. The second person decides on this.")),
            Length(max=REASON_LIMIT, message=TOO_LONG),
        ],
    )
    kind: Kind
    seen = HiddenField(validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])
    step = HiddenField(default=SHOW, validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])

    @property
    def wanted(self) -> Wanted:
        """Return what is proposed."""
        return Wanted(self.kind)


class RevocationForm(ProposalForm):
    """What was completed no longer counts."""

    kind = "revocation"


class EndForm(ProposalForm):
    """The exemption ends."""

    kind = "exemption"


class ExemptionForm(ProposalForm):
    """A person need not follow the course."""

    kind = "exemption"
    exemption = RadioField(_l("Ground"), validators=[InputRequired(_l("Choose a ground."))])

    def __init__(self, *args: Any, policy: Policy, **given: Any) -> None:
        super().__init__(*args, **given)
        self.exemption.choices = [SelectChoice(one, exemption_words(one)) for one in policy.exemptions]

    @property
    def wanted(self) -> Wanted:
        """Return what is proposed."""
        return Wanted(self.kind, exemption=self.exemption.data)


class CorrectionForm(ProposalForm):
    """The day on which the course was completed, and whether somebody watched."""

    kind = "correction"
    day = StringField(_l("Day"), validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])
    month = StringField(_l("Month"), validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])
    year = StringField(_l("Year"), validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)])
    assurance = RadioField(
        _l("How was the test taken?"), validators=[InputRequired(_l("Choose how the test was taken."))]
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        words = ("supervised", "unsupervised")
        self.assurance.choices = [SelectChoice(one, assurance_words(one)) for one in words]

    @property
    def completed_on(self) -> date | None:
        """Return the day of the three fields; None when there is no such day."""
        found = birth_date_of(self.year.data or "", self.month.data or "", self.day.data or "")
        if found is None or found.month is None or found.day is None:
            return None
        return date(found.year, found.month, found.day)

    def validate_year(self, _field: Field) -> None:
        """Refuse a day that does not exist."""
        if self.completed_on is None:
            raise ValidationError(_("This is no day. Type it as numbers, such as 15, 4 and 2026."))

    @property
    def wanted(self) -> Wanted:
        """Return what is proposed."""
        return Wanted(self.kind, completed_on=self.completed_on, assurance=self.assurance.data)


class SettleForm(WebForm):
    """What is made of a proposal; each button has a form of its own."""

    outcome = HiddenField(
        validators=[AnyOf(("confirmed", "refused", "withdrawn"), message=_l("Choose what to do."))]
    )


class HandledForm(WebForm):
    """Whether a refused receipt is handled."""

    handled = HiddenField(validators=[AnyOf(("yes", "no"), message=_l("Choose what to do."))])


class AnswerForm(WebForm):
    """The answer to an objection, as the learner will read it."""

    outcome = RadioField(_l("Outcome"), validators=[InputRequired(_l("Choose an outcome."))])
    text = TextAreaField(
        _l("Answer to the person"),
        validators=[
            InputRequired(_l("Write an answer. The person reads it.")),
            Length(max=TEXT_LIMIT, message=TOO_LONG),
        ],
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.outcome.choices = [SelectChoice(one, answer_words(one)) for one in ("upheld", "refused")]


def proposal_form(kind: str, policy: Policy) -> ProposalForm:
    """Return the form of a kind of proposal. Raises KeyError."""
    forms = {
        "correction": CorrectionForm,
        "revocation": RevocationForm,
        "exemption-end": EndForm,
    }
    return ExemptionForm(policy=policy) if kind == "exemption" else forms[kind]()
