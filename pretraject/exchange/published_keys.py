"""The public keys that exports are signed with, for everybody."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from pretraject.exchange.signing import published
from pretraject.web.access import public
from pretraject.web.context import ground

bp = Blueprint("published_keys", __name__)


@bp.get("/.well-known/jwks.json")
@public
def jwks() -> ResponseReturnValue:
    """Show every key there ever was, each with the time it was in use."""
    with ground().database.reading() as session:
        response: Response = jsonify(published(session))
    response.content_type = "application/jwk-set+json"
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response.make_conditional(request)
