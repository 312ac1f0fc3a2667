"""The document programs are written from: OpenAPI 3.0, made from the schemas themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from pretraject.exchange.clients import COMPLETIONS, ENROLMENTS, RECEIPTS, SCOPES
from pretraject.exchange.completion_schemas import (
    CompletionsQuery,
    CompletionsResponse,
    EventsQuery,
    EventsResponse,
    ReceiptsRequest,
    ReceiptsResponse,
)
from pretraject.exchange.enrolment_schemas import EnrolmentsRequest, EnrolmentsResponse
from pretraject.exchange.gate import FORM, JSON, TRACE_HEADER
from pretraject.exchange.schemas import Problem, TokenRequest, TokenResponse
from pretraject.web.problems import MEDIA_TYPE

VERSION = "1.0.0"
REF = "#/components/schemas/{model}"
TOKEN_PATH = "/oauth2/token"  # noqa: S105 — an address
PROBLEMS = {
    400: "The request is not of the required form; `issues` says where.",
    401: "There is no token, or it ended or was revoked; get another one.",
    403: "The token lacks the scope.",
    409: "The request contradicts what is there; see the description.",
    413: "The body is too large; send smaller batches.",
    415: "The body is in another format.",
    503: "The database cannot be used now; try again after `Retry-After` seconds.",
}
INTRODUCTION = """\
Enrolments in, completions out, receipts back. A client proves itself with its own key at the token
endpoint (OAuth 2.0 client credentials, private_key_jwt) and sends the token as `Authorization: Bearer`.

Follow the feed: ask for events after the last cursor you hold, keep what you got, then the cursor; then
send receipts. Asking again is harmless. A 409 says that the feed was restored from a back-up: drop what
you hold after `lastCommonCursor` (empty: everything) and go on from there.

An answer that never came may have been acted on: send the same request again, with the same `requestId`.
No number of a person ever stands in an address. An empty result means "no linked data", never
"not completed".
"""


@dataclass(frozen=True)
class Operation:
    """One address with one method: what it takes, gives, needs and may refuse."""

    path: str
    method: str
    id: str
    summary: str
    description: str
    answer: type[BaseModel]
    problems: Sequence[int]
    takes: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    form: bool = False
    scope: str | None = None
    tags: Sequence[str] = field(default=())


OPERATIONS = (
    Operation(
        TOKEN_PATH,
        "post",
        "getToken",
        "Get a token",
        "RFC 6749 section 4.4 with RFC 7523. Errors are problems that also have RFC 6749's `error`.",
        TokenResponse,
        (400, 401, 413, 415, 503),
        takes=TokenRequest,
        form=True,
        tags=("tokens",),
    ),
    Operation(
        "/api/enrolments/v1/enrolments",
        "post",
        "sendEnrolments",
        "Enrol people, or say what changed",
        "Each item is taken in whole or rejected by itself. The same request under the same `requestId` is"
        " answered as before and changes nothing; another request under it is a 409"
        " (`urn:problem-type:pretraject:enrolments:requestIdReused`).",
        EnrolmentsResponse,
        (400, 401, 403, 409, 413, 415, 503),
        takes=EnrolmentsRequest,
        scope=ENROLMENTS,
        tags=("enrolments",),
    ),
    Operation(
        "/api/completions/v1/completions/query",
        "post",
        "queryCompletions",
        "Ask how people stand",
        "By any number that is linked to them. Somebody not found is not in `items`.",
        CompletionsResponse,
        (400, 401, 403, 413, 415, 503),
        takes=CompletionsQuery,
        scope=COMPLETIONS,
        tags=("completions",),
    ),
    Operation(
        "/api/completions/v1/events",
        "get",
        "getEvents",
        "Follow the feed",
        "A cursor that is not of this feed is a 409, with `lastCommonCursor` where that is known"
        " (`urn:problem-type:pretraject:completions:cursorMismatch`).",
        EventsResponse,
        (400, 401, 403, 409, 503),
        query=EventsQuery,
        scope=COMPLETIONS,
        tags=("completions",),
    ),
    Operation(
        "/api/completions/v1/receipts",
        "post",
        "sendReceipts",
        "Say what was done with events",
        "A rejected event becomes work for staff here. The newest receipt of an event counts.",
        ReceiptsResponse,
        (400, 401, 403, 413, 415, 503),
        takes=ReceiptsRequest,
        scope=RECEIPTS,
        tags=("completions",),
    ),
)


def document() -> dict[str, Any]:
    """Return the whole document; the server's address is where it is served."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "pretraject", "version": VERSION, "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "paths": {one.path: {one.method: _operation(one)} for one in OPERATIONS},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "clientCredentials": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": TOKEN_PATH,
                            "scopes": {scope: DESCRIBED[scope] for scope in SCOPES},
                        }
                    },
                }
            },
        },
    }


DESCRIBED = {
    ENROLMENTS: "Enrol people and say what changed.",
    COMPLETIONS: "Ask who completed, and follow the feed.",
    RECEIPTS: "Say what was done with events.",
}


def _operation(one: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.id,
        "tags": list(one.tags),
        "summary": one.summary,
        "description": one.description,
        "security": [{"clientCredentials": [one.scope]}] if one.scope else [],
        "parameters": [*_parameters(one.query), _trace()],
        "responses": {"200": _answer("Done.", JSON, one.answer)}
        | {str(status): _answer(PROBLEMS[status], MEDIA_TYPE, Problem) for status in one.problems},
    }
    if one.takes is not None:
        media = FORM if one.form else JSON
        said["requestBody"] = {"required": True, "content": {media: {"schema": _ref(one.takes)}}}
    return said


def _trace() -> dict[str, Any]:
    return {
        "name": TRACE_HEADER,
        "in": "header",
        "required": False,
        "description": "Echoed.",
        "schema": {"type": "string", "maxLength": 64},
    }


def _answer(description: str, media: str, model: type[BaseModel]) -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": _ref(model)}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _parameters(query: type[BaseModel] | None) -> list[dict[str, Any]]:
    """Return the parameters of a query, one for each field of its model."""
    if query is None:
        return []
    fields = _as_3_0(query.model_json_schema())["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        for name, schema in fields.items()
    ]


def _schemas() -> dict[str, Any]:
    models = [(one.takes, "validation") for one in OPERATIONS if one.takes is not None]
    answers = [(one.answer, "serialization") for one in OPERATIONS]
    _map, schema = models_json_schema(
        [*models, *answers, (Problem, "serialization")],  # type: ignore[list-item]
        ref_template=REF,
    )
    return dict(sorted(_as_3_0(schema["$defs"]).items()))


def _as_3_0(schema: Any) -> Any:
    """Write a JSON Schema (2020-12) as OpenAPI 3.0 has it: no null, no const, nothing beside a $ref."""
    if isinstance(schema, list):
        return [_as_3_0(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    said = dict(schema)
    options = [one for one in said.get("anyOf", ()) if one != {"type": "null"}]
    if "anyOf" in said and len(options) == 1:
        del said["anyOf"]
        said = {**options[0], **said}
        said.pop("default", None)
    if "const" in said:
        said["enum"] = [said.pop("const")]
    if isinstance(said.get("title"), str):
        del said["title"]
    if "$ref" in said and len(said) > 1:
        said["allOf"] = [{"$ref": said.pop("$ref")}]
    return {name: _as_3_0(value) for name, value in said.items()}
