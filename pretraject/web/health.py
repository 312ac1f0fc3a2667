"""For those who watch over the site: is it well, and how much does it do."""

from hmac import compare_digest
from time import monotonic
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from pretraject.web.access import public
from pretraject.web.context import config, ground

LOOPBACK = frozenset({"127.0.0.1", "::1"})
EXTENSION = "pretraject_metrics"

bp = Blueprint("health", __name__)


class Metrics:
    """Counts of one process, by endpoint and status, never by person or address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "pretraject_requests_total", "Requests answered.", ["endpoint", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "pretraject_request_seconds", "Time taken to answer.", ["endpoint"], registry=self.registry
        )


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """Say UP when the database answers, else DOWN."""
    try:
        with ground().database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="DOWN"), 503, {"Cache-Control": "no-store"}
    return jsonify(status="UP"), 200, {"Cache-Control": "no-store"}


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Show the counts to this machine or to who holds the token; to others it does not exist."""
    token = config().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    allowed = token is not None and compare_digest(given.encode(), token.get_secret_value().encode())
    if not allowed and (request.remote_addr not in LOOPBACK or config().trusted_proxies):
        raise NotFound
    return Response(generate_latest(_metrics().registry), content_type=CONTENT_TYPE_LATEST)


def _metrics() -> Metrics:
    return cast(Metrics, current_app.extensions[EXTENSION])


def note_start() -> None:
    """Remember when the request began."""
    g.started = monotonic()


def note_end(response: Response) -> Response:
    """Count the answer under its endpoint."""
    seconds = monotonic() - g.started if "started" in g else 0.0
    count_answer(current_app, request.endpoint or "unknown", response.status_code, seconds)
    return response


def count_answer(app: Flask, endpoint: str, status: int, seconds: float) -> None:
    """Count an answer, whoever gave it."""
    metrics = cast(Metrics, app.extensions[EXTENSION])
    metrics.requests.labels(endpoint, status).inc()
    metrics.seconds.labels(endpoint).observe(seconds)


def init_health(app: Flask) -> None:
    """Count requests and open the two addresses."""
    app.extensions[EXTENSION] = Metrics()
    app.before_request(note_start)
    app.after_request(note_end)
    app.register_blueprint(bp)
