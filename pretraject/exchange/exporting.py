"""Taking the events of a recipient out into a signed file, going on where an earlier try was stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pretraject.audit.actions import note
from pretraject.audit.rules import OPERATOR
from pretraject.completion import feed
from pretraject.completion.lines import pages_after
from pretraject.completion.restore_points import hash_at
from pretraject.completion.rules import cursor_of
from pretraject.core.chain import canonical
from pretraject.core.errors import ConflictError
from pretraject.core.ground import Ground
from pretraject.exchange.feed_files import FORMS
from pretraject.exchange.part_file import PartFile, Plan, Written
from pretraject.exchange.signing import signer

SCHEMA_VERSION = 1
"""Of the manifest and the lines; a reader refuses one it does not know."""


class OtherExportError(ConflictError):
    """An export to this file was interrupted that was asked for otherwise."""


class CutFeedError(ConflictError):
    """Events that have a place are gone from the database."""


@dataclass(frozen=True)
class Wish:
    """What an operator asks for."""

    path: Path
    recipient: str
    format: str
    after: str


@dataclass(frozen=True)
class Progress:
    """How far an export is: lines written of those there will be; since when, if it goes on."""

    count: int
    expected: int
    resumed_from: str | None = None


Tell = Callable[[Progress], None]


def export(ground: Ground, wish: Wish, *, tell: Tell) -> Written:
    """Write events with manifest and signature; return what is written.

    What it holds is settled at its beginning. Asked for again after an interruption it goes
    on from what is safely there; what no longer fits the feed, or was damaged, begins anew.
    Raises like `feed.place_of`, and OtherExportError, BusyError, CutFeedError.
    """
    at = ground.clock()
    feed.stamp_all(ground.database, at=at, recipient=wish.recipient)
    plan = _plan(ground, wish, at=at)
    file = PartFile(wish.path)
    with file.held():
        earlier = _earlier(ground, file, wish)
        if earlier is None:
            file.begin(plan, FORMS[plan.format].beginning)
        else:
            plan = earlier
        tell(Progress(file.written.count, plan.end - plan.begin, plan.made_at if earlier else None))
        if not file.written.is_whole:
            _write(ground, file, plan, tell=tell)
            _prove(ground, file, plan)
        file.publish()
    return file.written


def _plan(ground: Ground, wish: Wish, *, at: datetime) -> Plan:
    """Settle what an export that begins now is to hold."""
    with ground.database.reading() as session:
        begin = feed.place_of(session, wish.recipient, wish.after)
        end, _ = feed.end_of(session, wish.recipient)
        hash_before, head_hash = (hash_at(session, wish.recipient, place) for place in (begin, end))
    signer(ground.database, ground.vault, at=at)
    made_at = at.astimezone(UTC).isoformat(timespec="seconds")
    return Plan(wish.recipient, wish.format, wish.after, begin, hash_before, end, head_hash, made_at)


def _earlier(ground: Ground, file: PartFile, wish: Wish) -> Plan | None:
    """Take up an interrupted export and return what it is to hold; None when there is none to go on with."""
    begun = file.begun()
    if begun is None:
        return None
    plan, written = begun
    if (plan.recipient, plan.format, plan.after) != (wish.recipient, wish.format, wish.after):
        after = f" --after {plan.after}" if plan.after else ""
        raise OtherExportError(
            f"an interrupted export to {wish.path} waits to be finished: run it again as it was"
            f" (--recipient {plan.recipient} --format {plan.format}{after}),"
            f" or remove {file.state} to give it up"
        )
    with ground.database.reading() as session:
        places = {plan.end: plan.head_hash, written.seq: written.hash}
        fits = all(hash_at(session, plan.recipient, seq) == hash_ for seq, hash_ in places.items())
    return plan if fits and file.go_on(written) else None


def _write(ground: Ground, file: PartFile, plan: Plan, *, tell: Tell) -> None:
    """Write every line that is not written yet."""
    written = file.written
    cursor = cursor_of(written.seq, written.hash)
    pages = pages_after(ground.database, ground.vault, recipient=plan.recipient, cursor=cursor, end=plan.end)
    for page in pages:
        data = FORMS[plan.format].written(page)
        file.add(data, count=len(page), seq=page[-1]["seq"], hash_=page[-1]["hash"])
        tell(Progress(file.written.count, plan.end - plan.begin))
    file.save()
    if (file.written.seq, file.written.hash) != (plan.end, plan.head_hash):
        raise CutFeedError(
            f"the feed of {plan.recipient} does not reach place {plan.end}; run: pretraject verify"
        )


def _prove(ground: Ground, file: PartFile, plan: Plan) -> None:
    """Note which places are taken out, before anybody can read the file, and sign it."""
    at = ground.clock()
    with ground.database.writing() as session:
        note(
            session,
            actor=OPERATOR,
            action="completion.exported",
            at=at,
            recipient=plan.recipient,
            first=plan.begin + 1,
            last=plan.end,
        )
        session.commit()
    key = signer(ground.database, ground.vault, at=at)
    made_at = max(datetime.fromisoformat(plan.made_at), key.valid_from)
    manifest = canonical(_manifest(plan, file.written, key_id=key.kid, made_at=made_at)).encode()
    file.finish(manifest, key.sign(manifest))


def _manifest(plan: Plan, written: Written, *, key_id: str, made_at: datetime) -> dict[str, Any]:
    """Return what is signed. The moment is when the export began, or the key that signs it if younger."""
    has_lines = written.count > 0
    return {
        "schemaVersion": SCHEMA_VERSION,
        "recipient": plan.recipient,
        "format": plan.format,
        "count": written.count,
        "firstSeq": plan.begin + 1 if has_lines else None,
        "lastSeq": plan.end if has_lines else None,
        "bytes": written.size,
        "sha256": written.sha256,
        "hashBefore": plan.hash_before,
        "headHash": plan.head_hash,
        "cursorBefore": cursor_of(plan.begin, plan.hash_before),
        "cursorAfter": cursor_of(plan.end, plan.head_hash),
        "keyId": key_id,
        "software": f"pretraject {version('pretraject')}",
        "madeAt": made_at.isoformat(timespec="seconds"),
    }
