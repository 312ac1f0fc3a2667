"""The confirmation of a completed track, to print: in Dutch and in the learner's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from pretraject.accounts.login import current_account, learner_required
from pretraject.completion import queries as completions
from pretraject.completion.models import TrackCompletion
from pretraject.core.clock import legal_date
from pretraject.core.locales import SOURCE, Language, language_of
from pretraject.enrolment.queries import identifiers_of
from pretraject.study.pages import bp
from pretraject.study.reader import current_reader
from pretraject.study.words import assurance_words, track_words
from pretraject.web.context import page_language, vault
from pretraject.web.headers import unstored
from pretraject.web.i18n import _, copied, long_date, speaking
from pretraject.web.language import offered
from pretraject.web.sessions import session


@dataclass(frozen=True)
class Statement:
    """What a confirmation says, in one language."""

    language: Language
    title: str
    text: str
    rows: Sequence[tuple[str, str]]
    limits: Sequence[str]


@bp.get("/my/confirmation/<reference>/")
@learner_required
@unstored
def confirmation(reference: str) -> str:
    """Show a completion to its owner, ready to print."""
    reader = current_reader()
    completion = completions.get_completion(session, reader, reference)
    numbers = [number.value for number in identifiers_of(session, vault(), reader)]
    return render_template(
        "study/confirmation.html",
        completion=completion,
        statements=[statement(completion, numbers, language) for language in languages_of_it()],
    )


def languages_of_it() -> list[Language]:
    """Return Dutch and the learner's language: the page's, or that of the account on a Dutch page."""
    dutch = language_of(SOURCE)
    account = current_account()
    other = page_language()
    if other == dutch and account is not None:
        other = language_of(account.locale)
    return [dutch, other] if other != dutch and other in offered() else [dutch]


def statement(completion: TrackCompletion, numbers: Sequence[str], language: Language) -> Statement:
    """Return what the confirmation says in a language."""
    with speaking(language):
        return Statement(
            language=language,
            title=str(_("The course before civic integration is completed")),
            text=str(_("This confirms it for the person with the file number below.")),
            rows=rows_of(completion, numbers),
            limits=(
                str(_("This is not the official certificate of the test for civic orientation (MO).")),
                str(_("This is not a decision about a permit. An authority decides about that.")),
            ),
        )


def rows_of(completion: TrackCompletion, numbers: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is on record, as labels and values in the language being spoken."""
    files = Markup(", ").join(copied(number) for number in numbers)
    return [
        (str(_("Reference")), copied(completion.reference)),
        (str(_("File number")), files or str(_("no file is linked yet"))),
        (str(_("Course")), track_words(completion.track)),
        (str(_("Completed on")), long_date(legal_date(completion.completed_at))),
        (str(_("Taken")), assurance_words(completion.assurance)),
        (str(_("Judged by rule")), copied(completion.rule_version)),
    ]
