"""Where the files lie that come with the program."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parent

BUNDLED = _CHECKOUT if (_CHECKOUT / "content").is_dir() else _PACKAGE / "bundled"
"""Folder that holds `content/` and `translations/`: the checkout, or what the wheel carries."""
