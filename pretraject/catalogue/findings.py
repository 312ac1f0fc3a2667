"""What a check found: faults, which stop a release, and advice, which does not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pretraject.core.errors import Fault


@dataclass
class Findings:
    """Collects faults and advice, so that a check can tell them all at once."""

    faults: list[Fault] = field(default_factory=list)
    advice: list[Fault] = field(default_factory=list)

    def fault(self, file: str, line: int | None, problem: str, cure: str) -> None:
        """Note what must be put right."""
        self.faults.append(Fault(file, line, problem, cure))

    def advise(self, file: str, line: int | None, problem: str, cure: str) -> None:
        """Note what would be better."""
        self.advice.append(Fault(file, line, problem, cure))

    def add(self, faults: Iterable[Fault]) -> None:
        """Take in faults that were found elsewhere."""
        self.faults.extend(faults)

    def sort(self) -> None:
        """Put everything into reading order."""
        for found in (self.faults, self.advice):
            found.sort(key=lambda fault: (fault.file, fault.line or 0, fault.problem))
