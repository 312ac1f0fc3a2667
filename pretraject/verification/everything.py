"""All checks in their order, each with what it looks at."""

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from pretraject.core.crypto import Vault
from pretraject.verification import attempts, completions, decisions, events, feeds, people, releases
from pretraject.verification.rulebook import Rulebook, policy_faults

Check = Callable[[Session, Rulebook], Iterator[str]]


def checks_with(vault: Vault) -> dict[str, Check]:
    """Return every check by what it looks at."""
    return {
        "rows that point at others": people.foreign_key_faults,
        "policies": policy_faults,
        "releases": releases.release_faults,
        "files and people": people.file_faults,
        "people joined": people.joined_faults,
        "sealed values": lambda session, _book: people.sealed_faults(session, vault),
        "tests": attempts.attempt_faults,
        "modules tested": completions.tested_faults,
        "tests without a fact": completions.untaken_faults,
        "modules followed": completions.followed_faults,
        "reading without a fact": completions.unfollowed_faults,
        "tracks": completions.track_faults,
        "people without a track": completions.uncompleted_faults,
        "decisions": decisions.decision_faults,
        "feed chains": feeds.feed_chain_faults,
        "events": events.event_faults,
        "what is not told": events.untold_faults,
        "receipts": decisions.receipt_faults,
        "restores": feeds.restore_faults,
        "audit chain": feeds.audit_faults,
    }
