"""What can go wrong in the domain; `web.errors` turns each kind into an answer."""

from dataclasses import dataclass


class AppError(Exception):
    """A refusal the domain foresees; its text is for the log, never for a visitor."""


class NotFoundError(AppError):
    """The thing does not exist, or not for this person."""


class NotAllowedError(AppError):
    """The person may not do this."""


class ConflictError(AppError):
    """The request contradicts what is already stored."""


class InvalidError(AppError):
    """The input is not of the required form."""


class TooManyError(AppError):
    """Too many tries; later it may work again."""


@dataclass(frozen=True)
class Fault:
    """One fault in a file: where it is, what is wrong, how to put it right."""

    file: str
    line: int | None
    problem: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem} — {self.cure}"


class FaultyFilesError(AppError):
    """Files were refused; holds every fault found, in reading order."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults
