"""A site with the small module, and learners who are signed in to it."""

from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event

from pretraject.accounts.actions import open_sign_in, register_learner
from pretraject.enrolment.models import Person
from tests.site import PIN, Site, site_on
from tests.study.small_module import MODULE, publish_module
from tests.world import enrol, make_person, publish_rules, rule

INTERFACE = ("nl", "ar")
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {0}\\n"\n'


def write_interface(folder):
    """Offer the site in Dutch and Arabic besides English; most texts stay English."""
    for locale in INTERFACE:
        path = folder / "translations" / locale / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD.format(locale) + f'\nmsgid "Completed on"\nmsgstr "Completed on {locale}"\n')


def reading_site(url, folder, **policy):
    """Build a site whose rules ask for the small module."""
    write_interface(folder)
    site = site_on(url, source=folder)
    given = {"modules": [MODULE]} | policy
    with site.ground.database.writing() as session:
        publish_rules(session, rule("labour", **given), rule("family", **given | {"term-months": None}))
        publish_module(session)
        session.commit()
    return site


@dataclass
class Learner:
    """Somebody with an account, and a browser that is signed in to it."""

    client: object
    person_id: int

    def person(self, session):
        """Return the person in a session."""
        return session.get_one(Person, self.person_id)


def learner(site: Site, *, locale="nl", declared="labour", **enrolment):
    """Make a learner who is signed in; enrolled when anything about a file is given."""
    with site.ground.database.writing() as session:
        account = register_learner(
            session, site.ground.vault, names=[], secret=PIN, locale=locale, at=site.clock()
        )
        person = make_person(session, account_id=account.id, declared_group=declared)
        if enrolment:
            enrol(session, person, **enrolment)
        token = open_sign_in(session, account, shared=False, at=site.clock())
        session.commit()
        client = site.client()
        with client.session_transaction() as browser:
            browser["_user_id"] = token
            browser["_fresh"] = True
        return Learner(client, person.id)


@contextmanager
def counted(site):
    """Collect the statements that reach the database."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    engine = site.ground.database.reader
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
