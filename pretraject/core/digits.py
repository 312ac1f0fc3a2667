"""Digits as people type them, in the script of their keyboard."""

import unicodedata


def ascii_digits(text: str) -> str:
    """Return the text with every script's decimal digits as 0 to 9."""
    if text.isascii():
        return text
    return "".join(_digit(character) for character in text)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
