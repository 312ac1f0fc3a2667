"""The log: one JSON object a line, about the site and never about a person.

What a message may say is fixed words, names of endpoints and kinds of errors. Values that
people send, addresses of theirs, and queries never get here; the text of an exception does
not either, since it can quote them.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any

FIELDS = ("endpoint", "method", "status", "milliseconds", "trace", "frames")
"""What a record may carry besides its words."""

_OWN = "pretraject"


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON, without the text of any exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        line["event"] = record.getMessage() if record.name.startswith(_OWN) else str(record.msg)
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["frames"] = frames_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def frames_of(error: BaseException) -> list[str]:
    """Return where an error was raised, outermost first: kinds, files and lines, no values."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in extract_tb(error.__traceback__)
    ]
    return [*frames, type(error).__name__]


def write_logs(level: str = "INFO") -> None:
    """Send all of this process's log to stderr, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
