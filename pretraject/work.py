"""What is due later: stamping the feed, taking up a new policy, dropping what is kept no longer."""

import logging
from dataclasses import dataclass

from pretraject.accounts.tries import forget_tries
from pretraject.completion.feed import stamp_all
from pretraject.completion.policy_change import reevaluate_all
from pretraject.core.ground import Ground
from pretraject.privacy.erasures import erase_again
from pretraject.privacy.retention import apply, is_clock_plausible

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkDone:
    """What one round did."""

    stamped: int
    reevaluated: int


def work_round(ground: Ground) -> WorkDone:
    """Do everything that is due, each part in transactions of its own."""
    at = ground.clock()
    reevaluated = reevaluate_all(ground.database, at=at)
    stamped = stamp_all(ground.database, at=at)
    with ground.database.writing() as session:
        forget_tries(session, at=at)
        session.commit()
    return WorkDone(stamped, reevaluated)


def work_of_a_day(ground: Ground) -> int:
    """Drop what is past its term and erase again who came back; return how much went.

    Nothing when the clock seems to have leapt: then somebody has to look (docs/operations.md).
    """
    at = ground.clock()
    with ground.database.reading() as session:
        if not is_clock_plausible(session, at=at):
            log.warning("nothing is dropped: the clock is far from all that is known")
            return 0
    with ground.database.writing() as session:
        again = len(erase_again(session, at=at))
        session.commit()
    return again + sum(count for _name, count in apply(ground.database, at=at))
