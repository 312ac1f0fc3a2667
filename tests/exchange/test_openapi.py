"""The document that clients are written from is committed, valid, and what the code does."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pretraject.exchange.api import bp
from pretraject.exchange.openapi import OPERATIONS, document
from tests.exchange.programs import item

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 40


def test_the_committed_document_is_that_of_the_code():
    assert json.loads(COMMITTED.read_text()) == document(), (
        "write it anew: pretraject client openapi > docs/openapi.json"
    )


def test_the_document_is_openapi():
    validate(document())


def test_every_address_for_programs_is_in_the_document(sqlite_site):
    rules = [rule for rule in sqlite_site.app.url_map.iter_rules() if rule.endpoint.startswith(f"{bp.name}.")]
    served = {(rule.rule, method.lower()) for rule in rules for method in rule.methods - {"OPTIONS", "HEAD"}}
    scopes = {
        rule.rule: getattr(sqlite_site.app.view_functions[rule.endpoint], "scope", None) for rule in rules
    }

    assert served == {(one.path, one.method) for one in OPERATIONS}
    assert scopes == {one.path: one.scope for one in OPERATIONS}


def fuzz(site, operation, mode, headers):
    """Send what the document allows, or forbids, and hold each answer against the document."""
    schema = schemathesis.openapi.from_wsgi("/doc/openapi.json", site.app)
    cases = schema[operation.path][operation.method.upper()].as_strategy(generation_mode=mode)

    plain = headers | {"Accept-Encoding": "identity"}  # it does not take a compressed answer apart

    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case):
        case.call_and_validate(headers=plain, checks=CHECKS)

    send()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
@pytest.mark.timeout(300)
def test_whatever_is_sent_the_answer_is_as_documented(sqlite_program, operation, mode):
    sqlite_program.enrol(item())

    fuzz(sqlite_program.site, operation, mode, sqlite_program.headers() if operation.scope else {})


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.scope], ids=lambda one: one.id)
def test_without_a_token_the_answer_is_as_documented_too(sqlite_site, operation):
    fuzz(sqlite_site, operation, GenerationMode.POSITIVE, {})
