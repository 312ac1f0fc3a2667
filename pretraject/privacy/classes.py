"""The classes of data: why each is kept, for how long, and what becomes of it.

They stand in `retention.yaml` beside this module. Every table is in exactly one class. A
class without `days` has no term of its own. A term graded `assumption` is ours, until the
department that runs the site decides otherwise.
"""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pretraject.catalogue.validation import validate
from pretraject.catalogue.yaml_source import read_yaml
from pretraject.core.errors import FaultyFilesError

RETENTION_FILE = Path(__file__).with_name("retention.yaml")


class DataClass(BaseModel):
    """Data that are kept on the same ground, for the same time."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str
    tables: list[str]
    holds: str
    ground: str
    days: Annotated[int, Field(ge=1, le=36500)] | None = None
    since: str | None = None
    then: str
    grade: Literal["certain", "assumption"]

    @property
    def term(self) -> timedelta | None:
        """Return how long after `since` it is kept."""
        return None if self.days is None else timedelta(days=self.days)


class _File(BaseModel):
    """The file as a whole."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    classes: list[DataClass]


@lru_cache(maxsize=1)
def data_classes() -> dict[str, DataClass]:
    """Return the classes by name, in the order of the file. Raises FaultyFilesError."""
    document = read_yaml(RETENTION_FILE.name, RETENTION_FILE.read_text(encoding="utf-8"))
    stated = None if document.faults else validate(document, _File, document.value)
    if document.faults or not isinstance(stated, _File):
        raise FaultyFilesError(document.faults)
    return {one.name: one for one in stated.classes}


def days_of(name: str) -> int:
    """Return the term of a class that has one, in days."""
    days = data_classes()[name].days
    if days is None:
        raise ValueError(f"{name} has no term")
    return days
