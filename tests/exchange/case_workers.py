"""Case workers in a browser, and what they find there."""

from sqlalchemy import select

from pretraject.completion import objections
from pretraject.completion.models import Decision, FeedEvent, Objection, Receipt
from pretraject.completion.status import status_of
from pretraject.completion.telling import tell
from tests.handover.counsellors import employ, person_with, stored
from tests.study.forms_sent import fill_in, hidden_fields, send

CASES = "/nl/staff/cases/"
NUMBER = "AB-2026-1"
REASON = "Het resultaat van de examenzaal kwam later binnen."
CORRECTION = {"day": "1", "month": "10", "year": "2026", "assurance": "supervised", "reason": REASON}
TEXT = "Ik heb de test in maart gemaakt."


def case_worker(site):
    """Return a browser in which a case worker is signed in."""
    return employ(site, "case-worker")


def find(client, number=NUMBER, *, reason="permit", **given):
    """Search for somebody."""
    return fill_in(client, CASES, number=number, reason=reason, **given)


def page_of(client, number=NUMBER):
    """Search for somebody and return the address of their page."""
    response = find(client, number)
    assert response.status_code == 303, response.status_code
    return response.location


def preview(client, page, kind="correction", **given):
    """Fill in a proposal and have it shown."""
    return fill_in(client, f"{page}propose/{kind}/", given or CORRECTION)


def propose(client, page, kind="correction", **given):
    """Fill in a proposal, look at it and have it kept."""
    shown = preview(client, page, kind, **given)
    assert shown.status_code == 200, shown.status_code
    return client.post(f"{page}propose/{kind}/", data=hidden_fields(shown.text) | given | {"step": "keep"})


def open_first(client, path):
    """Open the first thing of a list, and return the address it leads to."""
    action = client.get(path).text.split('action="')[1].split('"')[0]
    response = send(client, action, page=path)
    assert response.status_code == 303, response.status_code
    return response.location


def settle(client, page, outcome="confirmed"):
    """Settle a proposal on its page."""
    return fill_in(client, page, outcome=outcome)


def proposed(site, client=None, number=NUMBER, kind="correction", **given):
    """Have something proposed, by somebody else than who will settle it."""
    client = client or case_worker(site)
    assert propose(client, page_of(client, number), kind, **given).status_code == 303
    return client


def objected(site, number=NUMBER, text=TEXT):
    """Have somebody object."""
    with site.ground.database.writing() as session:
        person = person_with(site, session, number)
        objection = objections.object_to(
            session, site.ground.vault, person=person, text=text, locale="nl", at=site.clock()
        )
        key = objection.key
        session.commit()
    return key


def refused(site, number=NUMBER, *, code="unknownNumber", later=None):
    """Have an authority told of somebody and refuse it; `later` is a receipt that comes after."""
    with site.ground.database.writing() as session:
        person = person_with(site, session, number)
        count = session.query(FeedEvent).count()
        tell(
            session,
            ["wewis"],
            kind="completed",
            reference=f"R{count}",
            person_id=person.id,
            payload={"status": "completed"},
            at=site.clock(),
        )
        event = session.scalars(select(FeedEvent).order_by(FeedEvent.id.desc())).first()
        for status in ("rejected", later):
            if status:
                session.add(
                    Receipt(
                        feed_event_id=event.id,
                        status=status,
                        code=code if status == "rejected" else None,
                        client="wewis-reader",
                        received_at=site.clock(),
                    )
                )
        session.commit()


def status(site, number=NUMBER):
    """Return how somebody stands."""
    with stored(site) as session:
        return status_of(session, person_with(site, session, number), at=site.clock())


def kinds_told(site):
    """Return the kinds of events there are."""
    with stored(site) as session:
        return [event.kind for event in session.scalars(select(FeedEvent).order_by(FeedEvent.id))]


def stored_rows(site, model):
    """Return all rows of a kind, to look at outside."""
    with stored(site) as session:
        rows = session.scalars(select(model).order_by(model.id)).all()
        session.expunge_all()
        return rows


def decisions(site):
    """Return all decisions."""
    return stored_rows(site, Decision)


def objections_kept(site):
    """Return all objections."""
    return stored_rows(site, Objection)
