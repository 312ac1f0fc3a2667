"""Who goes on with people after they arrive: which agency for which postcode, on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pretraject.enrolment.policy import Agency, Policy, Task
from pretraject.enrolment.rules import read_postcodes

TRAJECTORY: Task = "trajectory"
"""The course and everything round it: who does this takes a person over."""


@dataclass(frozen=True)
class Offer:
    """An agency and what it does for people with a postcode."""

    agency: Agency
    tasks: Sequence[Task]


def agencies_on(policy: Policy, day: date) -> list[Agency]:
    """Return the agencies that are there on a day."""
    return [one for one in policy.agencies if one.from_ <= day and (one.until is None or day <= one.until)]


def offers_for(agencies: Iterable[Agency], postcode: str) -> list[Offer]:
    """Return who does what for people with a postcode; each task is done by the first that does it.

    Who takes people over comes first. Nothing for a postcode outside Flanders and Brussels.
    """
    taken: set[Task] = set()
    offers = []
    for agency in agencies:
        tasks = [task for task in agency.tasks if task not in taken]
        if tasks and _serves(agency, postcode):
            taken.update(tasks)
            offers.append(Offer(agency, tasks))
    return sorted(offers, key=lambda offer: TRAJECTORY not in offer.tasks)


def taking_over(offers: Iterable[Offer]) -> Agency | None:
    """Return the agency that takes a person over: the one that does the whole trajectory."""
    return next((offer.agency for offer in offers if TRAJECTORY in offer.tasks), None)


def _serves(agency: Agency, postcode: str) -> bool:
    ranges = (read_postcodes(text) for text in agency.postcodes)
    return any(one is not None and int(postcode) in one for one in ranges)
