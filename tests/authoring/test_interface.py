import pytest

from pretraject.authoring.interface import interface_templates, updated_interface
from pretraject.authoring.interface_checks import check_interface
from pretraject.catalogue.catalogues import messages_of, name_of
from pretraject.catalogue.findings import Findings

FILES = {
    "study/views.py": 'a = _("Welcome")\nb = _l("Later")\nc = _n("%(num)s day", "%(num)s days", 2)\n',
    "insight/views.py": 'title = _("Welcome")\nsecret = _("Figures")\n',
    "templates/study/home.html": "{% trans name=x %}Hello {{ name }}{% endtrans %}\n{{ _('Go on') }}\n",
    "templates/staff/home.html": "{{ _('Your role') }}\n",
}
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
PLURAL = 'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n'


@pytest.fixture
def templates(tmp_path):
    """The templates of a small package."""
    for name, text in FILES.items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return interface_templates(tmp_path / "package")


@pytest.fixture
def check(tmp_path, templates):
    """Check a Dutch catalogue with these entries; returns what is wrong."""

    def checked(entries, locale="nl"):
        path = tmp_path / f"translations/{locale}/LC_MESSAGES/messages.po"
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + entries)
        findings = Findings()
        check_interface(tmp_path, {"messages": templates["messages"]}, findings)
        return [str(fault) for fault in findings.faults]

    return checked


def names(catalogue):
    return [name_of(message)[1] for message in messages_of(catalogue)]


def test_learners_and_staff_have_their_own_texts(templates):
    assert names(templates["messages"]) == ["Welcome", "Later", "%(num)s day", "Hello %(name)s", "Go on"]
    assert names(templates["staff"]) == ["Figures", "Your role"]


def test_an_update_keeps_translations_and_drops_no_plural(tmp_path, templates):
    path = tmp_path / "translations/nl/LC_MESSAGES/messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Welcome"\nmsgstr "Welkom"\n\nmsgid "Gone"\nmsgstr "Weg"\n')
    body = updated_interface(tmp_path, templates)["translations/nl/LC_MESSAGES/messages.po"].decode()

    assert 'msgid "Welcome"\nmsgstr "Welkom"\n' in body
    assert 'msgid_plural "%(num)s days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in body
    assert '#~ msgid "Gone"\n#~ msgstr "Weg"\n' in body


def test_a_like_text_is_not_guessed(tmp_path, templates):
    path = tmp_path / "translations/nl/LC_MESSAGES/messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Welcome!"\nmsgstr "Welkom!"\n')
    body = updated_interface(tmp_path, templates)["translations/nl/LC_MESSAGES/messages.po"].decode()

    assert 'msgid "Welcome"\nmsgstr ""\n' in body
    assert "fuzzy" not in body


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ('msgid "Welcome"\nmsgstr ""\n', "missing: not translated"),
        ('#, fuzzy\nmsgid "Welcome"\nmsgstr "Welkom"\n', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Dag"\n', "values: other values"),
        ('msgid "6 digits"\nmsgstr "5 cijfers"\n', "numbers: other numbers"),
        (PLURAL + 'msgstr[0] "%(num)s dag"\nmsgstr[1] "%(num)s %(x)s"\n', "unknown value %(x)s"),
        (PLURAL + 'msgstr[0] "een dag"\nmsgstr[1] "dagen"\n', "values: other values in the last form"),
        ('msgid "Welcome"\nmsgstr "Welkom"\n', "not current with code and templates"),
    ],
    ids=["missing", "fuzzy", "values", "numbers", "unknown value", "last form", "not current"],
)
def test_a_planted_fault_is_found(check, entries, problem):
    assert [fault for fault in check(entries) if problem in fault]


def test_the_wrong_number_of_plural_forms_is_found(check):
    found = check(PLURAL + 'msgstr[0] "%(num)s يوم"\nmsgstr[1] "%(num)s أيام"\n', locale="ar")

    assert any("this language has 6" in fault for fault in found)
