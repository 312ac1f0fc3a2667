"""The cookie of a browser's session: signed, and good on a clock that was set back too."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class SignedCookie(SecureCookieSessionInterface):
    """Flask's cookie, without an age of its own.

    Flask refuses a cookie that seems to be from the future, so that a clock set back by an
    hour signs everybody out for an hour and sends their forms back. Whatever is in the cookie
    ends by a rule of its own: a sign-in by its row, an activation by its moment.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; nothing when it is not ours."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(serializer.loads(cookie) if cookie else None)
        except BadSignature:
            return self.session_class()


def init_cookies(app: Flask) -> None:
    """Have the application use this cookie."""
    app.session_interface = SignedCookie()
