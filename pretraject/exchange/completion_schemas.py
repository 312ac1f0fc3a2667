"""What programs send to learn of completions, and what they get; the descriptions are the documentation."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from pretraject.exchange.schemas import ITEMS_MAX, Identifier, Shape, Text

IDENTIFIERS_MAX = 100
EVENTS_MAX, EVENTS_DEFAULT = 1000, 500


class QueryIdentifier(Identifier):
    """A number to look for."""

    issuer: Text | None = Field(
        None, description="Which authority gave the file number; by default the client's own."
    )


class CompletionsQuery(Shape):
    """Whose status is asked."""

    identifiers: Annotated[list[QueryIdentifier], Field(min_length=1, max_length=IDENTIFIERS_MAX)]


class CompletionStatus(Shape):
    """How one person stands. A human decides; no item at all means "no linked data", never more."""

    identifiers: list[QueryIdentifier] = Field(description="Those of the query that are this person's.")
    status: Literal["completed", "exempt", "notCompleted", "revoked", "undetermined"] = Field(
        description="`undetermined`: what was completed is disputed, or no enrolment holds."
    )
    obligation: Literal["required", "voluntary"]
    due_on: date | None = None
    as_of: AwareDatetime
    completed_on: date | None = None
    track: str
    rule_version: str = Field(
        description="The rule it was judged by; the one in force when nothing is completed."
    )
    assurance: Literal["unsupervised", "supervised"] | None = None
    certificate_reference: str | None = None


class CompletionsResponse(Shape):
    """The status of everybody who was found."""

    items: list[CompletionStatus]


class EventsQuery(Shape):
    """Where to go on in the feed."""

    after: Annotated[str, StringConstraints(max_length=64)] = Field(
        "", description="The cursor of the last event that is known; without it from the beginning."
    )
    limit: Annotated[int, Field(ge=1, le=EVENTS_MAX)] = Field(
        EVENTS_DEFAULT, description="How many events at most."
    )


class Event(Shape):
    """Something that was completed, decided or erased. Its payload depends on its `type`.

    `hash` is the SHA-256, in hex, of the canonical JSON of
    [previousHash, recipient, seq, payload, salt]: keys sorted, no white space, UTF-8. The payload
    is every member but id, seq, type, fileNumbers, disputed, salt, previousHash, hash and cursor.
    """

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Stable, unique in the feed.")
    seq: int = Field(description="Its place, from 1, without gaps.", ge=1)
    type: str = Field(
        description=(
            "`completed`, `corrected`, `revoked`, `exempted`, `exemptionEnded`, `objectionClosed` or"
            " `subjectErased`; others may follow."
        )
    )
    file_numbers: list[str] = Field(
        description=(
            "All file numbers of the person, newest first, that of another authority as `issuer:number`."
            " Joined now; empty for who was erased."
        )
    )
    status: str | None = Field(None, description="How the person stands after it.")
    track: str | None = None
    completed_on: str | None = Field(None, description="`yyyy-MM-dd`, of what was completed or corrected.")
    rule_version: str | None = None
    assurance: str | None = None
    reference: str | None = Field(None, description="Of the completion, or of the decision.")
    disputed: bool | None = Field(
        None, description="Only when true: made under a sign-in that is disputed by now."
    )
    salt: str
    previous_hash: str
    hash: str
    cursor: str = Field(description="To go on after this event.")


class Head(Shape):
    """The end of the feed, signed."""

    seq: int = Field(ge=0)
    hash: str
    cursor: str
    signed: str = Field(
        description=(
            "A compact JWS (Ed25519) over recipient, seq, hash and moment; keys: /.well-known/jwks.json."
        )
    )


class EventsResponse(Shape):
    """The next events, gapless, in order."""

    items: list[Event]
    cursor: str = Field(description="To go on after the last of these, now or later; it holds the chain.")
    head: Head
    self_: str = Field(alias="self")
    next: str | None = Field(None, description="Where more is waiting already.")


class ReceiptItem(Shape):
    """What the recipient did with an event."""

    event_id: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    status: Literal["accepted", "rejected"]
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] | None = Field(
        None, description="Why it was rejected, a word of the recipient's. Needed then, and only then."
    )


class ReceiptsRequest(Shape):
    """A batch of receipts."""

    items: Annotated[list[ReceiptItem], Field(min_length=1, max_length=ITEMS_MAX)]


class ReceiptOutcome(Shape):
    """What became of a receipt."""

    position: int = Field(ge=0)
    outcome: Literal["stored", "unchanged", "rejected"]
    issues: list["ReceiptIssue"] | None = None


class ReceiptIssue(Shape):
    """Why a receipt was not stored."""

    field: str
    code: Literal["unknownEvent", "missing", "unexpected"]
    detail: str


class ReceiptsResponse(Shape):
    """What became of a batch of receipts; sending it again changes nothing."""

    items: list[ReceiptOutcome]
