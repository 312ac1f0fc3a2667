"""A site in which something is at stake: people with results, an open test, staff."""

from dataclasses import dataclass, field
from random import Random

import pyotp

from pretraject.accounts import staff
from pretraject.accounts.actions import Name, open_sign_in, register_learner
from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.models import Account, StaffMember
from pretraject.assessment import actions as assessment
from pretraject.assessment import queries as attempts
from pretraject.catalogue.actions import publish
from pretraject.catalogue.building import build_release
from pretraject.catalogue.models import Module, ReleaseMedia
from pretraject.catalogue.parsing import parse_tree
from pretraject.completion import decisions, objections
from pretraject.completion.actions import record
from pretraject.completion.models import FeedEvent, Receipt
from pretraject.completion.queries import completions_of
from pretraject.completion.status import status_of
from pretraject.enrolment.looks import open_look
from pretraject.enrolment.models import Person
from pretraject.enrolment.queries import birth_date_place
from pretraject.work import work_round
from tests.hostile.cells import Cells
from tests.site import BORN, PIN, site_on
from tests.study import asking_module, small_module
from tests.study.entering import go_to_secret
from tests.study.forms_sent import TOKEN
from tests.study.readers import write_interface
from tests.world import agency, enrol, held, make_person, publish_rules, rule

ASKED, READ = asking_module.MODULE, small_module.MODULE
MAILS = {"own": "own.hostile@example.org", "other": "other.hostile@example.org"}
SECRETS = {"own": PIN, "other": "a-long-word-of-theirs"}
NUMBERS = {"own": "HOST-OWN-1", "other": "HOST-OTHER-1"}
MEMBER, INVITED, PASSWORD = (
    "member.hostile@example.org",
    "invited.hostile@example.org",
    "a-long-word-of-staff",
)
VISITORS = ("nobody", "newcomer", "learner", "staff")
COOKIE = "pretraject"


@dataclass
class Visitor:
    """What a browser of some kind of visitor sends: its cookie, and a token that is good with it."""

    cookie: str = ""
    token: str = ""


@dataclass
class Cast:
    """Who and what is on the stage: visitors, sound values, and ids that are another's."""

    visitors: dict = field(default_factory=dict)
    sound: dict = field(default_factory=dict)
    forged: dict = field(default_factory=dict)
    private: set = field(default_factory=set)


@dataclass
class Stage:
    """One of the two sites, with what its tables hold when nothing has happened."""

    site: object
    cells: Cells

    @property
    def app(self):
        """The application that is asked."""
        return self.site.app


def set_stage(url, folder):
    """Fill a database and return the site with its cast."""
    write_interface(folder)
    site = site_on(url, source=folder)
    cast = Cast()
    with site.ground.database.writing() as session:
        rules = {"modules": [ASKED]}
        publish_rules(session, rule("labour", **rules), rule("family", **rules), agencies=[agency()])
        for module in (asking_module, small_module):
            _publish(session, module.files(), at=site.clock())
        people = {who: _learner(session, site, who) for who in ("own", "other")}
        _employ(session, site, cast)
        session.commit()
        _collect(session, site, cast, people)
    letters = {who: site.enrol(f"HOST-{who.upper()}-LETTER") for who in ("new", "late")}
    letters["strange"] = site.enrol("HOST-STRANGE-LETTER", born=BirthDate(1971, 2, 3))
    cast.sound |= {"letter": letters["late"], "new letter": letters["new"]}
    cast.forged["a letter's code"] = letters["strange"]
    cast.private |= set(letters.values()) | {code.replace("-", "") for code in letters.values()}
    cast.private |= {*MAILS.values(), *NUMBERS.values(), MEMBER, INVITED, PASSWORD, PIN, str(BORN)}
    _let_in(site, cast)
    work_round(site.ground)
    return site, cast


def _publish(session, tree, *, at):
    source = parse_tree(tree)
    built = {slug: build_release(tree, source, module) for slug, module in source.modules.items()}
    publish(session, built, at=at)


def _learner(session, site, who):
    """Make somebody who passed a test, has the next one open, and can prove a file."""
    vault, at = site.ground.vault, site.clock()
    names = [Name("email", MAILS[who])]
    account = register_learner(session, vault, names=names, secret=SECRETS[who], locale="nl", at=at)
    person = make_person(session, account_id=account.id)
    person.birth_date_sealed = vault.seal(str(BORN), place=birth_date_place(person.key))
    enrol(session, person, number=NUMBERS[who])
    module = session.query(Module).filter_by(slug=ASKED).one()
    for handed_in in (True, False):
        opened = assessment.start(
            session,
            person=person,
            module=ASKED,
            release_id=module.current_release_id,
            locale="nl",
            random=Random(7),
            drafted=False,
            at=at,
        )
        for drawn in attempts.drawn(session, opened):
            if handed_in or drawn.position % 2:
                assessment.save_answer(
                    session,
                    held(session, opened, drawn.position),
                    answer=asking_module.KEYS[drawn.question_id],
                    locale="nl",
                    drafted=False,
                    at=at,
                )
        if handed_in:
            assessment.hand_in(session, person=person, attempt=opened, at=at)
            record(session, person=person, at=at)
    return person.id


def _employ(session, site, cast):
    """Give one member of staff a sign-in, and invite another."""
    vault, at = site.ground.vault, site.clock()
    token = staff.add_staff(session, vault, email=MEMBER, role="administrator", at=at)
    shown = staff.get_set_up(session, vault, token, at=at)
    early = pyotp.TOTP(shown.totp_secret).at(at, counter_offset=-1)
    staff.set_up_staff(session, vault, token=token, password=PASSWORD, totp=early, at=at)
    cast.sound["totp"] = pyotp.TOTP(shown.totp_secret).at(at)
    cast.sound["set-up"] = staff.add_staff(session, vault, email=INVITED, role="editor", at=at)
    invited = staff.get_set_up(session, vault, cast.sound["set-up"], at=at)
    cast.sound["invited totp"] = pyotp.TOTP(invited.totp_secret).at(at)
    cast.private |= {shown.totp_secret, invited.totp_secret}


def _collect(session, site, cast, people):
    """Note what addresses and forms are filled with, and the same things of somebody else."""
    tests, done = {}, {}
    for who, person_id in people.items():
        person = session.get_one(Person, person_id)
        tests[who] = attempts.attempts_of(session, person, ASKED)
        done[who] = completions_of(session, person)[0].reference
    account = session.get_one(Person, people["own"]).account_id
    member = session.query(StaffMember).filter(StaffMember.setup_hash.is_(None)).one().account_id
    for who, owner in (("learner", account), ("staff", member)):
        found = session.get_one(Account, owner)
        cast.sound[f"session of {who}"] = open_sign_in(session, found, shared=False, at=site.clock())
    own = session.get_one(Person, people["own"])
    for name, checked_at in (("look", site.clock()), ("new look", None)):
        look = open_look(session, person=own, account_id=member, reason="here", at=site.clock())
        look.checked_at, cast.sound[name] = checked_at, look.key
    _give_work(session, site, cast, people, account_id=member)
    module = session.query(Module).filter_by(slug=READ).one()
    picture = session.query(ReleaseMedia).filter_by(release_id=module.current_release_id).first()
    session.commit()
    types = {drawn.type: drawn.position for drawn in attempts.drawn(session, tests["own"][1])}
    cast.sound |= {
        "result": tests["own"][0].public_id,
        "open test": tests["own"][1].public_id,
        "reference": done["own"],
        "questions": types,
        "picture": (picture.hash, picture.name),
    }
    cast.forged |= {
        "another's result": tests["other"][0].public_id,
        "another's open test": tests["other"][1].public_id,
        "another's completion": done["other"],
        "another's file": NUMBERS["other"],
        "another's e-mail": MAILS["other"],
        "another's session": cast.sound["session of staff"],
        "a key of a row": str(tests["other"][0].id),
        "a question": "va-001",
        "a practice question": "pr-002",
        "an option": "d",
        "a module": "no-such-module",
        "an own test that is over": tests["own"][0].public_id,
    }


def _give_work(session, site, cast, people, *, account_id):
    """Leave a proposal, an objection and a refused receipt for case workers."""
    vault, at = site.ground.vault, site.clock()
    own, other = (session.get_one(Person, people[who]) for who in ("own", "other"))
    decision = decisions.propose(
        session,
        vault,
        person=other,
        wanted=decisions.Wanted("revocation"),
        reason="Somebody else sat the test.",
        seen=status_of(session, other, at=at).seen,
        account_id=account_id + 1,
        at=at,
    )
    objection = objections.object_to(
        session, vault, person=own, text="It was another day.", locale="nl", at=at
    )
    event = session.query(FeedEvent).filter_by(person_id=own.id).first()
    receipt = Receipt(
        feed_event_id=event.id, status="rejected", code="unknown", client="reader", received_at=at
    )
    session.add(receipt)
    session.flush()
    look = open_look(session, person=other, account_id=account_id, reason="permit", at=at)
    cast.sound |= {
        "decision": decision.key,
        "objection": objection.key,
        "receipt": str(receipt.id),
        "look at the other": look.key,
    }


def _let_in(site, cast):
    """Give each kind of visitor a browser and a token that is good in it."""
    clients = {who: site.client() for who in VISITORS}
    for who in ("learner", "staff"):
        with clients[who].session_transaction() as browser:
            browser["_user_id"] = cast.sound[f"session of {who}"]
            browser["_fresh"] = True
    go_to_secret(clients["newcomer"], cast.sound["new letter"])
    pages = dict.fromkeys(VISITORS, "/nl/activate/") | {"learner": "/nl/my/account/", "staff": "/nl/staff/"}
    for who, client in clients.items():
        token = TOKEN.search(client.get(pages[who]).text)[1]
        cast.visitors[who] = Visitor(client.get_cookie(COOKIE).value, token)
    cast.forged["another's token"] = cast.visitors["newcomer"].token
