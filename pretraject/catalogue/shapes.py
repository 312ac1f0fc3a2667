"""The shape of every content file; fields stand in the order in which they are written."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Theme = Literal[
    "mobility",
    "country-and-town",
    "public-services",
    "education",
    "family",
    "health-care",
    "housing",
    "work",
    "leisure",
    "residence",
    "consumption",
    "values",
    "institutions",
    "history",
    "migration",
]
QuestionType = Literal["single", "multiple", "true-false", "order"]
Kind = Literal["values", "practical"]
Use = Literal["test", "practice"]
Severity = Literal["wording", "meaning", "answer"]

TRUE_FALSE = ("right", "wrong")
"""Option ids of a true-false question; their words belong to the interface."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^\S(.*\S)?$")]
Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}-[0-9]{3}$")]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-e]$")]
MediaName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9][a-z0-9-]*\.(svg|webp)$")]
HttpsUrl = Annotated[str, StringConstraints(max_length=500, pattern=r"^https://[^\s/]+\S*$")]
Print = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Minutes = Annotated[int, Field(ge=1, le=600)]


class Shape(BaseModel):
    """Base of all shapes: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DrawShape(Shape):
    """How many questions of each kind a module's test draws."""

    values: int = Field(ge=0, le=100)
    practical: int = Field(ge=0, le=100)


class ModuleShape(Shape):
    """`module.yaml`."""

    title: Line
    summary: Line
    themes: list[Theme] = Field(min_length=1)
    minutes: Minutes
    lessons: list[Slug] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    draw: DrawShape | None = None


class PictureShape(Shape):
    """The picture of a lesson."""

    file: MediaName
    alt: Line
    caption: Line


class SourceShape(Shape):
    """Where a lesson's facts can be read."""

    title: Line
    url: HttpsUrl


class LessonShape(Shape):
    """The front matter of a lesson."""

    title: Line
    minutes: Minutes
    objectives: list[Line] = Field(min_length=1)
    picture: PictureShape | None = None
    sources: list[SourceShape] = Field(min_length=1)
    checked: date


class OptionShape(Shape):
    """One possible answer."""

    id: OptionId
    text: Line


class QuestionShape(Shape):
    """One question of `questions.yaml`."""

    id: QuestionId
    lesson: Slug
    theme: Theme
    kind: Kind
    use: Use
    type: QuestionType
    text: Line
    options: list[OptionShape] | None = None
    key: list[str]
    explanation: Line
    pilot: bool = False

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Return the ids a learner can choose from."""
        if self.type == "true-false":
            return TRUE_FALSE
        return tuple(option.id for option in self.options or ())


class ChangeShape(Shape):
    """One entry of `changes.yaml`: how much an edit since the last release weighs."""

    context: str
    source: Print
    severity: Severity
    on: date
    note: Line


class _FactShape(Shape):
    """What all facts have besides kind and value."""

    region: Literal["belgium", "flanders", "brussels"]
    source: Line
    grade: Literal["S", "K", "I"]
    checked: date
    review: date


class DateFact(_FactShape):
    """A day."""

    kind: Literal["date"]
    value: date


class YearFact(_FactShape):
    """A year of the common era."""

    kind: Literal["year"]
    value: int = Field(ge=1, le=2200)


class NumberFact(_FactShape):
    """A number or, as `money`, an amount in euro."""

    kind: Literal["number", "money"]
    value: int | float


class PhoneFact(_FactShape):
    """A telephone number, to be copied digit by digit."""

    kind: Literal["phone"]
    value: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ]*$", max_length=20)]


FactShape = Annotated[DateFact | YearFact | NumberFact | PhoneFact, Field(discriminator="kind")]


class Signature(Shape):
    """Who did it, and when."""

    by: Line
    on: date


class SegmentState(Shape):
    """What was decided about one translated text, valid for exactly these two texts."""

    context: str
    source: Print
    text: Print
    drafted: Signature | None = None
    reviewed: Signature | None = None


class KeyState(Shape):
    """The answers a second reader chose with only the translation before them."""

    question: QuestionId
    source: Print
    text: Print
    chosen: list[str] = Field(min_length=1)
    by: Line
    on: date


class StateShape(Shape):
    """`<module>.state.yaml`."""

    segments: list[SegmentState]
    keys: list[KeyState]


_FACT_ORDER = ("kind", "value", "region", "source", "grade", "checked", "review")


def plain(shape: Shape) -> dict[str, Any]:
    """Return a shape as it is written: fields in order, without those left at their default."""
    found: dict[str, Any] = {}
    names = _FACT_ORDER if isinstance(shape, _FactShape) else type(shape).model_fields
    for name in names:
        value = getattr(shape, name)
        if value != type(shape).model_fields[name].default:
            found[name] = _plain_value(value)
    return found


def _plain_value(value: Any) -> Any:
    if isinstance(value, Shape):
        return plain(value)
    if isinstance(value, list):
        return [_plain_value(item) for item in value]
    return value
