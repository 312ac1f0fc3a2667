"""The session cookie stays good when the machine's clock is set back, and is never believed unsigned."""

from itsdangerous import TimestampSigner

from tests.study.readers import learner


def test_nobody_is_signed_out_by_a_clock_that_is_set_back(sqlite_site, monkeypatch):
    client = learner(sqlite_site, group="labour").client
    signed_at = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: signed_at(signer) - 3600)

    assert client.get("/nl/my/").status_code == 200


def test_a_cookie_that_was_changed_opens_nothing(sqlite_site):
    client = learner(sqlite_site, group="labour").client
    value = client.get_cookie("pretraject").value
    client.set_cookie("pretraject", f"x{value}")

    assert client.get("/nl/my/").status_code == 303


def test_a_cookie_of_nonsense_is_no_session(sqlite_site):
    client = sqlite_site.client()
    client.set_cookie("pretraject", "nonsense")

    assert client.get("/nl/my/").status_code == 303
