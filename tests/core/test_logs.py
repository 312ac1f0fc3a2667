import json
import logging

import pytest

from pretraject.core.logs import JsonLines

SECRET = "K7MP-2QXW-9RTA"


def record_of(name, message, *values, **more):
    record = logging.LogRecord(name, logging.ERROR, "file.py", 1, message, values, None)
    record.__dict__.update(more)
    return record


def line_of(record):
    return json.loads(JsonLines().format(record))


def test_a_line_is_one_json_object():
    line = line_of(
        record_of("pretraject.web", "unforeseen %s", "KeyError", endpoint="study.home", status=500)
    )

    assert line["event"] == "unforeseen KeyError"
    assert (line["level"], line["endpoint"], line["status"]) == ("error", "study.home", 500)
    assert line["at"].endswith("+00:00")


def test_others_words_are_kept_without_their_values():
    line = line_of(record_of("gunicorn.error", "Error handling request %s", f"/nl/?code={SECRET}"))

    assert line["event"] == "Error handling request %s"


def test_an_error_is_told_by_its_kind_and_place_only():
    record = record_of("pretraject.web", "unforeseen")
    try:
        int(SECRET)
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)

    line = JsonLines().format(record)

    assert SECRET not in line
    assert "ValueError" in line
    assert "test_logs.py" in line


@pytest.mark.parametrize("name", ["path", "address", "user"])
def test_what_is_not_a_field_of_the_log_is_left_out(name):
    line = JsonLines().format(record_of("pretraject.web", "seen", **{name: SECRET}))

    assert SECRET not in line
