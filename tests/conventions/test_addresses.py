"""Every address is open to all on purpose, or asks to sign in."""

import pytest

PUBLIC = {
    "api.token",
    "documentation.openapi",
    "documentation.page",
    "health.health",
    "health.metrics",
    "privacy.accessibility",
    "privacy.cookies",
    "privacy.privacy",
    "published_keys.jwks",
    "staff.set_up",
    "staff.sign_in",
    "study.activate",
    "study.activate_birth_date",
    "study.activate_secret",
    "study.forgotten",
    "study.home",
    "study.lesson",
    "study.module",
    "study.modules",
    "study.practise",
    "study.register",
    "study.sign_in",
    "study.sign_out",
    "study.test",
    "media.picture",
    "web.choose",
    "web.languages",
    "web.root",
}

SAMPLES = {
    "lang": "nl",
    "module": "history-of-belgium",
    "lesson": "congo",
    "look": "0" * 32,
    "decision": "0" * 32,
    "objection": "0" * 32,
    "receipt": 1,
    "kind": "correction",
    "number": 1,
    "public_id": "x" * 22,
    "reference": "K7MP-2QXW-9RTA",
    "token": "x" * 43,
    "tag": "nl",
    "question": "hb-001",
    "digest": "0" * 16,
    "name": "congo.svg",
}


CLIENTS = {"api.completions", "api.enrolments", "api.events", "api.take_receipts"}


def test_views_for_programs_are_named_here_on_purpose(sqlite_site):
    app = sqlite_site.app
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access", None) == "client"
    }

    assert found == CLIENTS


def test_public_views_are_named_here_on_purpose(sqlite_site):
    app = sqlite_site.app
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access", None) == "public"
    }

    assert public == PUBLIC


def test_every_other_page_asks_to_sign_in(sqlite_site):
    app = sqlite_site.app
    client = sqlite_site.client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC | CLIENTS:
            continue
        with app.test_request_context():
            path = rule.build({name: SAMPLES[name] for name in rule.arguments})[1]
        method = "GET" if "GET" in rule.methods else "POST"

        response = client.open(path, method=method)

        if method == "GET":
            assert response.status_code in (302, 303), path
            assert "/sign-in/" in response.location, path
        else:
            assert response.status_code in (302, 303, 400), path


@pytest.mark.parametrize("path", ["/nl/my/", "/nl/staff/"])
def test_who_signs_in_comes_back_to_the_page(sqlite_site, path):
    response = sqlite_site.client().get(path)

    assert f"next={path}" in response.location.replace("%2F", "/")
