"""Chains of hashes: each entry holds on to the one before it, so that no change goes unseen."""

import hashlib
import json
from typing import Any

START_HASH = "0" * 64
"""What the first entry of a chain holds on to."""


def canonical(value: Any) -> str:
    """Write a value as JSON in the one form that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(previous: str, *parts: Any) -> str:
    """Return the hash of an entry's parts and of the entry before it, 64 hex digits."""
    return hashlib.sha256(canonical([previous, *parts]).encode()).hexdigest()
