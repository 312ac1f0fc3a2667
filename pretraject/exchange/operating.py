"""The operator's page: how every feed and every client of the exchange stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask import render_template

from pretraject.accounts.login import staff_required
from pretraject.enrolment.queries import find_policy
from pretraject.exchange.clients import COMPLETIONS, ENROLMENTS, RECEIPTS
from pretraject.exchange.figures import DAYS, Feed, clients_of, count_clients, feeds_of
from pretraject.web.context import now, page_language
from pretraject.web.headers import unstored
from pretraject.web.i18n import _
from pretraject.web.paging import SIZE, paging_of
from pretraject.web.sessions import session
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("operating", __name__)

LATE = timedelta(minutes=5)
"""An event without a place for longer than this says that `pretraject work` does not run."""


@bp.get("/exchange/")
@staff_required("administrator")
@unstored
def exchange() -> str:
    """Show what waits, what was told, what came back and who asked. Looks at no person."""
    policy = find_policy(session)
    feeds = feeds_of(session, policy.recipients if policy else (), at=now())
    paging = paging_of(count_clients(session))
    places = {feed.recipient: feed.last_place for feed in feeds}
    clients = clients_of(session, places, limit=SIZE, offset=paging.offset)
    return render_template(
        "staff/exchange.html",
        feeds=feeds,
        clients=clients,
        paging=paging,
        days=DAYS,
        late=late_feeds(feeds, at=now()),
        unhandled=sum(feed.unhandled for feed in feeds),
        age=age,
        scope_words=scope_words,
    )


def late_feeds(feeds: Sequence[Feed], *, at: datetime) -> list[str]:
    """Return whose events wait for a place for too long."""
    return [feed.recipient for feed in feeds if feed.waiting_since and at - feed.waiting_since > LATE]


def age(moment: datetime) -> str:
    """Say how long ago something was, in the page's language."""
    return str(format_timedelta(now() - moment, threshold=1.5, locale=page_language().formats))


def scope_words(scopes: str) -> list[str]:
    """Say what a client may do."""
    names = {
        ENROLMENTS: _("enrol people"),
        COMPLETIONS: _("read completions"),
        RECEIPTS: _("send receipts"),
    }
    return [str(names.get(scope, scope)) for scope in scopes.split()]
