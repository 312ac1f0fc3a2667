"""Sending forms as a browser does: with the token of a page, following no redirect."""

import re
from html import unescape

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


def hidden_fields(page):
    """Return the hidden fields of a page."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def token(client):
    """Return a token that is good in this browser."""
    page = client.get("/nl/my/account/")
    if page.status_code != 200:
        page = client.get("/nl/activate/")
    return TOKEN.search(page.text)[1]


def send(client, path, data=None, **fields):
    """Send a form to an address, with a good token."""
    return client.post(path, data={"csrf_token": token(client)} | (data or {}) | fields)


def fill_in(client, path, data=None, **fields):
    """Open a page with a form, fill it in and send it."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
    return client.post(path, data=hidden_fields(page.text) | (data or {}) | fields)
