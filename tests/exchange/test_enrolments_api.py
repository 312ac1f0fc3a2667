"""Enrolments that programs send: item by item, once, and everything that may change later."""

import pytest
from sqlalchemy import func, select

from pretraject.audit.models import AuditEntry
from pretraject.completion.models import TrackCompletion
from pretraject.enrolment.looks import holders_of
from pretraject.enrolment.models import AccessCode, Enrolment, Identifier, Person
from tests.exchange.programs import ENROLMENTS, QUERY, Program, item, problem
from tests.study import entering

INSZ = "85073003328"


def rows(program, model):
    with program.site.ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def enrolment(program, number="GV-1"):
    """Return what is on record under a number."""
    with program.site.ground.database.reading() as session:
        (person,) = holders_of(session, program.site.ground.vault, number).people
        found = session.scalars(
            select(Enrolment).where(Enrolment.person_id == person.id).order_by(Enrolment.id.desc())
        ).all()
        session.expunge_all()
    return found[0]


def test_somebody_new_gets_a_code(program):
    (told,) = program.enrol(item(language="ar", permitExpiry="2028-01-31"))

    assert (told["outcome"], told["created"]) == ("accepted", True)
    assert len(told["accessCode"].replace("-", "").replace(" ", "")) >= 12
    assert enrolment(program).locale == "ar"


def test_the_same_request_again_is_answered_as_before_without_the_code(program):
    (first,) = program.enrol(item())

    answer = program.post(ENROLMENTS, {"requestId": "request-1", "items": [item()]})

    assert answer.json["replayed"] is True
    assert answer.json["items"] == [{name: first[name] for name in first if name != "accessCode"}]
    assert (rows(program, Person), rows(program, AccessCode)) == (1, 1)


def test_another_request_under_the_same_id_is_refused(program):
    program.enrol(item())

    answer = program.post(ENROLMENTS, {"requestId": "request-1", "items": [item("GV-2")]})

    assert problem(answer) == (409, "urn:problem-type:pretraject:enrolments:requestIdReused")
    assert rows(program, Person) == 1


def test_the_id_of_one_client_is_not_that_of_another(program):
    program.enrol(item())
    other = Program(program.site, name="office", party="dvz", scopes=["enrolments:write"])

    (told,) = other.enrol(item())

    assert told["created"] is True
    assert rows(program, Person) == 2


def test_each_item_stands_by_itself(program):
    told = program.enrol(item(), item("?"), item("GV-3", group="tourist"), item("GV-1"), item("GV-5"))

    assert [one["outcome"] for one in told] == ["accepted", "rejected", "rejected", "rejected", "accepted"]
    assert [(issue["field"], issue["code"]) for one in told for issue in one.get("issues", ())] == [
        ("fileNumber", "unreadable"),
        ("group", "unknown"),
        ("fileNumber", "duplicate"),
    ]
    assert rows(program, Person) == 2


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"birthDate": None}, "birthDate", "missing"),
        ({"birthDate": "1990-02-31"}, "birthDate", "unreadable"),
        ({"birthDate": "2026-12-31"}, "birthDate", "future"),
        ({"group": None}, "group", "missing"),
        ({"competentRegion": "mars"}, "competentRegion", "unknown"),
        ({"language": "tlh"}, "language", "unknown"),
        ({"permitExpiry": "31/01/2028"}, "permitExpiry", "unreadable"),
        ({"exemption": "because"}, "exemption", "unknown"),
        ({"addIdentifiers": [{"kind": "insz", "value": "85073003329"}]}, "addIdentifiers", "unreadable"),
        ({"endIdentifiers": [{"kind": "insz", "value": INSZ}]}, "endIdentifiers", "unknownIdentifier"),
    ],
)
def test_an_item_is_rejected_with_the_field_and_a_code(sqlite_program, changed, field, code):
    (told,) = sqlite_program.enrol(item(**changed))

    assert [(one["field"], one["code"]) for one in told["issues"]] == [(field, code)]


def test_what_is_left_out_stays(program):
    program.enrol(item(language="ar", permitExpiry="2028-01-31"))

    (told,) = program.enrol({"fileNumber": "gv-1 ", "arrivalDate": "2027-02-01"}, request_id="2")

    assert told == {"position": 0, "outcome": "accepted"}
    found = enrolment(program)
    assert (str(found.permit_expiry), str(found.arrival_date), found.locale) == (
        "2028-01-31",
        "2027-02-01",
        "ar",
    )


def test_saying_the_same_again_is_unchanged(program):
    program.enrol(item())

    (told,) = program.enrol(item(), request_id="2")

    assert told == {"position": 0, "outcome": "unchanged"}


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        ({"group": "partner"}, "group", "partner"),
        ({"competentRegion": "brussels"}, "competent_region", "brussels"),
        ({"exemption": "seasonal"}, "exemption", "seasonal"),
        ({"exemption": "none"}, "exemption", None),
    ],
)
def test_what_is_said_later_is_changed(program, change, attribute, value):
    program.enrol(item(exemption="other"))

    program.enrol({"fileNumber": "GV-1"} | change, request_id="2")

    assert getattr(enrolment(program), attribute) == value


def test_an_enrolment_is_withdrawn_and_given_back(program):
    program.enrol(item())

    program.enrol({"fileNumber": "GV-1", "withdrawn": True}, request_id="2")
    withdrawn = enrolment(program).withdrawn_at
    program.enrol({"fileNumber": "GV-1", "permitExpiry": "2028-01-01"}, request_id="3")
    still = enrolment(program).withdrawn_at
    program.enrol({"fileNumber": "GV-1", "withdrawn": False}, request_id="4")

    assert withdrawn is not None
    assert still == withdrawn
    assert enrolment(program).withdrawn_at is None


def test_another_birth_date_is_rejected(program):
    program.enrol(item())

    (told,) = program.enrol(item(birthDate="1991-04-15", group="family"), request_id="2")

    assert [(one["field"], one["code"]) for one in told["issues"]] == [("birthDate", "birthDateDiffers")]
    assert enrolment(program).group == "labour"


def status_by(program, *numbers, kind="fileNumber"):
    asked = [{"kind": kind, "value": number} for number in numbers]
    return program.post(QUERY, {"identifiers": asked}).json["items"]


def complete(program, number, reference="K7MP-2QXW-9RTA"):
    """Have the person with a number complete the track."""
    with program.site.ground.database.writing() as session:
        (person,) = holders_of(session, program.site.ground.vault, number).people
        session.add(
            TrackCompletion(
                person_id=person.id,
                track="labour",
                rule_version="labour-2026-02-02-0",
                judged_by="submission",
                assurance="unsupervised",
                reference=reference,
                completed_at=program.site.clock(),
                disputed=False,
            )
        )
        session.commit()


def test_after_a_renewal_the_completion_is_found_by_both_numbers_once(program):
    program.enrol(item())
    complete(program, "GV-1")

    (told,) = program.enrol(
        {"fileNumber": "GV-1", "addIdentifiers": [{"kind": "fileNumber", "value": "GV-2"}]},
        request_id="2",
    )

    assert told["outcome"] == "accepted"
    (found,) = status_by(program, "GV-1", "GV-2")
    assert (found["status"], found["certificateReference"]) == ("completed", "K7MP-2QXW-9RTA")
    assert [one["value"] for one in found["identifiers"]] == ["GV-1", "GV-2"]
    assert [len(status_by(program, number)) for number in ("GV-1", "GV-2")] == [1, 1]


def test_a_renewal_sent_under_its_new_number_belongs_to_the_same_person(program):
    program.enrol(item(language="ar"))

    (told,) = program.enrol(
        item("GV-2", group=None, addIdentifiers=[{"kind": "fileNumber", "value": "GV-1"}]),
        request_id="2",
    )

    assert told == {"position": 0, "outcome": "accepted"}
    assert rows(program, Person) == 1
    assert enrolment(program, "GV-2").locale == "ar"


def test_a_new_number_is_linked_only_with_the_right_birth_date(program):
    program.enrol(item())
    link = [{"kind": "fileNumber", "value": "GV-1"}]

    told = program.enrol(
        item("GV-2", birthDate=None, addIdentifiers=link),
        item("GV-3", birthDate="1991-01-01", addIdentifiers=link),
        request_id="2",
    )

    assert [one["issues"][0]["code"] for one in told] == ["missing", "birthDateDiffers"]


def test_two_files_of_one_person_are_put_together(program):
    program.enrol(item(), item("GV-2"))

    program.enrol(
        {"fileNumber": "GV-1", "addIdentifiers": [{"kind": "fileNumber", "value": "GV-2"}]},
        request_id="2",
    )

    assert len(status_by(program, "GV-1", "GV-2")) == 1


def test_two_people_with_accounts_are_never_put_together(program):
    codes = [told["accessCode"] for told in program.enrol(item(), item("GV-2"))]
    for code in codes:
        activate(program, code)

    (told,) = program.enrol(
        {"fileNumber": "GV-1", "addIdentifiers": [{"kind": "fileNumber", "value": "GV-2"}]},
        request_id="2",
    )

    assert told["issues"][0]["code"] == "identifierInUse"
    assert len(status_by(program, "GV-1", "GV-2")) == 2


def activate(program, code):
    """Open the account of a letter; return whether that was possible."""
    return entering.activate(program.site.client(), code).status_code == 303


def test_an_insz_finds_the_person(program):
    program.enrol(item())

    program.enrol(
        {"fileNumber": "GV-1", "addIdentifiers": [{"kind": "insz", "value": "85.07.30-033.28"}]},
        request_id="2",
    )

    (found,) = status_by(program, INSZ, kind="insz")
    assert found["status"] == "notCompleted"


def test_a_number_that_ended_still_finds_the_person(program):
    program.enrol(item(addIdentifiers=[{"kind": "fileNumber", "value": "GV-2"}]))

    program.enrol(
        {"fileNumber": "GV-1", "endIdentifiers": [{"kind": "fileNumber", "value": "GV-2"}]},
        request_id="2",
    )

    assert len(status_by(program, "GV-2")) == 1
    with program.site.ground.database.reading() as session:
        ended = session.scalars(select(Identifier).where(Identifier.valid_to.is_not(None))).one()
    assert ended.valid_to == program.site.clock()


def test_the_number_of_two_issuers_is_of_two_people(program):
    office = Program(program.site, name="office", party="dvz", scopes=["enrolments:write"])
    program.enrol(item())
    office.enrol(item(birthDate="1970-01-01"))

    assert len(status_by(program, "GV-1")) == 1
    asked = [{"kind": "fileNumber", "value": "GV-1", "issuer": "dvz"}]
    assert len(program.post(QUERY, {"identifiers": asked}).json["items"]) == 1


def test_a_new_code_ends_the_one_before(program):
    (first,) = program.enrol(item())

    (second,) = program.enrol({"fileNumber": "GV-1", "newAccessCode": True}, request_id="2")

    assert activate(program, first["accessCode"]) is False
    assert activate(program, second["accessCode"]) is True


def test_every_change_is_written_down_with_the_client(program):
    program.enrol(item())
    program.enrol({"fileNumber": "GV-1", "group": "partner"}, request_id="2")

    with program.site.ground.database.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        said = [(one.action, one.actor_kind, one.actor_name) for one in found]
    who = ("client", program.name)
    assert said == [
        ("enrolment.received", *who),
        ("enrolment.changed", *who),
        ("enrolment.received", *who),
    ]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"items": [item()]}, "requestId"),
        ({"requestId": "x y", "items": [item()]}, "requestId"),
        ({"requestId": "1", "items": []}, "items"),
        ({"requestId": "1", "items": [item()] * 1001}, "items"),
        ({"requestId": "1", "items": [item() | {"fileNumber": 7}]}, "items[0].fileNumber"),
        ({"requestId": "1", "items": [item() | {"colour": "red"}]}, "items[0].colour"),
        ({"requestId": "1", "items": [{"birthDate": "1990-01-01"}]}, "items[0].fileNumber"),
        ([], ""),
    ],
)
def test_a_message_of_another_form_is_refused_with_the_place(sqlite_program, body, place):
    answer = sqlite_program.post(ENROLMENTS, body)

    assert problem(answer) == (400, "urn:problem-type:belgif:badRequest")
    assert [one["name"] for one in answer.json["issues"]] == [place]
    assert "1990" not in answer.text


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b'{"requestId": "\\u0000", "items": []}', b"[" * 100_000, b'{"requestId": NaN}'],
)
def test_what_is_no_json_is_refused(sqlite_program, data):
    headers = sqlite_program.headers() | {"Content-Type": "application/json"}

    answer = sqlite_program.browser.post(ENROLMENTS, data=data, headers=headers)

    assert problem(answer)[0] == 400


def test_another_format_is_refused(sqlite_program):
    answer = sqlite_program.browser.post(ENROLMENTS, data={"a": "b"}, headers=sqlite_program.headers())

    assert problem(answer) == (415, "urn:problem-type:pretraject:unsupportedMediaType")


def test_a_body_beyond_the_limit_is_refused(sqlite_program):
    headers = sqlite_program.headers() | {"Content-Type": "application/json"}

    answer = sqlite_program.browser.post(ENROLMENTS, data=b" " * (2 * 1024 * 1024 + 1), headers=headers)

    assert problem(answer) == (413, "urn:problem-type:belgif:payloadTooLarge")


def test_an_address_that_is_none_is_a_problem_too(sqlite_program):
    answers = [sqlite_program.get("/api/nothing"), sqlite_program.get(ENROLMENTS)]

    assert [problem(answer)[0] for answer in answers] == [404, 405]
    assert set(answers[1].headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_the_trace_of_a_request_is_echoed(sqlite_program):
    headers = sqlite_program.headers() | {"BelGov-Trace-Id": "a-trace-1"}

    answer = sqlite_program.browser.post(QUERY, json={}, headers=headers)

    assert answer.headers["BelGov-Trace-Id"] == "a-trace-1"
