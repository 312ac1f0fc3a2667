"""What programs send and get. Field descriptions are the documentation: OpenAPI is made from them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

ITEMS_MAX = 1000
IDENTIFIERS_MAX = 100
EVENTS_MAX, EVENTS_DEFAULT = 1000, 500

Text = Annotated[str, StringConstraints(max_length=200)]
RequestId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
    Field(description="The client's own name for this request, such as a UUID."),
]
Kind = Literal["fileNumber", "insz"]


class Shape(BaseModel):
    """A part of a message: camelCase, nothing unknown, nothing guessed, no null."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Identifier(Shape):
    """A number a person is known by."""

    kind: Kind
    value: Text = Field(description="As it is written; spaces, separators and capitals do not matter.")


class EnrolmentItem(Shape):
    """What an authority says of one person. What is left out stays as it was."""

    file_number: Text = Field(description="The permit file number, unique per authority.")
    birth_date: Text | None = Field(
        None,
        description=(
            "`1990-05-17`; `1990-05-00` or `1990-00-00` when day or month are unknown. Needed for somebody"
            " new and to link a new file number; never changed afterwards."
        ),
    )
    group: Text | None = Field(None, description="`labour`, `family` or `partner`. Needed for somebody new.")
    competent_region: Text | None = Field(
        None, description="The region competent for the permit, such as `flanders`. Needed for somebody new."
    )
    language: Text | None = Field(None, description="The person's language, a BCP 47 tag.")
    permit_expiry: Text | None = Field(None, description="`yyyy-MM-dd`.")
    arrival_date: Text | None = Field(None, description="`yyyy-MM-dd`.")
    exemption: Text | None = Field(
        None, description="Why the person is exempt, a word of the policy; `none` ends an exemption."
    )
    withdrawn: bool | None = Field(None, description="Whether the enrolment is withdrawn.")
    add_identifiers: Annotated[list[Identifier], Field(max_length=10)] | None = Field(
        None,
        description=(
            "Further numbers of the same person: an INSZ, or the file number before or after a renewal. A"
            " number that is known already says that both files are of one person."
        ),
    )
    end_identifiers: Annotated[list[Identifier], Field(max_length=10)] | None = Field(
        None, description="Numbers no longer in use. The person is still found by them."
    )
    new_access_code: bool | None = Field(
        None,
        description="Order another access code: the one before and the sign-in opened with it end at once.",
    )


class EnrolmentsRequest(Shape):
    """A batch of people."""

    request_id: RequestId
    items: Annotated[list[EnrolmentItem], Field(min_length=1, max_length=ITEMS_MAX)]


class ItemIssue(Shape):
    """Why an item was rejected."""

    field: str
    code: Literal[
        "missing",
        "unreadable",
        "unknown",
        "future",
        "duplicate",
        "birthDateDiffers",
        "identifierInUse",
        "unknownIdentifier",
    ]
    detail: str = Field(description="In English, for people. Never a number or a date of the person.")


class EnrolmentOutcome(Shape):
    """What became of an item."""

    position: int = Field(description="Its place in the request, from 0.", ge=0)
    outcome: Literal["accepted", "unchanged", "rejected"]
    created: bool | None = Field(None, description="Whether the person is new here.")
    access_code: str | None = Field(
        None, description="For the letter to the person. Given this once: it is stored nowhere in clear."
    )
    issues: list[ItemIssue] | None = None


class EnrolmentsResponse(Shape):
    """What became of a batch."""

    request_id: RequestId
    replayed: bool = Field(
        description="Whether this request was answered before. Its codes are not given again: order new ones."
    )
    accepted: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    rejected: int = Field(ge=0)
    items: list[EnrolmentOutcome]


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


class TokenRequest(Shape):
    """RFC 6749 section 4.4 with RFC 7523 section 2.2, as a form."""

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, StringConstraints(min_length=1, max_length=8192)] = Field(
        description=(
            "A JWT signed with a key of the client: iss = sub = the client's name, aud = this address or the"
            " site's, exp at most five minutes ahead, jti used once; header alg and kid."
        )
    )
    scope: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="Separated by spaces; by default all the client has."
    )
    client_id: Annotated[str, StringConstraints(max_length=64)] | None = None

    model_config = ConfigDict(alias_generator=None)


class TokenResponse(Shape):
    """A token of ten minutes."""

    model_config = ConfigDict(alias_generator=None)

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class Issue(Shape):
    """What is wrong in one place of a request."""

    type: str
    in_: Literal["body", "query", "header"] = Field(alias="in")
    name: str
    detail: str


class Problem(Shape):
    """A refusal (RFC 9457). `type` is a URN that never changes."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    issues: list[Issue] | None = None


def moment(at: datetime) -> datetime:
    """Return a moment as it is told: to the second."""
    return at.replace(microsecond=0)
