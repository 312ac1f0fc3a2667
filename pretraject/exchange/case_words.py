"""What case workers read, in words that hold before a court: what is on record, since when, by which rule."""

from collections.abc import Sequence

from pretraject.certificates.words import assurance_words
from pretraject.completion import rules
from pretraject.completion.decisions import Wanted
from pretraject.completion.models import Decision, Receipt
from pretraject.completion.status import Status
from pretraject.core.clock import LEGAL_ZONE
from pretraject.enrolment.models import Enrolment
from pretraject.exchange.rule_words import exemption_names, setting_words, track_words, value_lines
from pretraject.web.i18n import _, listed, long_date, long_moment

__all__ = ["assurance_words", "track_words", "value_lines"]

SECOND_PAIR, REFUSED_RECEIPT, OBJECTION = "second-pair-of-eyes", "receipt-refused", "objection"


def reasons() -> list[tuple[str, str]]:
    """Return why a case worker may look at somebody."""
    return [
        ("permit", str(_("Decision on a permit or its renewal"))),
        ("question", str(_("Question of the person or their employer"))),
        ("complaint", str(_("Complaint or appeal"))),
        ("quality", str(_("Quality check"))),
    ]


def reason_words(reason: str) -> str:
    """Say why somebody looks."""
    others = {
        SECOND_PAIR: _("Second pair of eyes"),
        REFUSED_RECEIPT: _("An authority refused what it was told"),
        OBJECTION: _("The person objected"),
    }
    return str((dict(reasons()) | others).get(reason, reason))


def status_words(status: Status) -> str:
    """Say how somebody stands at a moment, in one sentence."""
    there = status.as_of.astimezone(LEGAL_ZONE)
    at = f"{long_date(there.date())}, {there:%H:%M}"
    return str(_("On record at %(moment)s (Belgian time): %(fact)s", moment=at, fact=fact_words(status)))


def fact_words(status: Status) -> str:
    """Say what is on record."""
    fact = status.fact
    day = long_date(fact.completed_on) if fact.completed_on else ""
    assurance = assurance_words(fact.assurance) if fact.assurance else ""
    about = {"day": day, "rule": fact.rule_version, "assurance": assurance}
    texts = {
        "completed": _("completed on %(day)s, under rule %(rule)s, %(assurance)s.", **about),
        "revoked": _(
            "a completion of %(day)s was recorded and has been revoked. It no longer counts.", day=day
        ),
        "exempt": _("exempt from the course (%(ground)s).", ground=exemption_words(status.exemption)),
        "notCompleted": _("no completion. The course is not completed so far."),
        "undetermined": _("no enrolment that holds. Nothing can be said about a completion."),
    }
    if status.disputed:
        return str(
            _(
                "not determined. A completion of %(day)s was recorded, under rule %(rule)s, %(assurance)s,"
                " but the sign-in it was made with is disputed.",
                **about,
            )
        )
    return str(texts[status.word])


def obligation_words(status: Status) -> str:
    """Say whether the course is a duty, and by when."""
    if status.obligation == "voluntary":
        return str(_("No duty: the course is voluntary for this person"))
    if status.due_on is None:
        return str(_("A duty; the term begins at arrival, and no arrival is known"))
    return str(_("A duty, to be met by %(day)s", day=long_date(status.due_on)))


def consequence_words(status: Status) -> str:
    """Say what follows for the permit under the rule in force."""
    if status.judging.consequence == "none":
        return str(_("None under the rule in force today"))
    return str(_("No renewal of the work permit when the duty is not met"))


def enrolment_words(enrolment: Enrolment | None) -> str:
    """Say on what the person is known."""
    if enrolment is None:
        return str(_("No enrolment that holds"))
    day = long_date(enrolment.enrolled_at.astimezone(LEGAL_ZONE).date())
    return str(_("Enrolled on %(day)s by %(issuer)s", day=day, issuer=enrolment.issuer))


def exemption_words(exemption: str | None) -> str:
    """Name the ground of an exemption."""
    return exemption_names().get(exemption or "", exemption or "")


def assumption_words(assumptions: Sequence[str]) -> str:
    """Name what the decree has not fixed yet and a rule assumes."""
    return listed([setting_words(one) for one in assumptions])


def decision_words(decision: Decision | Wanted) -> str:
    """Say what a decision says, settled or not."""
    if decision.kind == rules.CORRECTION and decision.completed_on and decision.assurance:
        return str(
            _(
                "Correction: completed on %(day)s, %(assurance)s",
                day=long_date(decision.completed_on),
                assurance=assurance_words(decision.assurance),
            )
        )
    if decision.kind == rules.REVOCATION:
        return str(_("Revocation: what was completed no longer counts"))
    if decision.exemption:
        return str(_("Exemption: %(ground)s", ground=exemption_words(decision.exemption)))
    return str(_("End of the exemption"))


def outcome_words(decision: Decision) -> str:
    """Say what came of a proposal, when and by whom."""
    if decision.settled_at is None:
        return str(_("Waits for a second person"))
    given = {"moment": long_moment(decision.settled_at), "member": decision.settled_by}
    texts = {
        "confirmed": _("Confirmed on %(moment)s by staff member %(member)s", **given),
        "refused": _("Refused on %(moment)s by staff member %(member)s", **given),
        "withdrawn": _("Withdrawn on %(moment)s by staff member %(member)s", **given),
    }
    return str(texts[decision.outcome or ""])


def kind_of(decision: Decision) -> str:
    """Return what kind of proposal a decision is, as an address has it."""
    return "exemption-end" if decision.kind == rules.EXEMPTION and not decision.exemption else decision.kind


def receipt_words(receipt: Receipt) -> str:
    """Say what a recipient said of an event, and what was made of a refusal."""
    moment = long_moment(receipt.received_at)
    if receipt.status == "accepted":
        return str(_("accepted on %(moment)s", moment=moment))
    if receipt.handled_at is None:
        return str(_("refused on %(moment)s with code %(code)s", moment=moment, code=receipt.code))
    return str(_("refused on %(moment)s with code %(code)s, handled since", moment=moment, code=receipt.code))


def answer_words(outcome: str) -> str:
    """Say how an objection was answered."""
    texts = {"upheld": _("The person is right"), "refused": _("The objection is refused")}
    return str(texts[outcome])


def event_words(kind: str) -> str:
    """Say what a recipient is told of."""
    texts = {
        rules.COMPLETED: _("Completed"),
        rules.CORRECTED: _("Corrected"),
        rules.REVOKED: _("Revoked"),
        rules.EXEMPTED: _("Exempted"),
        rules.EXEMPTION_ENDED: _("Exemption ended"),
        rules.OBJECTION_CLOSED: _("Objection answered"),
        rules.ERASED: _("Person erased"),
    }
    return str(texts.get(kind, kind))


def kind_words(kind: str) -> str:
    """Name a kind of proposal, as an address has it or as it is stored."""
    names = {
        "correction": _("Correction"),
        "revocation": _("Revocation"),
        "exemption": _("Exemption"),
        "exemption-end": _("End of the exemption"),
    }
    return str(names[kind])
