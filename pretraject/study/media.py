"""Pictures of the modules, the same in every language."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from pretraject.catalogue import queries as catalogue
from pretraject.web.access import public
from pretraject.web.sessions import session

YEAR_SECONDS = 365 * 24 * 3600

bp = Blueprint("media", __name__)


@bp.get("/media/<module>/<digest>/<name>")
@public
def picture(module: str, digest: str, name: str) -> ResponseReturnValue:
    """Send a picture; its address carries its hash, so a browser may keep it for ever."""
    found = catalogue.media(session, module, digest, name)
    response = Response(found.body, mimetype=found.mime)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
