"""The documentation for whoever writes a client: the OpenAPI document, and a page made from it."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template

from pretraject.core.locales import MSGID_LOCALE, language_of
from pretraject.exchange.openapi import document
from pretraject.web.access import public

bp = Blueprint("documentation", __name__)


@bp.get("/doc/openapi.json")
@public
def openapi() -> Response:
    """Give the document to programs."""
    response = jsonify(_document())
    response.add_etag()
    return response


@bp.get("/doc/")
@public
def page() -> str:
    """Show the document to people; it is in English, as the names in it."""
    g.language = language_of(MSGID_LOCALE)
    said = _document()
    operations = [
        {"path": path, "method": method, **operation}
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    ]
    return render_template(
        "staff/documentation.html",
        info=said["info"],
        operations=operations,
        schemas=said["components"]["schemas"],
        type_of=type_of,
        name_of=name_of,
    )


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return document()


def name_of(schema: dict[str, Any]) -> str:
    """Return the name of the schema that another one points at; empty when it points at none."""
    options = (schema, *schema.get("allOf", ()), schema.get("items", {}))
    return next((one["$ref"].rpartition("/")[2] for one in options if "$ref" in one), "")


def type_of(schema: dict[str, Any]) -> str:
    """Return what kind of value a schema takes, in a few words."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {name_of(schema) or type_of(schema['items'])}"
    return name_of(schema) or str(schema.get("format") or schema.get("type", "any"))
