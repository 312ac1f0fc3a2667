"""A new address, parameter, form field, cookie or header is tried by itself, or this says what is missing."""

import ast
from pathlib import Path

import pytest
from flask import request
from wtforms import StringField

import pretraject
from pretraject.web.access import public
from pretraject.web.forms import WebForm
from tests.hostile import table
from tests.hostile.doors import PARAMETER, UnknownSoundValueError, find_doors, rules_for_people
from tests.hostile.running import MAKERS

PACKAGE = Path(pretraject.__file__).parent
LOOKED_AT = {"args": "query", "form": "field", "cookies": "cookie", "headers": "header"}
READING = {"get", "getlist", "pop"}


def names_in_source(root):
    """Return every name that code asks a request for: `query next`, `header Authorization`."""
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            source, key = None, None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                source, key = (node.func.value, node.args[0]) if node.func.attr in READING else (None, None)
            elif isinstance(node, ast.Subscript):
                source, key = node.value, node.slice
            if (
                isinstance(source, ast.Attribute)
                and isinstance(source.value, ast.Name)
                and source.value.id == "request"
                and source.attr in LOOKED_AT
                and isinstance(key, ast.Constant)
            ):
                found.add(f"{LOOKED_AT[source.attr]} {key.value}")
    return found


def form_classes(kind=WebForm):
    """Return every form of the site."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("pretraject."):
            yield one
        yield from form_classes(one)


def fields_of(form):
    """Return the names of a form's fields."""
    return {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}


@pytest.fixture(scope="module")
def places(doors):
    """Every place of the site."""
    return {place for door in doors for place in door.places}


def test_every_address_is_tried_with_every_method(sqlite_stage, doors):
    rules = rules_for_people(sqlite_stage.app)
    wanted = {(r.endpoint, method) for r in rules for method in r.methods - {"HEAD", "OPTIONS"}}

    assert {(door.endpoint, door.request.method) for door in doors} == wanted


def test_every_parameter_is_tried(sqlite_stage, doors):
    tried = {(door.endpoint, place) for door in doors for place in door.places}

    for rule in rules_for_people(sqlite_stage.app):
        for name in PARAMETER.findall(rule.rule):
            assert (rule.endpoint, f"parameter {name}") in tried


@pytest.mark.parametrize(
    "form", sorted(set(form_classes()), key=lambda one: one.__name__), ids=lambda f: f.__name__
)
def test_every_field_of_every_form_is_tried(places, form):
    assert fields_of(form)
    assert {f"field {name}" for name in fields_of(form)} <= places


def test_everything_the_code_asks_a_request_for_is_tried(places):
    assert names_in_source(PACKAGE) - places == set()


def test_every_place_has_rows_and_a_way_to_be_tried(places):
    assert [place for place in sorted(places) if not table.rows_of(place)] == []
    assert {place.partition(" ")[0] for place in places} <= MAKERS.keys()


def test_every_row_of_the_table_has_its_place(places):
    fixed = {pattern for pattern, _inputs, _expectation in table.TABLE if "*" not in pattern}

    assert fixed - places == set()


def test_every_post_has_the_fields_of_its_page(doors):
    bare = [str(door) for door in doors if door.may_write and not door.request.form]

    assert bare == []


def test_a_new_parameter_without_a_sound_value_is_told(ready, fresh_stage):
    fresh_stage.app.add_url_rule("/new/<colour>/", "new", public(lambda colour: colour))

    with pytest.raises(UnknownSoundValueError, match="colour"):
        find_doors(fresh_stage, ready.cast, endpoint="new")


def test_a_new_field_without_a_sound_value_is_told(ready, fresh_stage):
    page = '<form method="post"><input name="colour"></form>'
    fresh_stage.app.add_url_rule("/new/", "new", public(lambda: page), methods=["GET", "POST"])

    with pytest.raises(UnknownSoundValueError, match="colour"):
        find_doors(fresh_stage, ready.cast, endpoint="new")


def test_a_new_address_and_what_it_looks_at_are_found(ready, fresh_stage):
    def new():
        return request.args.get("shade", "") + request.headers.get("X-Colour", "")

    fresh_stage.app.add_url_rule("/new/", "new", public(new))
    found = find_doors(fresh_stage, ready.cast, endpoint="new")

    assert {"query shade", "header X-Colour"} <= found[0].places


def test_names_in_code_are_found(tmp_path):
    (tmp_path / "a.py").write_text("request.args.get('shade')\nrequest.form['tone']\nother.args.get('no')\n")

    assert names_in_source(tmp_path) == {"query shade", "field tone"}


def test_fields_of_a_form_are_found():
    class Colours(WebForm):
        shade = StringField()

    assert fields_of(Colours) == {"shade"}
