import csv
import stat
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from pretraject.accounts.birth_dates import BirthDate
from pretraject.accounts.codes import read_code
from pretraject.audit.models import AuditEntry
from pretraject.cli import Commands
from pretraject.completion.models import FeedEvent
from pretraject.core.db import Database
from pretraject.core.ground import Ground
from pretraject.enrolment import actions
from pretraject.enrolment.models import AccessCode, Enrolment, Identifier, Person
from pretraject.exchange import enrolment_commands
from pretraject.exchange.enrolment_commands import enrolment
from tests.world import AT, VAULT, make_release, publish_rules, take_test

HEADER = "fileNumber,birthDate,group,competentRegion"
FIRST = "GV-2026/0001,1990-05-17,labour,flanders"
SECOND = "GV-2026/0002,1985-00-00,family,brussels"
COMMANDS = Commands(commands=[enrolment])


@pytest.fixture
def database(database_url):
    """A database with a policy."""
    database = Database(database_url)
    with database.writing() as session:
        publish_rules(session)
        session.commit()
    yield database
    database.dispose()


@pytest.fixture
def ground(database):
    """What the commands stand on."""
    return Ground(None, database, VAULT, lambda: AT)


@pytest.fixture
def run(ground):
    """Run a command and return its result."""
    return lambda *words: CliRunner().invoke(COMMANDS, [str(word) for word in words], obj=ground)


@pytest.fixture
def take_in(run, tmp_path):
    """Import a list of these rows; every call has a codes file of its own."""

    def take_in(*rows, header=HEADER, name="codes.csv"):
        listed = tmp_path / "list.csv"
        listed.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return run("enrolment", "import", listed, "--codes", tmp_path / name)

    return take_in


def codes_in(path):
    """Return what a codes file says."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["fileNumber"]: row["accessCode"] for row in csv.DictReader(file)}


def count(database, model):
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def activate(session, code, birth_date):
    return actions.activate(
        session,
        VAULT,
        code=code,
        birth_date=birth_date,
        secret="408172",
        locale="ar",
        address="",
        at=AT,
    )


def test_new_people_get_codes_that_open_their_file(take_in, tmp_path, database):
    result = take_in(FIRST, SECOND)

    codes = codes_in(tmp_path / "codes.csv")
    assert result.exit_code == 0, result.output
    assert "new: 2, changed: 0, unchanged: 0" in result.output
    assert set(codes) == {"GV-2026/0001", "GV-2026/0002"}
    with database.writing() as session:
        outcome = activate(session, codes["GV-2026/0002"], BirthDate(1985, 3))
        assert isinstance(outcome, actions.Activated)


def test_a_report_says_what_became_of_each_row(run, tmp_path):
    report = tmp_path / "report.csv"
    listed = tmp_path / "list.csv"
    listed.write_text("\n".join([HEADER, FIRST, ""]))
    run("enrolment", "import", listed, "--codes", tmp_path / "a.csv")
    listed.write_text("\n".join([HEADER, FIRST.replace("labour", "partner"), SECOND, ""]))

    result = run("enrolment", "import", listed, "--codes", tmp_path / "b.csv", "--report", report)

    assert result.exit_code == 0, result.output
    assert report.read_text().splitlines() == [
        "line,fileNumber,outcome",
        "2,GV-2026/0001,changed",
        "3,GV-2026/0002,created",
    ]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_report_of_a_list_that_is_refused_has_every_fault(run, tmp_path):
    report, listed = tmp_path / "report.csv", tmp_path / "list.csv"
    listed.write_text(
        "\n".join([HEADER, FIRST.replace("labour", "tourist"), SECOND.replace("1985", "x"), ""])
    )

    result = run("enrolment", "import", listed, "--codes", tmp_path / "a.csv", "--report", report)

    assert result.exit_code == 1
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert [(row["line"], row["problem"]) for row in rows] == [
        ("2", "group 'tourist' is not known"),
        ("3", "birthDate is no birth date"),
    ]


def test_a_renewal_s_number_and_an_insz_are_taken_from_the_list(take_in, database):
    header = f"{HEADER},newFileNumber,insz,withdrawn"

    take_in(f"{FIRST},GV-2027/0009,85073003328,", header=header)

    with database.reading() as session:
        kinds = session.scalars(select(Identifier.kind).order_by(Identifier.id)).all()
        owners = set(session.scalars(select(Identifier.person_id)))
    assert kinds == ["fileNumber", "fileNumber", "insz"]
    assert len(owners) == 1


def test_codes_are_for_their_owner_s_eyes(take_in, tmp_path):
    take_in(FIRST)

    assert stat.S_IMODE((tmp_path / "codes.csv").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("codes*")) == ["codes.csv"]


def test_codes_are_not_printed(take_in, tmp_path):
    result = take_in(FIRST)

    code = codes_in(tmp_path / "codes.csv")["GV-2026/0001"]
    assert code not in result.output


def test_a_file_that_is_there_is_never_overwritten(take_in, tmp_path, database):
    (tmp_path / "codes.csv").write_text("the only copy of other codes")

    result = take_in(FIRST)

    assert result.exit_code == 1
    assert "exists already" in result.output
    assert (tmp_path / "codes.csv").read_text() == "the only copy of other codes"
    assert count(database, Person) == 0


def test_where_no_file_can_be_written_nothing_is_stored(take_in, database):
    result = take_in(FIRST, name="nowhere/codes.csv")

    assert result.exit_code == 1
    assert count(database, Person) == 0


def test_one_fault_stores_nothing_and_leaves_no_file(take_in, tmp_path, database):
    result = take_in(FIRST, "GV-2026/0002,1985-13-01,family,brussels")

    assert result.exit_code == 1
    assert "list.csv:3: birthDate is no birth date" in result.output
    assert not (tmp_path / "codes.csv").exists()
    assert count(database, Person) == 0


def test_the_same_list_again_changes_nothing_and_makes_no_codes(take_in, tmp_path, database):
    take_in(FIRST, SECOND)

    result = take_in(FIRST, SECOND, name="again.csv")

    assert "new: 0, changed: 0, unchanged: 2" in result.output
    assert codes_in(tmp_path / "again.csv") == {}
    assert count(database, AccessCode) == 2


def test_what_differs_is_corrected_and_the_day_of_enrolment_stays(take_in, database):
    take_in(f"{FIRST},2027-12-31,", header=f"{HEADER},permitExpiry,exemption")

    result = take_in(
        "gv 2026 0001,1990-05-17,partner,brussels,2028-12-31,seasonal",
        header=f"{HEADER},permitExpiry,exemption",
        name="again.csv",
    )

    assert "new: 0, changed: 1, unchanged: 0" in result.output
    with database.reading() as session:
        enrolment = session.scalars(select(Enrolment)).one()
    assert (enrolment.group, enrolment.competent_region) == ("partner", "brussels")
    assert (enrolment.permit_expiry, enrolment.exemption) == (date(2028, 12, 31), "seasonal")
    assert enrolment.enrolled_at == AT


def test_a_column_left_out_keeps_what_is_known_and_an_empty_cell_clears_it(take_in, database):
    take_in(f"{FIRST},2027-12-31", header=f"{HEADER},permitExpiry")

    kept = take_in(FIRST, name="kept.csv")
    cleared = take_in(f"{FIRST},", header=f"{HEADER},permitExpiry", name="cleared.csv")

    assert "unchanged: 1" in kept.output
    assert "changed: 1" in cleared.output
    with database.reading() as session:
        assert session.scalars(select(Enrolment)).one().permit_expiry is None


def test_another_birth_date_for_a_known_number_is_a_fault(take_in, tmp_path, database):
    take_in(FIRST)

    result = take_in(SECOND, "GV-2026/0001,1991-05-17,labour,flanders", name="again.csv")

    assert result.exit_code == 1
    assert "list.csv:3: birthDate: another birthDate is on record" in result.output
    assert not (tmp_path / "again.csv").exists()
    assert count(database, Person) == 1


def test_a_changed_group_can_complete_a_track(take_in, tmp_path, database):
    take_in(SECOND)
    with database.writing() as session:
        release = make_release(session)
        code = codes_in(tmp_path / "codes.csv")["GV-2026/0002"]
        person = activate(session, code, BirthDate(1985)).person
        take_test(session, person, release)
        session.commit()

    take_in(SECOND.replace("family", "labour"), name="again.csv")

    with database.reading() as session:
        payloads = session.scalars(select(FeedEvent.payload)).all()
    assert [payload["track"] for payload in payloads] == ["labour"]


def test_codes_are_on_disk_before_anything_is_stored(take_in, tmp_path, database):
    seen = []

    @event.listens_for(database.writer, "commit")
    def look(_connection):
        part = tmp_path / "codes.csv.part"
        seen.append(codes_in(part) if part.exists() else None)

    take_in(FIRST)

    assert seen == [codes_in(tmp_path / "codes.csv")]


def failing(error, *, after_commit):
    """Make a commit that fails, before or after the database has done it."""

    def fail(connection):
        end = connection.connection.commit if after_commit else connection.connection.rollback
        end()
        raise error

    return fail


LOST = OperationalError("COMMIT", {}, Exception("connection lost"))


@pytest.mark.parametrize("error", [LOST, KeyboardInterrupt()])
def test_a_commit_that_fails_leaves_no_codes(take_in, tmp_path, database, error):
    event.listen(database.writer, "commit", failing(error, after_commit=False))

    result = take_in(FIRST)

    assert result.exit_code != 0
    assert list(tmp_path.glob("codes*")) == []
    assert count(database, Person) == 0


def test_codes_are_kept_when_the_commit_succeeded_but_nobody_heard(take_in, tmp_path, database):
    event.listen(database.writer, "commit", failing(LOST, after_commit=True))

    result = take_in(FIRST)

    assert "Everything is stored" in result.output
    assert set(codes_in(tmp_path / "codes.csv")) == {"GV-2026/0001"}
    assert count(database, Person) == 1


def test_codes_are_kept_when_nobody_can_tell(take_in, tmp_path, database, monkeypatch):
    event.listen(database.writer, "commit", failing(LOST, after_commit=True))

    def no_answer(*_given):
        raise LOST

    monkeypatch.setattr(enrolment_commands, "_are_stored", no_answer)

    result = take_in(FIRST)

    assert "codes.csv.part" in result.output
    assert set(codes_in(tmp_path / "codes.csv.part")) == {"GV-2026/0001"}


def test_ten_thousand_rows_are_stored_by_few_statements(take_in, tmp_path, database):
    rows = [f"GV-2026/{n:05},1990-05-{n % 28 + 1:02},labour,flanders" for n in range(10_000)]
    statements = []
    event.listen(database.writer, "before_cursor_execute", lambda *given: statements.append(given[2]))

    result = take_in(*rows)

    assert result.exit_code == 0
    assert len(set(codes_in(tmp_path / "codes.csv").values())) == 10_000
    assert len(statements) < 100


def test_one_bad_row_among_ten_thousand_is_reported_alone(take_in, tmp_path, database):
    rows = [f"GV-2026/{n:05},1990-05-17,labour,flanders" for n in range(10_000)]
    rows[5000] = "GV-2026/05000,1990-05-17,labour,vlaanderen"

    result = take_in(*rows)

    assert result.exit_code == 1
    assert result.output.count("list.csv:") == 1
    assert "list.csv:5002: competentRegion 'vlaanderen' is not known" in result.output
    assert count(database, Person) == 0


def test_without_a_policy_the_command_says_what_to_do(tmp_path, database_url):
    empty = Database(database_url)
    listed = tmp_path / "list.csv"
    listed.write_text(f"{HEADER}\n{FIRST}\n")

    result = CliRunner().invoke(
        COMMANDS,
        ["enrolment", "import", str(listed), "--codes", str(tmp_path / "codes.csv")],
        obj=Ground(None, empty, VAULT, lambda: AT),
    )

    empty.dispose()
    assert result.exit_code == 1
    assert "pretraject content publish" in result.output


def test_a_new_code_is_printed_and_ends_the_one_of_before(take_in, run, tmp_path, database):
    take_in(FIRST)
    old = codes_in(tmp_path / "codes.csv")["GV-2026/0001"]

    result = run("enrolment", "reissue", "gv 2026 0001")

    new = result.output.strip()
    assert read_code(new) is not None
    with database.writing() as session:
        assert activate(session, old, BirthDate(1990, 5, 17)).reason == "spent"
        assert isinstance(activate(session, new, BirthDate(1990, 5, 17)), actions.Activated)


@pytest.mark.parametrize("number", ["GV-0000", "?"])
def test_a_number_nobody_has_gets_no_code(run, number):
    result = run("enrolment", "reissue", number)

    assert result.exit_code == 1
    assert "no file with this number" in result.output


def written_down(database):
    """Return what was written down, oldest first, as action and person."""
    with database.reading() as session:
        return [
            (entry.action, entry.person_id, entry.detail)
            for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        ]


def test_an_import_is_written_down_with_whose_enrolment_it_changed(take_in, database):
    take_in("GV2026-0001,1990-04-15,labour,flanders", "GV2026-0002,1991-04-15,labour,flanders")
    take_in(
        "GV2026-0001,1990-04-15,family,flanders",
        "GV2026-0002,1991-04-15,labour,flanders",
        name="more.csv",
    )

    with database.reading() as session:
        person_id = session.scalars(select(Enrolment.person_id).where(Enrolment.group == "family")).one()
    assert written_down(database) == [
        ("enrolment.imported", None, {"new": 2}),
        ("enrolment.changed", person_id, {}),
        ("enrolment.imported", None, {"new": 0}),
    ]


@pytest.mark.parametrize(
    ("option", "action"), [((), "code.reissued"), (("--disputed",), "code.reissued-disputed")]
)
def test_a_new_code_is_written_down(take_in, run, database, option, action):
    take_in("GV2026-0001,1990-04-15,labour,flanders")

    run("enrolment", "reissue", "GV2026-0001", *option)

    with database.reading() as session:
        person_id = session.scalars(select(Person.id)).one()
    assert written_down(database)[-1] == (action, person_id, {})
