"""Writes YAML in its one canonical form: block style, one line a text, no needless quotes."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.resolver import Resolver

from pretraject.catalogue.yaml_source import PlainLoader

_TEXT_TAG = "tag:yaml.org,2002:str"
_STEP = "  "
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class _Analysis(Emitter):
    """PyYAML's knowledge of which texts may stand without quotes."""

    def __init__(self) -> None:
        super().__init__(StringIO(), allow_unicode=True)


_analysis = _Analysis()
_resolver = Resolver()
_plain = PlainLoader("")


def write_yaml(value: Any) -> str:
    """Return the canonical text of mappings, lists, texts, numbers, dates and booleans."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Any, indent: str) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [line for key, item in value.items() for line in _pair(str(key), item, indent)]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return [line for item in value for line in _item(item, indent)]
    return [indent + _scalar(value)]


def _pair(key: str, value: Any, indent: str) -> list[str]:
    name = key if _is_plain(key) else _quoted(key)
    if isinstance(value, Mapping | list | tuple) and value:
        return [f"{indent}{name}:", *_lines(value, indent + _STEP)]
    return [f"{indent}{name}: {_scalar(value)}"]


def _item(value: Any, indent: str) -> list[str]:
    lines = _lines(value, indent + _STEP)
    return [f"{indent}- {lines[0].removeprefix(indent + _STEP)}", *lines[1:]]


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case date():
            return value.isoformat()
        case str():
            return value if _may_stand_plain(value) else _quoted(value)
        case Mapping():
            return "{}"
    return "[]"


def _is_plain(text: str) -> bool:
    analysis = _analysis.analyze_scalar(text)
    return bool(text) and analysis.allow_block_plain and not analysis.multiline and not _ODD.search(text)


def _may_stand_plain(text: str) -> bool:
    """Say whether every YAML reader, old and new, takes the bare text for a text."""
    if not _is_plain(text):
        return False
    return all(_kind(reader, text) == _TEXT_TAG for reader in (_resolver, _plain))


def _kind(reader: Any, text: str) -> str:
    return str(reader.resolve(yaml.ScalarNode, text, (True, False)))


def _quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", escaped)
