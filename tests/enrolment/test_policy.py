from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pretraject.config import BUNDLED
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment import queries
from pretraject.enrolment.models import PolicyVersion
from pretraject.enrolment.policy import parse_policy
from pretraject.enrolment.policy_release import publish_policy
from tests.world import AT, DAY, enrol, make_person, publish_rules, rule

NOWHERE = "    consequence: no-renewal\n    regions:\n      - flandres"
NAMES = [
    "labour-2025-01-01-0bc5d5b7",
    "labour-2026-02-02-f89ff55e",
    "labour-2027-09-01-0e6716b2",
    "family-2025-01-01-4b631128",
    "family-2026-02-02-3a621dc3",
]
"""What people are judged by stands under these names; a new setting must not change them."""
TEXT = (BUNDLED / "content" / "policy.yaml").read_text(encoding="utf-8")


EXEMPT_GROUPS = (
    "    exempt-groups:\n      - seasonal\n      - short-stay\n      - completed-elsewhere\n      - other\n"
)


def faults(text):
    """Return the line and problem of every fault."""
    with pytest.raises(FaultyFilesError) as refused:
        parse_policy(text)
    return [(fault.line, fault.problem) for fault in refused.value.faults]


def line_of(text, start):
    """Return the number of the first line that begins so."""
    lines = text.split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


def test_the_policy_that_comes_along_is_right():
    policy = parse_policy(TEXT)

    assert policy.track_of("partner") == "labour"
    assert policy.consequence_of("partner", policy.rules[-1]) == "none"


@pytest.mark.parametrize(
    ("track", "day", "overall", "consequence"),
    [
        ("labour", date(2026, 2, 1), 50, "none"),
        ("labour", date(2026, 2, 2), 70, "none"),
        ("labour", date(2027, 9, 1), 70, "no-renewal"),
        ("family", date(2027, 9, 1), 70, "none"),
    ],
)
def test_a_rule_holds_from_its_day(track, day, overall, consequence):
    found = parse_policy(TEXT).rule_for(track, day)

    assert (found.bars.overall, found.consequence) == (overall, consequence)


def test_before_the_first_rule_there_is_none():
    assert parse_policy(TEXT).rule_for("labour", date(2024, 12, 31)) is None


def test_a_rule_s_name_changes_with_what_it_says_only():
    policy = parse_policy(TEXT)
    other = parse_policy(TEXT.replace("wait-hours: 24", "wait-hours: 48", 1))
    further = parse_policy(TEXT.replace("\nexemptions:\n", "\n  - brussels\nexemptions:\n"))

    assert policy.rules[0].version.startswith("labour-2025-01-01-")
    assert other.rules[0].version != policy.rules[0].version
    assert other.rules[1].version == policy.rules[1].version
    assert [one.version for one in further.rules] == [one.version for one in policy.rules]


def test_rules_keep_the_names_that_people_were_judged_under():
    assert [one.version for one in parse_policy(TEXT).rules] == NAMES


def test_the_rule_of_2027_had_another_name_before_it_said_regions_and_exempt_groups():
    before = (
        TEXT.replace(
            "      opens-months: 4.5\n      closes-months: 2\n",
            "      opens-days: 137\n      closes-days: 61\n",
        )
        .replace("    regions:\n      - flanders\n    exempt-groups:\n", "    exempt-groups:\n")
        .replace(EXEMPT_GROUPS, "")
        .replace("      - regions\n      - exempt-groups\n", "")
    )

    assert parse_policy(before).rules[2].version == "labour-2027-09-01-913f10ce"


def test_a_word_that_is_not_known_is_told_with_its_line_and_what_could_be_meant():
    text = TEXT.replace("      - term-months\n", "      - terms\n", 1)

    with pytest.raises(FaultyFilesError) as refused:
        parse_policy(text)

    fault = refused.value.faults[0]
    assert fault.line == line_of(text, "- terms")
    assert "term-months" in fault.cure


def test_a_published_policy_is_read_whatever_the_program_learnt_to_refuse_since(session):
    text = TEXT.replace("      - term-months\n", "      - terms\n", 1)
    session.add(PolicyVersion(fingerprint="0" * 64, body=text, published_at=AT, current_since=AT))
    session.flush()

    assert queries.current_policy(session)[1].rules[0].assumptions[-2] == "terms"


def test_a_rule_that_names_no_regions_has_those_of_the_policy():
    policy = parse_policy(TEXT)

    assert policy.regions_of(policy.rules[0]) == ("flanders",)
    assert policy.exempt_groups_of(policy.rules[0]) == policy.exemptions


def test_the_duty_follows_the_regions_of_the_rule_in_force(session):
    later = rule(**{"from": date(2027, 1, 1), "regions": ["flanders", "brussels"]})
    publish_rules(session, rule(), later)
    person = make_person(session)
    enrol(session, person, region="brussels")

    before = queries.rules_for(session, person, at=AT)
    after = queries.rules_for(session, person, at=AT + 100 * DAY)

    assert (before.obliged, after.obliged) == (False, True)


def test_a_group_is_exempt_while_the_rule_in_force_says_so(session):
    later = rule(**{"from": date(2027, 1, 1), "exempt-groups": ["other"]})
    publish_rules(session, rule(), later)
    person = make_person(session)
    enrol(session, person, exemption="seasonal")

    before = queries.rules_for(session, person, at=AT)
    after = queries.rules_for(session, person, at=AT + 100 * DAY)

    assert (before.obliged, after.obliged) == (False, True)


def test_every_fault_is_told_with_its_line():
    text = TEXT.replace("wait-hours: 24", "wait-hours: a day", 1).replace("regions:", "region:", 1)

    found = faults(text)

    assert line_of(text, "wait-hours: a day") in [line for line, _ in found]
    assert (line_of(text, "region:"), "unknown key 'region'") in found


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("from: 2026-02-02", "from: 2024-01-01", "rule is not later than the one before"),
        ("track: family\n", "track: study\n", "track 'study' has no rule"),
        ("values: 5", "values: 3", "3 value questions are too few for their bar to be applied"),
        ("opens-days: 137", "opens-days: 30", "renewal closes before it opens"),
        ("opens-months: 4.5", "opens-months: 1.5", "renewal closes before it opens"),
        ("opens-months: 4.5", "opens-days: 137", "renewal is neither in months nor in days"),
        ("closes-months: 2", "closes-days: 61", "renewal is neither in months nor in days"),
        ("opens-days: 137", "opens-months: 2", "renewal is neither in months nor in days"),
        (
            "    consequence: no-renewal\n    regions:\n      - flanders",
            NOWHERE,
            "regions: 'flandres' is not known",
        ),
        ("      - completed-elsewhere\n", "      - tourist\n", "exempt-groups: 'tourist' is not known"),
        ("      - term-months\n", "      - terms\n", "assumptions: 'terms' is not known"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(before, after, problem):
    assert problem in [found for _, found in faults(TEXT.replace(before, after, 1))]


def test_what_is_no_yaml_is_a_fault_and_no_crash():
    assert faults("groups: [\n")
    assert faults("")
    assert faults("- 1\n")


def test_publishing_the_same_again_changes_nothing(session):
    first = publish_policy(session, TEXT, at=AT)
    again = publish_policy(session, TEXT, at=AT + DAY)

    assert again is first
    assert first.current_since == AT


def test_an_older_policy_can_come_back(session):
    first = publish_policy(session, TEXT, at=AT)
    publish_policy(session, TEXT.replace("wait-hours: 24", "wait-hours: 48"), at=AT)
    publish_policy(session, TEXT, at=AT)

    assert queries.current_policy(session)[0] is first
    assert len(session.scalars(select(PolicyVersion)).all()) == 2


def test_a_faulty_policy_is_not_published(session):
    publish_policy(session, TEXT, at=AT)

    with pytest.raises(FaultyFilesError):
        publish_policy(session, TEXT + "more: 1\n", at=AT + DAY)


def test_without_a_policy_nobody_is_judged(session):
    person = make_person(session)

    with pytest.raises(queries.NoPolicyError):
        queries.rules_for(session, person, at=AT)


def test_the_rule_at_enrolment_is_the_one_of_that_day_in_the_policy_of_then(session):
    bars = {"overall": 50, "values": 80, "practical": 50}
    publish_rules(session, rule(bars=bars), at=AT - 300 * DAY)
    person = make_person(session)
    enrol(session, person, at=AT - 100 * DAY)
    stricter = [rule(bars=bars), rule(**{"from": (AT - 200 * DAY).date()})]
    publish_rules(session, *stricter, at=AT - 50 * DAY)

    found = queries.rules_for(session, person, at=AT)

    assert found.at_enrolment.bars.overall == 50
    assert found.at_submission.bars.overall == 70
    assert found.enrolled


def test_the_rule_at_submission_is_the_one_in_force_now(session):
    later = rule(**{"from": date(2027, 1, 1)}, wait_hours=0)
    later["wait-hours"] = later.pop("wait_hours")
    publish_rules(session, rule(), later)
    person = make_person(session)

    before = queries.rules_for(session, person, at=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    after = queries.rules_for(session, person, at=datetime(2026, 12, 31, 23, tzinfo=UTC))

    assert before.at_submission.wait_hours == 24
    assert after.at_submission.wait_hours == 0


def test_without_an_enrolment_only_the_rule_at_submission_counts(session):
    publish_rules(session)

    found = queries.rules_for(session, make_person(session, declared_group="family"), at=AT)

    assert (found.at_enrolment, found.track, found.enrolled) == (None, "family", False)


def test_an_enrolment_counts_more_than_what_somebody_declared(session):
    publish_rules(session)
    person = make_person(session, declared_group="family")
    enrol(session, person, group="partner")

    found = queries.rules_for(session, person, at=AT)

    assert (found.group, found.track, found.consequence) == ("partner", "labour", "none")


def test_the_newest_enrolment_counts(session):
    publish_rules(session)
    person = make_person(session)
    enrol(session, person, group="labour", at=AT - 10 * DAY)
    enrol(session, person, group="family", at=AT - timedelta(days=1))

    assert queries.rules_for(session, person, at=AT).group == "family"


def test_a_policy_that_loses_a_group_with_people_in_it_is_refused(session):
    publish_rules(session)
    enrol(session, make_person(session), group="partner")
    lost = TEXT.replace("  partner:\n    track: labour\n    consequence: none\n", "")

    with pytest.raises(FaultyFilesError) as refused:
        publish_policy(session, lost, at=AT + DAY)

    assert [fault.problem for fault in refused.value.faults] == [
        "group partner is missing, but people are in it"
    ]
