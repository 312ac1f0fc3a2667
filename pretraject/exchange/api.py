"""Addresses for programs: tokens, enrolments in, completions and events out, receipts back."""

import logging

from flask import Blueprint, Response, request

from pretraject.completion.feed import CursorMismatchError, InvalidCursorError
from pretraject.enrolment.queries import current_policy
from pretraject.exchange import asking, enrolling, pulling, receipts
from pretraject.exchange.clients import COMPLETIONS, ENROLMENTS, RECEIPTS
from pretraject.exchange.completion_schemas import (
    CompletionsQuery,
    CompletionsResponse,
    EventsQuery,
    ReceiptsRequest,
    ReceiptsResponse,
)
from pretraject.exchange.enrolment_schemas import EnrolmentsRequest, EnrolmentsResponse
from pretraject.exchange.gate import (
    client_required,
    current_caller,
    echo_trace,
    read_form,
    read_json,
    read_query,
    send,
)
from pretraject.exchange.once_only import RequestIdReusedError
from pretraject.exchange.openapi import TOKEN_PATH
from pretraject.exchange.receipts import Said
from pretraject.exchange.schemas import TokenRequest, TokenResponse
from pretraject.exchange.tokens import InvalidClientError, InvalidScopeError, issue_token
from pretraject.web.access import public
from pretraject.web.context import config, ground, now, vault
from pretraject.web.odd_input import takes_up_to
from pretraject.web.problems import OWN, ProblemError, bad_request, issue
from pretraject.web.sessions import session

log = logging.getLogger(__name__)

bp = Blueprint("api", __name__)
bp.after_request(echo_trace)

BATCH_BYTES = 2 * 1024 * 1024


@bp.post(TOKEN_PATH)
@public
def token() -> Response:
    """Give a client a token for proof of who it is."""
    sent = read_form(TokenRequest)
    base = config().base_url.rstrip("/")
    try:
        issued = issue_token(
            session,
            assertion=sent.client_assertion,
            audiences={base, f"{base}{TOKEN_PATH}"},
            scope=sent.scope or "",
            at=now(),
        )
    except InvalidClientError as error:
        log.warning("client refused: %s", error.client or "unknown")
        raise _oauth_problem(401, "invalidClient", "Invalid Client", "invalid_client") from error
    except InvalidScopeError as error:
        raise _oauth_problem(400, "invalidScope", "Invalid Scope", "invalid_scope") from error
    if sent.client_id not in (None, issued.client):
        raise _oauth_problem(401, "invalidClient", "Invalid Client", "invalid_client")
    session.commit()
    return send(
        TokenResponse(
            access_token=issued.token,
            token_type="Bearer",  # noqa: S106 — the kind of token
            expires_in=int(issued.life.total_seconds()),
            scope=" ".join(issued.scopes),
        )
    )


def _oauth_problem(status: int, name: str, title: str, error: str) -> ProblemError:
    """Return a refusal in both forms: a problem, with the `error` that RFC 6749 asks for."""
    return ProblemError(status, f"{OWN}oauth2:{name}", title, error=error)


@bp.post("/api/enrolments/v1/enrolments")
@client_required(ENROLMENTS)
@takes_up_to(BATCH_BYTES)
def enrolments() -> Response:
    """Take in what an authority says of people: new ones, changes, further numbers."""
    sent = read_json(EnrolmentsRequest)
    _version, policy = current_policy(session)
    try:
        items, replayed = enrolling.enrol(
            session, vault(), sent, caller=current_caller(), policy=policy, at=now()
        )
    except RequestIdReusedError as error:
        raise ProblemError(
            409,
            f"{OWN}enrolments:requestIdReused",
            "Request Id Reused",
            detail="this requestId was used for another request",
        ) from error
    session.commit()
    counts = {
        word: sum(one["outcome"] == word for one in items) for word in ("accepted", "unchanged", "rejected")
    }
    told = {"requestId": sent.request_id, "replayed": replayed, **counts, "items": items}
    return send(EnrolmentsResponse.model_validate(told))


@bp.post("/api/completions/v1/completions/query")
@client_required(COMPLETIONS)
def completions() -> Response:
    """Say how the people with these numbers stand. Nobody found is an empty list, which says nothing."""
    sent = read_json(CompletionsQuery)
    items = asking.ask(session, vault(), sent.identifiers, caller=current_caller(), at=now())
    session.commit()
    return send(CompletionsResponse(items=items))


@bp.get("/api/completions/v1/events")
@client_required(COMPLETIONS)
def events() -> Response:
    """Return the next events of the client's feed, gapless and in order."""
    query = read_query(EventsQuery)
    caller = current_caller()
    session.rollback()
    try:
        told = pulling.pull(
            ground(), caller=caller, after=query.after, limit=query.limit, path=request.path, at=now()
        )
    except InvalidCursorError as error:
        raise bad_request([issue("query", "after", "this is no cursor of a feed")]) from error
    except CursorMismatchError as error:
        raise ProblemError(
            409,
            f"{OWN}completions:cursorMismatch",
            "Cursor Mismatch",
            detail=str(error),
            lastCommonCursor=error.last_common,
        ) from error
    return send(told)


@bp.post("/api/completions/v1/receipts")
@client_required(RECEIPTS)
@takes_up_to(BATCH_BYTES)
def take_receipts() -> Response:
    """Take in what the client did with events; a refusal becomes work for staff."""
    sent = read_json(ReceiptsRequest)
    issues = [_code_issue(one.status, one.code) for one in sent.items]
    caller = current_caller()
    said = [Said(one.event_id, one.status, one.code) for one in sent.items]
    sound = [place for place, problem in enumerate(issues) if problem is None]
    outcomes = receipts.take_receipts(
        session,
        [said[place] for place in sound],
        recipient=caller.party,
        client=caller.name,
        at=now(),
    )
    session.commit()
    by_place = dict(zip(sound, outcomes, strict=True))
    items = [_receipt_told(place, by_place.get(place), issues[place]) for place in range(len(said))]
    return send(ReceiptsResponse.model_validate({"items": items}))


def _code_issue(status: str, code: str | None) -> dict[str, str] | None:
    """Return what is wrong with the code of a receipt: a refusal has one, nothing else does."""
    if (status == "rejected") == (code is not None):
        return None
    if code is None:
        return {"field": "code", "code": "missing", "detail": "a rejected receipt says why"}
    return {"field": "code", "code": "unexpected", "detail": "only a rejected receipt has a code"}


def _receipt_told(position: int, outcome: str | None, problem: dict[str, str] | None) -> dict[str, object]:
    if outcome == "unknownEvent":
        problem = {"field": "eventId", "code": outcome, "detail": "no such event was handed to this client"}
    if problem is not None:
        return {"position": position, "outcome": "rejected", "issues": [problem]}
    return {"position": position, "outcome": outcome}
