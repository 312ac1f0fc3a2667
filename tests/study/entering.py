"""Getting in through the pages: with a letter, or with an e-mail address."""

from pretraject.accounts.codes import draw_code, print_code
from tests.site import BORN, PIN
from tests.study.forms_sent import fill_in

CODE, BIRTH_DATE, SECRET = "/nl/activate/", "/nl/activate/birth-date/", "/nl/activate/secret/"
SIGN_IN, REGISTER = "/nl/sign-in/", "/nl/register/"
EMAIL = "amina@example.org"
FILE = "GV-2026-1"


def unknown_code():
    """Return a code that nobody was given."""
    return print_code(draw_code())


def go_to_secret(client, code, born=BORN):
    """Answer the first two questions of activation."""
    first = fill_in(client, CODE, code=code)
    assert first.headers["Location"] == BIRTH_DATE
    second = fill_in(client, BIRTH_DATE, day=born.day or "", month=born.month or "", year=born.year)
    assert second.headers["Location"] == SECRET


def activate(client, code, born=BORN, secret=PIN, **given):
    """Answer all three questions of activation."""
    go_to_secret(client, code, born)
    return fill_in(client, SECRET, {"secret": secret, "again": secret} | given)


def register(client, **given):
    """Register by e-mail address."""
    return fill_in(client, REGISTER, {"email": EMAIL, "group": "family", "secret": PIN, "again": PIN} | given)
