"""What a browser posts as an answer, in the form the domain takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from pretraject.core.digits import ascii_digits

FIELD = "answer"


@dataclass(frozen=True)
class Posted:
    """An answer as it was posted.

    `ids` are option ids, in the learner's order for a question that asks for one. `places`
    is what was chosen at each row of such a question, to show it again when it is not
    `whole`: a row without a place, or two rows with the same one.
    """

    ids: tuple[str, ...]
    places: dict[str, str]
    whole: bool


def posted_answer(form: MultiDict[str, str], *, type_: str, options: Sequence[str]) -> Posted:
    """Return what was posted for a question of this type with these options."""
    if type_ != "order":
        ids = tuple(form.getlist(FIELD))
        return Posted(ids, {}, whole=bool(ids))
    places = {option: ascii_digits(form.get(f"{FIELD}-{option}", "")).strip() for option in options}
    wanted = {str(place) for place in range(1, len(places) + 1)}
    if set(places.values()) != wanted:
        return Posted((), places, whole=False)
    return Posted(tuple(sorted(places, key=lambda option: int(places[option]))), places, whole=True)
