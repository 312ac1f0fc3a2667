"""Going on after arrival: which agency the reader goes to, noted by a counsellor or found by postcode."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Field, StringField, ValidationError
from wtforms.validators import Length

from pretraject.accounts.login import learner_required
from pretraject.core.clock import legal_date
from pretraject.enrolment.agencies import Offer, agencies_on, offers_for
from pretraject.enrolment.handing_over import find_handover
from pretraject.enrolment.models import Person
from pretraject.enrolment.policy import Agency
from pretraject.enrolment.queries import find_policy
from pretraject.enrolment.rules import read_postcode
from pretraject.study import words
from pretraject.study.pages import bp
from pretraject.web.context import now
from pretraject.web.forms import TOO_LONG, WebForm
from pretraject.web.headers import unstored
from pretraject.web.i18n import _, _l
from pretraject.web.sessions import session

TYPED_LIMIT = 20


class PostcodeForm(WebForm):
    """A postcode in Belgium; it is posted, so that it stands in no address."""

    postcode = StringField(
        _l("Postcode of your address in Belgium"), validators=[Length(max=TYPED_LIMIT, message=TOO_LONG)]
    )

    def validate_postcode(self, field: Field) -> None:
        """Refuse what is no postcode."""
        if read_postcode(field.data or "") is None:
            raise ValidationError(_("Type the four digits of your postcode."))


@bp.route("/my/continue/", methods=["GET", "POST"])
@learner_required
@unstored
def continuing() -> ResponseReturnValue:
    """Show which agency goes on with people at a postcode; nothing is kept."""
    form = PostcodeForm()
    offers: Sequence[Offer] | None = None
    if form.sent():
        policy = find_policy(session)
        agencies = agencies_on(policy, legal_date(now())) if policy else []
        offers = offers_for(agencies, read_postcode(form.postcode.data or "") or "")
    page = render_template("study/continuing.html", form=form, offers=offers, words=words)
    return page, 422 if form.errors else 200


def noted_agency(session: Session, reader: Person, agencies: Sequence[Agency]) -> Agency | None:
    """Return the agency that a counsellor noted for the reader, while it is there."""
    noted = find_handover(session, reader)
    return next((one for one in agencies if noted and one.id == noted.agency), None)
