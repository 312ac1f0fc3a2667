from datetime import date

from pretraject.enrolment.queries import current_policy
from tests.world import publish_rules, rule

LATER = date(2027, 9, 1)


def policy_of(session):
    publish_rules(session, rule(), rule(consequence="no-renewal") | {"from": LATER})
    return current_policy(session)[1]


def test_the_first_later_rule_with_a_consequence_is_named(session):
    assert policy_of(session).next_consequence("labour", after=date(2026, 1, 1)).from_ == LATER


def test_a_rule_in_force_is_not_to_come(session):
    assert policy_of(session).next_consequence("labour", after=LATER) is None


def test_a_group_without_consequence_has_none_to_come(session):
    assert policy_of(session).next_consequence("partner", after=date(2026, 1, 1)) is None
