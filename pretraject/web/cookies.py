"""The cookie of a browser's session: signed, and good on a clock that was set back too."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class SignedCookie(SecureCookieSessionInterface):
    """Flask's cookie, without an age of its own.

    Flask refuses a cookie that seems to be from the future, so that a clock set back by an
    hour signs everybody out for an hour and refuses their forms. Whatever is in the cookie
    ends by a rule of its own: a sign-in by its row, an activation by its moment.
    """

    def __init__(self) -> None:
        self._made: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return what signs and checks, but asks no age; made once, since the keys stay."""
        if self._made is None:
            serializer = super().get_signing_serializer(app)
            if serializer is not None:
                check = serializer.loads
                serializer.loads = lambda cookie, **_max_age: check(cookie)  # type: ignore[method-assign]
            self._made = serializer
        return self._made


def init_cookies(app: Flask) -> None:
    """Have the application use this cookie."""
    app.session_interface = SignedCookie()
