"""Gettext catalogues: reading, updating and writing them in one canonical form.

Babel pairs changed texts by similarity, which can give a sentence the translation of its
opposite. Here a changed text is paired only with what stood at the very same place.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from pretraject.catalogue.findings import Findings

OWN_PLACE = ("question", "explanation", "title", "summary")
"""Places of which a context has only one; `option x` is another such."""

_LANGUAGE_HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"
"""
_LINE = re.compile(
    r"""
    | \#(?!~).*                              # nothing, or a remark
    | (?:\#~\|?\ )?
      (?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[[0-5]\])?)\ )?
      "(?:[^"\\]|\\.)*"                     # a keyword or none, and a text between quotes
    """,
    re.VERBOSE,
)
_PYTHON_FLAGS = ("python-format", "python-brace-format")

Name = tuple[str | None, str]
"""A message's context and its (singular) text."""


def read_catalogue(path: str, body: bytes, locale: str, findings: Findings) -> Catalog:
    """Read a .po file; an unreadable one is a fault and gives an empty catalogue.

    Babel forgives a missing quote and loses a letter, so lines are looked at first.
    """
    for number, line in enumerate(body.decode(errors="replace").split("\n"), 1):
        if not _LINE.fullmatch(line.strip()):
            findings.fault(path, number, "not a line of a catalogue", "put keyword and quotes right")
            return Catalog(locale=locale, charset="utf-8")
    try:
        return read_po(BytesIO(body), locale=locale, charset="utf-8", abort_invalid=True)
    except PoFileError as error:
        findings.fault(path, error.lineno + 1, f"not a catalogue: {error}", "put the entry right")
    except (UnicodeDecodeError, ValueError, LookupError) as error:
        findings.fault(path, 1, f"not a catalogue: {error}", "save the file as UTF-8")
    return Catalog(locale=locale, charset="utf-8")


def name_of(message: Message) -> Name:
    """Return what names a message in its catalogue."""
    return (message.context, message.id[0] if isinstance(message.id, list | tuple) else message.id)


def messages_of(catalogue: Catalog) -> list[Message]:
    """Return a catalogue's messages, without its header."""
    return [message for message in catalogue if message.id]


def is_translated(message: Message) -> bool:
    """Say whether each form of a message has a text."""
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(texts) and all(texts)


def write_catalogue(catalogue: Catalog, *, keep_flags: bool = False) -> bytes:
    """Return the canonical bytes of a catalogue: no places, no dates, one line a text.

    Babel takes "80 % die" for a format; module catalogues hold no formats, so unless
    `keep_flags` those flags go.
    """
    for message in [*messages_of(catalogue), *catalogue.obsolete.values()]:
        if not keep_flags:
            message.flags.difference_update(_PYTHON_FLAGS)
    body = BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, include_previous=True)
    header = _LANGUAGE_HEADER.format(locale=catalogue.locale_identifier, plural_forms=catalogue.plural_forms)
    rest = body.getvalue().decode().strip("\n")
    return (f"{header}\n{rest}\n" if rest else header).encode()


def update_catalogue(current: Catalog, template: Catalog, *, pair: bool = False) -> Catalog:
    """Return a catalogue with the template's messages and every translation there is for them.

    With `pair`, a changed text gets its predecessor's translation, flagged fuzzy and
    with the previous text beside it. What is left over is kept as obsolete.
    """
    updated = Catalog(locale=current.locale_identifier, charset="utf-8")
    known = {name_of(m): m for m in [*current.obsolete.values(), *messages_of(current)]}
    previous = _paired(messages_of(current), messages_of(template)) if pair else {}
    used: set[Name] = set()
    for message in messages_of(template):
        name = name_of(message)
        if name in known:
            _carry(updated, message, known[name])
            used.add(name)
        elif name in previous and is_translated(previous[name]):
            _carry_fuzzy(updated, message, previous[name])
            used.add(name_of(previous[name]))
        else:
            updated.add(message.id, auto_comments=message.auto_comments, context=message.context)
    for name, message in known.items():
        if name not in used and is_translated(message):
            _retire(updated, message)
    return updated


def _carry(updated: Catalog, wanted: Message, found: Message) -> None:
    """Take over a translation of exactly this text."""
    same_forms = isinstance(wanted.id, str) == isinstance(found.id, str)
    updated.add(
        wanted.id,
        found.string if same_forms else None,
        flags=set(wanted.flags) | (set(found.flags) & {"fuzzy"}),
        auto_comments=wanted.auto_comments,
        user_comments=found.user_comments,
        previous_id=found.previous_id if "fuzzy" in found.flags else (),
        context=wanted.context,
    )


def _carry_fuzzy(updated: Catalog, wanted: Message, before: Message) -> None:
    """Take over what stood here before the text changed, to be looked at."""
    earlier = before.previous_id if before.fuzzy and before.previous_id else before.id
    updated.add(
        wanted.id,
        before.string,
        flags={"fuzzy"},
        auto_comments=wanted.auto_comments,
        user_comments=before.user_comments,
        previous_id=earlier,
        context=wanted.context,
    )


def _retire(updated: Catalog, message: Message) -> None:
    """Keep a translation that nothing asks for now: the text may come back."""
    name = name_of(message)[1]
    key = name if message.context is None else (name, message.context)
    kept = Message(
        message.id,
        message.string,
        flags=set(message.flags) & {"fuzzy"},
        user_comments=message.user_comments,
        context=message.context,
    )
    updated.obsolete[key] = kept


def _paired(old: Sequence[Message], new: Sequence[Message]) -> dict[Name, Message]:
    """Return, for each changed text, the message that stood at its place."""
    found: dict[Name, Message] = {}
    for context in {message.context for message in new}:
        before = [message for message in old if message.context == context]
        after = [message for message in new if message.context == context]
        found |= _at_own_place(before, after)
        for name, message in _between_neighbours(before, after).items():
            found.setdefault(name, message)
    return found


def _own_place(message: Message) -> str | None:
    """Return the place of a message of which its context has one only."""
    for place in message.auto_comments:
        if place in OWN_PLACE or place.startswith("option "):
            return place
    return None


def _gone(before: Iterable[Message], after: Iterable[Message]) -> list[Message]:
    there = {name_of(message) for message in after}
    return [message for message in before if name_of(message) not in there]


def _at_own_place(before: Sequence[Message], after: Sequence[Message]) -> dict[Name, Message]:
    """Pair by question part, option id and title."""
    stood = {_own_place(message): message for message in _gone(before, after)}
    return {
        name_of(message): stood[place]
        for message in _gone(after, before)
        if (place := _own_place(message)) is not None and place in stood
    }


def _between_neighbours(before: Sequence[Message], after: Sequence[Message]) -> dict[Name, Message]:
    """Pair texts of a lesson that stand, as many as before, between unchanged neighbours."""
    old, new = [name_of(message) for message in before], [name_of(message) for message in after]
    found: dict[Name, Message] = {}
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change != "replace" or b - a != d - c:
            continue
        for earlier, later in zip(before[a:b], after[c:d], strict=True):
            if earlier.auto_comments == later.auto_comments and _own_place(later) is None:
                found[name_of(later)] = earlier
    return found
