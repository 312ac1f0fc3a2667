"""Pages leave compressed: Brotli where the browser takes it, else gzip."""

import gzip

import brotli
from flask import Flask, request
from flask.wrappers import Response

BROTLI_QUALITY = 5
GZIP_LEVEL = 6
SMALLEST = 500
COMPRESSED_TYPES = frozenset(
    {"text/html", "text/plain", "text/css", "text/javascript", "application/json", "image/svg+xml"}
)


def compress(response: Response) -> Response:
    """Compress a text in the encoding the browser likes best."""
    if response.mimetype not in COMPRESSED_TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    encoding = request.accept_encodings.best_match(["br", "gzip"])
    if encoding == "br":
        response.set_data(brotli.compress(body, quality=BROTLI_QUALITY))
    elif encoding == "gzip":
        response.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
    else:
        return response
    response.headers["Content-Encoding"] = encoding
    return response


def init_compression(app: Flask) -> None:
    """Compress what the application answers."""
    app.after_request(compress)
