import pytest

from pretraject.catalogue.checks.numbers import differing_numbers, numbers_in


@pytest.mark.parametrize(
    ("dutch", "translation"),
    [
        ("In 1830", "في ١٨٣٠"),
        ("25.000 mensen", "25,000 people"),
        ("25.000 mensen", "٢٥٬٠٠٠ شخص"),
        ("25.000 mensen", "25\u202f000 personnes"),
        ("1,5 jaar", "1.5 years"),
        ("57–51 voor Christus", "57-51 BC"),
        ("4 oktober 1830", "1830年10月4日"),
        ("{fact:a1} en 3", "3 and {fact:a1}"),
        ("[x](https://a.be/1)", "[y](https://a.be/2)"),
        ("om 12.30 uur", "at 12.30"),
    ],
)
def test_the_same_numbers_are_the_same_in_any_script(dutch, translation):
    assert differing_numbers(dutch, translation) == ([], [])


@pytest.mark.parametrize(
    ("dutch", "translation", "lacking", "surplus"),
    [
        ("In 1830", "In 1831", ["1830"], ["1831"]),
        ("In 1830", "في ١٨٣١", ["1830"], ["1831"]),
        ("3 talen en 3 gewesten", "3 languages and regions", ["3"], []),
        ("In mei", "In 5 and 5", [], ["5"]),
        ("2,5 jaar", "25 years", ["2.5"], ["25"]),
    ],
)
def test_other_numbers_are_found(dutch, translation, lacking, surplus):
    assert differing_numbers(dutch, translation) == (lacking, surplus)


def test_numbers_are_counted():
    assert numbers_in("1 en 1 en 2") == {"1": 2, "2": 1}
