"""What programs send and get, as far as all messages share it: OpenAPI is made from the descriptions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

ITEMS_MAX = 1000
"""How many things one message may be about."""

Text = Annotated[str, StringConstraints(max_length=200)]
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
