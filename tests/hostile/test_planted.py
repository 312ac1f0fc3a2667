"""Holes that are planted in a site are found: the table can fail."""

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from pretraject.accounts import rules as account_rules
from pretraject.assessment import queries as attempts
from pretraject.assessment.models import Attempt
from pretraject.completion import queries as completions
from pretraject.completion.models import TrackCompletion
from tests.hostile.running import Run
from tests.world import held


@pytest.fixture
def run_at(ready, doors, fresh_stage):
    """What the table finds at one place of one endpoint, in a site of the test's own."""

    def run(endpoint, *, place):
        table, mine = Run([fresh_stage], ready.cast), [door for door in doors if door.endpoint == endpoint]
        return [
            fault
            for door in mine
            if place in door.places
            for fault in table.at(door, only=lambda sent: sent.row.place == place)
        ]

    return run


def plant_template(stage, name, before, after):
    """Change a template of the site."""
    loader = stage.app.jinja_env.loader
    source = loader.get_source(stage.app.jinja_env, name)[0]
    assert before in source
    stage.app.jinja_env.loader = ChoiceLoader([DictLoader({name: source.replace(before, after)}), loader])
    stage.app.jinja_env.cache.clear()


@pytest.mark.parametrize(
    ("endpoint", "place"), [("study.sign_in", "field name"), ("staff.sign_in", "field email")]
)
def test_a_field_that_is_not_escaped_is_found(run_at, fresh_stage, endpoint, place):
    plant_template(
        fresh_stage,
        "components/field.html",
        'value="{{ control._value() }}"',
        'value="{{ (control.data or "") | safe }}"',
    )

    faults = run_at(endpoint, place=place)

    assert any("script" in fault and "the page has a script of its own" in fault for fault in faults)


def get_any_attempt(session, _person, public_id):
    """Return an attempt, whoever asks."""
    found = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one_or_none()
    if found is None:
        raise attempts.AttemptNotFoundError(public_id)
    return found


def hold_any_question(session, *, account_id, public_id, position):
    """Hold an attempt and one of its questions, whoever asks."""
    return held(session, get_any_attempt(session, account_id, public_id), position)


def get_any_completion(session, _person, reference):
    """Return a completion, whoever asks."""
    wanted = select(TrackCompletion).where(TrackCompletion.reference == reference)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise completions.CompletionNotFoundError(reference)
    return found


@pytest.mark.parametrize(
    ("endpoint", "place", "forged"),
    [
        ("study.result", "parameter public_id", "another's result"),
        ("study.question", "field attempt", "another's open test"),
        ("study.hand_in", "field attempt", "another's open test"),
    ],
)
def test_a_test_that_is_not_asked_whose_it_is_is_found(run_at, monkeypatch, endpoint, place, forged):
    monkeypatch.setattr(attempts, "get_attempt", get_any_attempt)
    monkeypatch.setattr(attempts, "hold_question", hold_any_question)

    faults = run_at(endpoint, place=place)

    assert any(f"← {forged}: " in fault for fault in faults)


def test_a_confirmation_that_is_not_asked_whose_it_is_is_found(run_at, monkeypatch):
    monkeypatch.setattr(completions, "get_completion", get_any_completion)

    faults = run_at("study.confirmation", place="parameter reference")

    assert any("← another's completion: expected: missing; got 200" in fault for fault in faults)


def test_a_missing_limit_of_a_name_is_found(run_at, monkeypatch):
    monkeypatch.setattr(account_rules, "EMAIL_MAX", 10**7)

    faults = run_at("study.register", place="field email")

    assert any("long, within: stored" in fault for fault in faults)


def test_a_missing_limit_of_a_form_is_found(run_at, fresh_stage):
    fresh_stage.app.config["MAX_CONTENT_LENGTH"] = fresh_stage.app.config["MAX_FORM_MEMORY_SIZE"] = None

    faults = run_at("study.sign_in", place="body")

    assert any("a million characters: expected: refused" in fault for fault in faults)


def test_a_crash_is_found(run_at, fresh_stage):
    def crash():
        raise RuntimeError("planted")

    fresh_stage.app.view_functions["study.home"] = crash
    faults = run_at("study.home", place="query unknown")

    assert any("status 500" in fault for fault in faults)
