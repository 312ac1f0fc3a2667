"""What doors are handed to read: texts in a language, each saying which language it is in."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup


@dataclass(frozen=True)
class Passage:
    """A text as sanitised HTML, and the locale it is in: not always the page's."""

    html: Markup
    locale: str

    @property
    def text(self) -> str:
        """Return the text without markup, for titles and attributes."""
        return self.html.striptags()


@dataclass(frozen=True)
class Draw:
    """How many questions of each kind a test draws."""

    values: int
    practical: int


@dataclass(frozen=True)
class ModuleCard:
    """A module in a list."""

    slug: str
    title: Passage
    summary: Passage
    minutes: int
    lesson_count: int
    locale: str
    draft: bool


@dataclass(frozen=True)
class LessonCard:
    """A lesson in the outline of its module."""

    slug: str
    title: Passage
    minutes: int
    position: int


@dataclass(frozen=True)
class ModuleView:
    """A module with its outline; `languages` are the locales it is offered in."""

    slug: str
    title: Passage
    summary: Passage
    minutes: int
    lessons: list[LessonCard]
    languages: list[str]
    release_id: int
    draft: bool


@dataclass(frozen=True)
class PictureView:
    """A lesson's picture; `src` is its root-relative address, which never changes content."""

    src: str
    alt: Passage
    caption: Passage


@dataclass(frozen=True)
class SourceLink:
    """Where a lesson's facts can be read; the title is in the source's own language."""

    title: str
    url: str


@dataclass(frozen=True)
class OptionView:
    """A possible answer; its text is empty for `right` and `wrong`."""

    id: str
    text: Passage


@dataclass(frozen=True)
class QuestionView:
    """A question without its key; `changed_on` is when its Dutch was changed, where the text is older."""

    id: str
    kind: str
    use: str
    type: str
    theme: str
    lesson: str
    pilot: bool
    text: Passage
    options: list[OptionView]
    explanation: Passage
    changed_on: date | None = None

    def option(self, option_id: str) -> OptionView:
        """Return the option with this id; KeyError when the question has no such option."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


@dataclass(frozen=True)
class LessonView:
    """A lesson, ready to be shown; `locale` is the language of most of its body.

    `changed_on` is when its Dutch was changed last, where a text is older than that; `mixed`
    says that a part is held back and shown in another language.
    """

    module: ModuleView
    card: LessonCard
    objectives: list[Passage]
    body: Markup
    locale: str
    picture: PictureView | None
    sources: list[SourceLink]
    checked_on: date
    previous: LessonCard | None
    next: LessonCard | None
    draft: bool
    practice: list[QuestionView]
    changed_on: date | None
    mixed: bool


@dataclass(frozen=True)
class BankItem:
    """What drawing a test needs to know of a question."""

    id: str
    type: str
    kind: str
    theme: str
    pilot: bool
    options: tuple[str, ...]
