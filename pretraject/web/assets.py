"""Static files under names that carry their hash, compressed once at start."""

import gzip
import hashlib
import shutil
import tempfile
import weakref
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from pretraject.web.headers import HEADERS, strict

SOURCE = Path(__file__).resolve().parents[1] / "static"
PREFIX = "static"
HASH_DIGITS = 10
TEXT_TYPES = frozenset({".css", ".js", ".svg", ".webmanifest"})
YEAR_SECONDS = 365 * 24 * 3600


class UnknownAssetError(LookupError):
    """A template asks for a static file that does not exist."""


def build_assets(source: Path, target: Path) -> dict[str, str]:
    """Copy static files under hashed names with compressed twins; return name → hashed name."""
    names = {}
    for path in sorted(file for file in source.rglob("*") if file.is_file()):
        body = path.read_bytes()
        name = path.relative_to(source).as_posix()
        digest = hashlib.sha256(body).hexdigest()[:HASH_DIGITS]
        hashed = f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}"
        copy = target / hashed
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(body)
        if path.suffix in TEXT_TYPES:
            copy.with_name(copy.name + ".br").write_bytes(brotli.compress(body))
            copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
        names[name] = hashed
    return names


def init_assets(app: Flask) -> None:
    """Serve the static files beside the application and let templates name them."""
    target = Path(tempfile.mkdtemp(prefix="pretraject-static-"))
    weakref.finalize(app, shutil.rmtree, target, ignore_errors=True)
    names = build_assets(SOURCE, target)

    def asset(name: str) -> str:
        """Return the address of a static file."""
        if name not in names:
            raise UnknownAssetError(name)
        return f"/{PREFIX}/{names[name]}"

    app.jinja_env.globals["asset"] = asset

    def add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
        """Give a file the headers that every answer has."""
        for name, value in (HEADERS | strict(app)).items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=target,
        prefix=PREFIX,
        max_age=YEAR_SECONDS,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=add_headers,
    )
