"""Counsellors in a browser, and people to be found."""

from contextlib import contextmanager

from sqlalchemy import select

from pretraject.accounts.actions import open_sign_in
from pretraject.accounts.models import Account
from pretraject.accounts.staff import add_staff
from pretraject.audit.models import AuditEntry
from pretraject.completion.models import TrackCompletion
from pretraject.enrolment.queries import find_person_by_file_number
from tests.site import BORN
from tests.study.forms_sent import fill_in, hidden_fields

FIND = "/nl/staff/handover/"
NUMBER = "AB-2026-1"
REFERENCE = "K7MP-2QXW-9RTA"
ON_RECORD = {"day": BORN.day, "month": BORN.month, "year": BORN.year}


def employ(site, role="counsellor"):
    """Return a browser in which a member of staff is signed in."""
    with site.ground.database.writing() as session:
        email = f"{role}.{session.query(Account).count()}@example.org"
        add_staff(session, site.ground.vault, email=email, role=role, at=site.clock())
        account = session.scalars(select(Account).order_by(Account.id.desc())).first()
        token = open_sign_in(session, account, shared=False, at=site.clock())
        session.commit()
    client = site.client()
    with client.session_transaction() as browser:
        browser["_user_id"] = token
        browser["_fresh"] = True
    return client


def find(client, number=NUMBER, *, reason="here", path=FIND, **given):
    """Search for somebody."""
    return fill_in(client, path, number=number, reason=reason, **given)


def find_page(client, number=NUMBER):
    """Search for somebody and return the address of their page."""
    response = find(client, number)
    assert response.status_code == 303, response.status_code
    return response.location


def check(client, page, **given):
    """Say which birth date stands on the document."""
    shown = client.get(page).text
    fields = hidden_fields(shown) | ON_RECORD | {"document": "y"} | given
    return client.post(f"{page}identity/", data={name: value for name, value in fields.items() if value})


def checked_page(client, number=NUMBER):
    """Find somebody, check who they are, and return the address of their page."""
    page = find_page(client, number)
    assert check(client, page).status_code == 303
    return page


def complete(site, number=NUMBER):
    """Have somebody completed the labour track."""
    with site.ground.database.writing() as session:
        session.add(
            TrackCompletion(
                person_id=person_with(site, session, number).id,
                track="labour",
                rule_version="labour-2026-02-02-f89ff55e",
                judged_by="submission",
                assurance="unsupervised",
                reference=REFERENCE,
                completed_at=site.clock(),
                disputed=False,
            )
        )
        session.commit()


def person_with(site, session, number=NUMBER, *, issuer="wewis"):
    """Return the person with a file number."""
    return find_person_by_file_number(session, site.ground.vault, number, issuer=issuer)


@contextmanager
def stored(site):
    """Look at what is stored."""
    with site.ground.database.reading() as session:
        yield session


def entries(site):
    """Return what was written down of staff: actions with the person and the details."""
    with stored(site) as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.actor_kind == "staff").order_by(AuditEntry.seq)
        )
        return [(row.action, row.person_id, row.detail) for row in rows]


def rows_of(site, model):
    """Return how many rows of a kind there are."""
    with stored(site) as session:
        return session.query(model).count()
