"""Which agency goes on with people: by postcode, on a day, and a policy that names none."""

from datetime import date

import pytest

from pretraject.config import BUNDLED
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.agencies import agencies_on, offers_for, taking_over
from pretraject.enrolment.policy import parse_policy
from pretraject.enrolment.rules import read_postcode

TEXT = (BUNDLED / "content" / "policy.yaml").read_text(encoding="utf-8")
DAY = date(2026, 11, 23)


def offers(postcode, day=DAY, text=TEXT):
    found = offers_for(agencies_on(parse_policy(text), day), postcode)
    return [(offer.agency.id, tuple(offer.tasks)) for offer in found]


@pytest.mark.parametrize(
    ("postcode", "agency"),
    [
        *(
            (code, "atlas")
            for code in ("2000", "2060", "2100", "2140", "2150", "2170", "2180", "2600", "2660")
        ),
        *((code, "amal") for code in ("9000", "9030", "9032", "9040", "9042", "9050", "9052")),
        *(
            (code, "agii")
            for code in ("1500", "1999", "2061", "2220", "3000", "3999", "8000", "9020", "9999")
        ),
    ],
)
def test_in_flanders_one_agency_does_everything(postcode, agency):
    assert offers(postcode) == [(agency, ("trajectory", "dutch"))]


@pytest.mark.parametrize("postcode", ["1000", "1299"])
def test_in_brussels_dutch_is_somebody_else_s(postcode):
    assert offers(postcode) == [("agii", ("trajectory",)), ("huis-nederlands-brussel", ("dutch",))]


def test_in_brussels_who_does_the_trajectory_takes_over():
    assert taking_over(offers_for(parse_policy(TEXT).agencies, "1000")).id == "agii"


@pytest.mark.parametrize("postcode", ["1300", "1499", "4000", "5000", "6000", "7999"])
def test_elsewhere_there_is_none(postcode):
    assert offers(postcode) == []


@pytest.mark.parametrize(
    ("typed", "postcode"),
    [
        ("9000", "9000"),
        (" 9000 ", "9000"),
        ("٩٠٠٠", "9000"),
        ("900", None),
        ("0900", None),
        ("9000-9010", None),
    ],
)
def test_a_postcode_is_read_in_the_digits_of_every_script(typed, postcode):
    assert read_postcode(typed) == postcode


def test_an_agency_is_there_from_a_day_until_a_day():
    text = TEXT.replace(
        "website: https://www.amal.gent\n    from: 2025-01-01",
        "website: https://www.amal.gent\n    from: 2025-01-01\n    until: 2026-12-31",
    )

    assert [offers("9000", day, text)[0][0] for day in (date(2026, 12, 31), date(2027, 1, 1))] == [
        "amal",
        "agii",
    ]


def test_a_policy_without_agencies_says_the_same_rules():
    before = parse_policy(TEXT[: TEXT.index("agencies:\n")])

    assert before.agencies == ()
    assert [rule.version for rule in before.rules] == [rule.version for rule in parse_policy(TEXT).rules]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("- id: amal", "- id: atlas", "agency 'atlas' twice at the same time"),
        ("- 2000-2060", "- 2060-2000", "'2060-2000' are no postcodes"),
        ('- "9000"', '- "900"', "'900' are no postcodes"),
        ('- "9000"', "- Gent", "'Gent' are no postcodes"),
    ],
)
def test_what_cannot_be_meant_is_told_with_line_and_cure(before, after, problem):
    text = TEXT.replace(before, after, 1)

    with pytest.raises(FaultyFilesError) as refused:
        parse_policy(text)
    fault = refused.value.faults[0]

    assert fault.problem == problem
    assert text.splitlines()[fault.line - 1].strip().removeprefix("- ") == after.removeprefix("- ")
    assert fault.cure


def test_an_agency_that_ends_before_it_begins_is_told():
    text = TEXT.replace(
        "website: https://www.amal.gent\n    from: 2025-01-01",
        "website: https://www.amal.gent\n    from: 2025-01-01\n    until: 2024-01-01",
    )

    with pytest.raises(FaultyFilesError) as refused:
        parse_policy(text)

    assert [fault.problem for fault in refused.value.faults] == ["`until` is before `from`"]


def test_an_agency_may_come_back_under_its_name_later():
    again = TEXT.replace("- id: amal", "- id: atlas", 1).replace(
        "website: https://www.atlas-antwerpen.be\n    from: 2025-01-01",
        "website: https://www.atlas-antwerpen.be\n    from: 2024-01-01\n    until: 2024-12-31",
    )

    assert offers("9000", text=again)[0][0] == "atlas"
