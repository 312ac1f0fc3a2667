"""Holds what a YAML file says against its shape, and tells every difference with its line."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pretraject.catalogue.yaml_source import Document, Path
from pretraject.core.errors import Fault

T = TypeVar("T")

_CURES = {
    "extra_forbidden": "correct its name or take it out",
    "missing": "add it",
    "string_type": "write a text; put it between double quotes if it looks like a number or date",
    "int_type": "write a whole number without quotes",
    "bool_type": "write true or false",
    "date_type": "write a day as yyyy-mm-dd without quotes",
    "list_type": "write a list, each item after `- `",
    "model_type": "write keys and values, each on its own line",
    "model_attributes_type": "write keys and values, each on its own line",
    "string_pattern_mismatch": "see the description of the file format for how it is written",
    "literal_error": "choose one of those",
}


def validate(document: Document, kind: Any, value: Any, path: Path = ()) -> Any:
    """Return the value in its shape; None when it does not fit, with the faults noted.

    A value whose only faults are unknown keys is returned without them, so that what
    is wrong elsewhere in it can be told in the same go.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    unknown = [fault["loc"] for fault in errors if fault["type"] == "extra_forbidden"]
    for fault in errors:
        document.faults.append(_fault(document, fault, path))
    if len(unknown) < len(errors):
        return None
    try:
        return adapter.validate_python(_without(value, unknown))
    except ValidationError:
        return None


def _fault(document: Document, fault: Any, path: Path) -> Fault:
    place: Path = (*path, *fault["loc"])
    name = str(place[-1]) if place else "the file"
    match fault["type"]:
        case "extra_forbidden":
            problem = f"unknown key {name!r}"
        case "missing":
            problem = f"key {name!r} is missing"
        case _:
            problem = f"{_named(place)}: {fault['msg']}"
    return Fault(document.file, document.line(place), problem, _CURES.get(fault["type"], "correct it"))


def _named(place: Path) -> str:
    words = [f"item {part + 1}" if isinstance(part, int) else str(part) for part in place]
    return " › ".join(words) or "the file"


def _without(value: Any, paths: list[tuple[str | int, ...]]) -> Any:
    """Return a copy of nested mappings and lists lacking these keys."""

    def copied(item: Any, at: tuple[str | int, ...]) -> Any:
        if isinstance(item, dict):
            return {k: copied(v, (*at, k)) for k, v in item.items() if (*at, k) not in dropped}
        if isinstance(item, list):
            return [copied(v, (*at, index)) for index, v in enumerate(item)]
        return item

    dropped = set(paths)
    return copied(value, ())
