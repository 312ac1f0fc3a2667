"""What programs send to enrol people, and what they get; the descriptions are the documentation."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pretraject.exchange.schemas import ITEMS_MAX, Identifier, Shape, Text

RequestId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
    Field(description="The client's own name for this request, such as a UUID."),
]


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
