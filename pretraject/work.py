"""What is due later: stamping the feed, taking up a new policy, forgetting old tries."""

from dataclasses import dataclass

from pretraject.accounts.tries import forget_tries
from pretraject.completion.feed import stamp_all
from pretraject.completion.policy_change import reevaluate_all
from pretraject.core.ground import Ground


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
