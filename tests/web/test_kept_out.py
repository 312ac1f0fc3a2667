"""What caches may not keep and search engines may not list."""

import pytest

from pretraject.accounts import staff

FORMS = ["/nl/sign-in/", "/nl/activate/", "/nl/register/", "/nl/staff/sign-in/"]


@pytest.fixture
def set_up_page(sqlite_site):
    """The answer to the link a new member of staff was given."""
    ground = sqlite_site.ground
    with ground.database.writing() as session:
        token = staff.add_staff(
            session, ground.vault, email="editor@example.org", role="editor", at=sqlite_site.clock()
        )
        session.commit()
    return sqlite_site.client().get(f"/nl/staff/set-up/{token}/")


def test_nobody_keeps_the_page_with_the_key_of_an_authenticator_app(set_up_page):
    assert set_up_page.status_code == 200
    assert set_up_page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in set_up_page.text


@pytest.mark.parametrize("path", FORMS)
def test_nobody_keeps_or_lists_a_page_with_a_form_to_get_in(sqlite_site, path):
    response = sqlite_site.client().get(path)

    assert response.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in response.text


@pytest.mark.parametrize("path", ["/nl/", "/ar/modules/", "/nl/modules/history-of-belgium/"])
def test_what_everybody_may_read_may_be_listed(sqlite_site, path):
    assert 'name="robots"' not in sqlite_site.client().get(path).text
