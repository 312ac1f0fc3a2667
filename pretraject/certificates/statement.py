"""The confirmation of a completed track: what it says, in Dutch and in the person's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pretraject.certificates.words import assurance_words, track_words
from pretraject.completion.models import TrackCompletion
from pretraject.completion.status import Status
from pretraject.core.clock import legal_date
from pretraject.core.locales import SOURCE, Language, language_of
from pretraject.web.i18n import _, copied, long_date, speaking
from pretraject.web.language import offered


@dataclass(frozen=True)
class Confirmed:
    """What is confirmed."""

    reference: str
    track: str
    completed_on: date
    assurance: str
    rule_version: str


@dataclass(frozen=True)
class Statement:
    """What a confirmation says, in one language."""

    language: Language
    title: str
    text: str
    rows: Sequence[tuple[str, str]]
    limits: Sequence[str]


def confirmed_by(completion: TrackCompletion) -> Confirmed:
    """Return what a completion confirms."""
    return Confirmed(
        completion.reference,
        completion.track,
        legal_date(completion.completed_at),
        completion.assurance,
        completion.rule_version,
    )


def confirmed_now(status: Status) -> Confirmed | None:
    """Return what a status confirms; None while it does not say that a track is completed."""
    if status.word != "completed" or not (status.reference and status.completed_on and status.assurance):
        return None
    return Confirmed(
        status.reference, status.track, status.completed_on, status.assurance, status.rule_version
    )


def statements_of(
    confirmed: Confirmed, numbers: Sequence[str], *, beside: Language | None
) -> list[Statement]:
    """Return the confirmation in Dutch, and beside it in another language the site is offered in."""
    dutch = language_of(SOURCE)
    languages = [dutch, beside] if beside and beside != dutch and beside in offered() else [dutch]
    return [_statement(confirmed, numbers, language) for language in languages]


def _statement(confirmed: Confirmed, numbers: Sequence[str], language: Language) -> Statement:
    with speaking(language):
        return Statement(
            language=language,
            title=str(_("The course before civic integration is completed")),
            text=str(_("This confirms it for the person with the file number below.")),
            rows=_rows(confirmed, numbers),
            limits=(
                str(_("This is not the official certificate of the test for civic orientation (MO).")),
                str(_("This is not a decision about a permit. An authority decides about that.")),
            ),
        )


def _rows(confirmed: Confirmed, numbers: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is on record, as labels and values in the language being spoken."""
    files = Markup(", ").join(copied(number) for number in numbers)
    return [
        (str(_("Reference")), copied(confirmed.reference)),
        (str(_("File number")), files or str(_("no file is linked yet"))),
        (str(_("Course")), track_words(confirmed.track)),
        (str(_("Completed on")), long_date(confirmed.completed_on)),
        (str(_("Taken")), assurance_words(confirmed.assurance)),
        (str(_("Judged by rule")), copied(confirmed.rule_version)),
    ]
