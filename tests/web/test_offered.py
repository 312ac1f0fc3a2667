"""Which languages the site offers: those whose interface is complete, and never a damaged one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pretraject.core.errors import FaultyFilesError
from pretraject.web.i18n import offered_languages

ROOT = Path(__file__).resolve().parents[2]
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
DUTCH = HEADER + "".join(f'msgid "Text {number}"\nmsgstr "Tekst {number}"\n\n' for number in range(10))
AMHARIC = HEADER + "".join(f'msgid "Text {number}"\nmsgstr "ጽሑፍ {number}"\n\n' for number in range(10))
LINE = '    Language("ti", "ti", "ትግርኛ", "ethiopic"),\n'
ANOTHER = '    Language("am", "am", "አማርኛ", "ethiopic"),\n'


def write(folder, locale, text):
    path = folder / locale / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def locales(folder):
    return [language.locale for language in offered_languages(folder)]


def test_a_language_is_offered_when_it_is_complete(tmp_path):
    write(tmp_path, "nl", DUTCH)
    write(tmp_path, "ti", AMHARIC)

    assert locales(tmp_path) == ["nl", "en", "ti"]


@pytest.mark.parametrize(
    "text",
    [
        AMHARIC.replace('msgstr "ጽሑፍ 3"', 'msgstr ""'),
        AMHARIC.replace('msgid "Text 3"', '#, fuzzy\nmsgid "Text 3"'),
        AMHARIC.replace('msgid "Text 3"', 'msgid "Another text"'),
        HEADER,
    ],
    ids=["one missing", "one fuzzy", "one renamed", "empty"],
)
def test_a_language_that_is_not_complete_is_not_offered_and_named(tmp_path, caplog, text):
    write(tmp_path, "nl", DUTCH)
    write(tmp_path, "ti", text)

    assert locales(tmp_path) == ["nl", "en"]
    assert "ti is not offered" in caplog.text


def test_a_language_is_taken_out_by_taking_its_catalogue_out(tmp_path):
    write(tmp_path, "nl", DUTCH)

    assert locales(tmp_path) == ["nl", "en"]


@pytest.mark.parametrize(
    ("damaged", "line"),
    [
        (AMHARIC.replace('msgid "Text 3"', "<<<<<<< ours"), True),
        (AMHARIC.encode()[:200] + b"\xff\xfe" + AMHARIC.encode()[200:], False),
    ],
    ids=["a merge left half way", "not UTF-8"],
)
def test_a_damaged_catalogue_is_named_with_its_line(tmp_path, damaged, line):
    write(tmp_path, "nl", DUTCH)
    write(tmp_path, "ti", AMHARIC)
    (tmp_path / "ti/LC_MESSAGES/messages.po").write_bytes(
        damaged if isinstance(damaged, bytes) else damaged.encode()
    )

    with pytest.raises(FaultyFilesError) as refused:
        offered_languages(tmp_path)

    (fault,) = refused.value.faults
    assert fault.file.endswith("ti/LC_MESSAGES/messages.po")
    assert bool(fault.line) is line


@pytest.fixture
def with_amharic(tmp_path):
    """The program with one more line in the registry, and nothing else."""
    shutil.copytree(
        ROOT / "pretraject", tmp_path / "pretraject", ignore=shutil.ignore_patterns("__pycache__")
    )
    registry = tmp_path / "pretraject" / "core" / "locales.py"
    text = registry.read_text()
    assert LINE in text
    registry.write_text(text.replace(LINE, LINE + ANOTHER))
    write(tmp_path / "source" / "translations", "nl", DUTCH)
    return tmp_path


LOOK = """
from pathlib import Path
from pretraject.core.locales import find_language
from pretraject.web.i18n import offered_languages

offered = offered_languages(Path("source/translations"))
print([language.locale for language in offered])
print(find_language("am").direction, find_language("AM").name)
"""


def look(folder):
    """Ask that program which languages it offers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRETRAJECT_")}
    run = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


def test_a_language_is_added_by_a_catalogue_and_a_line(with_amharic):
    assert look(with_amharic)[0] == "['nl', 'en']"

    write(with_amharic / "source" / "translations", "am", AMHARIC.replace('msgstr "ጽሑፍ 9"', 'msgstr ""'))
    assert look(with_amharic)[0] == "['nl', 'en']"

    write(with_amharic / "source" / "translations", "am", AMHARIC)
    assert look(with_amharic) == ["['nl', 'en', 'am']", "ltr አማርኛ"]
