"""A question of an open test as a page asks it: its text, its answers, what is beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt, DrawnQuestion
from pretraject.assessment.queries import QuestionNotFoundError
from pretraject.catalogue import queries as catalogue
from pretraject.catalogue.questioning import asked_as, texts_of_test
from pretraject.catalogue.reading import OptionView, Passage, QuestionView
from pretraject.core.locales import SOURCE
from pretraject.study.answers import FIELD, Posted, posted_answer


@dataclass(frozen=True)
class Asked:
    """One question of an attempt.

    `given` is the answer to show as chosen, `places` that of a question to put in order
    while it is not whole. `shown` is the answer the page was made with. `beside` is the
    same question in Dutch and in the learner's second language, while the text in the
    page's language is a machine draft.
    """

    attempt: Attempt
    drawn: Sequence[DrawnQuestion]
    number: int
    title: Passage
    question: QuestionView
    options: Sequence[OptionView]
    given: Sequence[str]
    shown: str
    drafted: bool
    beside: Sequence[QuestionView]
    places: Mapping[str, str]

    @property
    def locale(self) -> str:
        """Return the language the question is asked in."""
        return self.question.text.locale

    @property
    def last(self) -> int:
        """Return the number of the last question."""
        return len(self.drawn)

    @property
    def answered(self) -> list[bool]:
        """Say of every question whether it has an answer."""
        return [one.answer is not None for one in self.drawn]

    def filled_in(self, form: MultiDict[str, str]) -> "Asked":
        """Return the same question as it was filled in, to show it again."""
        known = [option.id for option in self.options]
        posted = posted_answer(form, type_=self.question.type, options=known)
        given = [option for option in posted.ids if option in known]
        return replace(self, given=given, places=posted.places)


def ask(session: Session, attempt: Attempt, number: int, *, locale: str, second: str | None) -> Asked:
    """Return a question of an attempt, its options in the order drawn for this learner.

    Raises QuestionNotFoundError when the attempt has none of this number.
    """
    drawn = attempts.drawn(session, attempt)
    row = drawn_at(drawn, number, attempt)
    ids, others = [row.question_id], [SOURCE] + ([second] if second and second != SOURCE else [])
    texts = texts_of_test(session, attempt.module, attempt.release_id, ids, [locale, *others])
    question = texts.question(row.question_id, locale, second=second)
    drafted = locale != SOURCE and catalogue.is_draft(session, attempt.module, locale, ids)
    beside = [texts.question(row.question_id, other) for other in others] if drafted else []
    return Asked(
        attempt=attempt,
        drawn=drawn,
        number=number,
        title=texts.title(locale),
        question=question,
        options=in_order(question.options, row.option_order),
        given=row.answer or (),
        shown=",".join(row.answer or ()),
        drafted=drafted,
        beside=[
            replace(one, options=in_order(one.options, row.option_order))
            for one in beside
            if one.text.locale != question.text.locale
        ],
        places={},
    )


def in_order(options: Sequence[OptionView], order: Sequence[str]) -> list[OptionView]:
    """Return options in the order drawn for an attempt."""
    return sorted(options, key=lambda option: order.index(option.id))


def drawn_at(drawn: Sequence[DrawnQuestion], number: int, attempt: Attempt) -> DrawnQuestion:
    """Return the question at a place. Raises QuestionNotFoundError."""
    row = next((one for one in drawn if one.position == number), None)
    if row is None:
        raise QuestionNotFoundError(attempt.public_id, number)
    return row


def asked_in(session: Session, attempt: Attempt, row: DrawnQuestion, locale: str) -> tuple[str, bool]:
    """Return the language a question is asked in on a page, and whether it is a machine draft."""
    if locale == SOURCE:
        return SOURCE, False
    found = asked_as(session, attempt.module, attempt.release_id, row.question_id, locale)
    return (locale, found == "drafted") if found else (SOURCE, False)


def read_answer(form: MultiDict[str, str], row: DrawnQuestion) -> Posted | None:
    """Return the posted answer; None when it can be no answer to this question.

    Nothing chosen is an answer too: the question is left for later.
    """
    posted = posted_answer(form, type_=row.type, options=row.option_order)
    if row.type == "order":
        begun = any(posted.places.values()) or form.getlist(FIELD)
        return posted if posted.whole or not begun else None
    return posted if set(posted.ids) <= set(row.option_order) else None


def is_unchanged(posted: Posted, shown: str | None) -> bool:
    """Say whether the page was sent as it came.

    Such a page must not be saved: another tab may have given an answer since.
    """
    return shown is not None and ",".join(posted.ids) == shown
