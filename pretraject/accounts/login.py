"""Flask-Login glue: which session this browser has, and which pages want one."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, g, redirect, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from pretraject.accounts.actions import note_seen
from pretraject.accounts.models import Account
from pretraject.accounts.queries import Visitor, find_visitor
from pretraject.accounts.rules import OWN_DEVICE, SEEN_EVERY
from pretraject.core.errors import NotAllowedError
from pretraject.web.context import ground, now, page_language
from pretraject.web.language import is_own_path
from pretraject.web.sessions import SAFE_METHODS, is_database_away, session, short_write

View = TypeVar("View", bound=Callable[..., Any])


class WrongKindOfAccountError(NotAllowedError):
    """This page is not for accounts of this kind or role."""


class BrowserUser:
    """What Flask-Login keeps of who is signed in; plain values, safe to show on error pages."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, visitor: Visitor) -> None:
        self.token = token
        self.visitor = visitor

    def get_id(self) -> str:
        """Return the token of the session row, by which everything else is found."""
        return self.token


def load_user(token: str) -> BrowserUser | None:
    """Return who a token belongs to, while its session lasts."""
    visitor = find_visitor(session, token, at=now())
    return BrowserUser(token, visitor) if visitor else None


def sign_in_browser(token: str, *, remember: bool) -> None:
    """Give this browser a session; nothing of the one before is kept.

    Call it after the commit. Without `remember` the cookie goes when the browser closes.
    """
    with ground().database.reading() as reader:
        visitor = find_visitor(reader, token, at=now())
    browser.clear()
    if visitor is not None:
        login_user(BrowserUser(token, visitor))
        browser.permanent = remember


def sign_out_browser() -> None:
    """Forget everything this browser was given."""
    logout_user()
    browser.clear()


def current_token() -> str | None:
    """Return the token of this browser's session."""
    user = _user()
    return user.token if user else None


def current_visitor() -> Visitor | None:
    """Return who is signed in, in plain values; costs one query a request."""
    user = _user()
    return user.visitor if user else None


def is_signed_in() -> bool:
    """Say whether somebody is signed in; while the database is away, what the cookie says."""
    return "_user_id" in browser if is_database_away() else _user() is not None


def current_role() -> str | None:
    """Return the role of the member of staff who is signed in; not known without the database."""
    visitor = None if is_database_away() else current_visitor()
    return visitor.role if visitor else None


def current_account() -> Account | None:
    """Return the account that is signed in."""
    visitor = current_visitor()
    return session.get(Account, visitor.account_id) if visitor else None


def learner_required(view: View) -> View:
    """Let learners in only; lead visitors to sign in and back to this page."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        visitor = current_visitor()
        if visitor is None:
            return _to_sign_in("sign-in")
        if visitor.kind != "learner":
            raise WrongKindOfAccountError(visitor.kind)
        return cast(ResponseReturnValue, view(*args, **kwargs))

    guarded.access = "learner"  # type: ignore[attr-defined]
    return cast(View, guarded)


def staff_required(*roles: str) -> Callable[[View], View]:
    """Let staff of these roles in only; without roles, any staff."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            visitor = current_visitor()
            if visitor is None or visitor.kind != "staff":
                return _to_sign_in("staff/sign-in")
            if roles and visitor.role not in roles:
                raise WrongKindOfAccountError(visitor.role)
            return cast(ResponseReturnValue, view(*args, **kwargs))

        guarded.access = "staff"  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def init_login(app: Flask) -> None:
    """Teach the application who is signed in."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load_user)
    manager.init_app(app, add_context_processor=False)
    app.permanent_session_lifetime = OWN_DEVICE.idle
    app.before_request(note_visit)
    app.jinja_env.globals.update(signed_in=is_signed_in, staff_role=current_role)


def note_visit() -> None:
    """Keep a session alive that is being used; written down every few minutes only."""
    if "_user_id" not in browser or request.method not in SAFE_METHODS:
        return
    visitor = current_visitor()
    if visitor is not None and visitor.seen_at + SEEN_EVERY <= now():
        with short_write() as writer:
            note_seen(writer, sign_in_id=visitor.sign_in_id, at=now())
            writer.commit()


def _user() -> BrowserUser | None:
    """Return who is signed in, looked up at most once a request."""
    if "_login_user" not in g and "_user_id" not in browser:
        return None
    return cast(BrowserUser, current_user) if current_user.is_authenticated else None


def _to_sign_in(page: str) -> ResponseReturnValue:
    """Lead to a sign-in page that knows where to go on: this page, or that of the form sent."""
    target = request.full_path.removesuffix("?")
    if request.method not in SAFE_METHODS:
        target = urlsplit(request.referrer or "").path
    query = f"?{urlencode({'next': target})}" if is_own_path(target) else ""
    return redirect(f"/{page_language().tag}/{page}/{query}", code=303)
