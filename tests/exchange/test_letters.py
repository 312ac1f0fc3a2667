"""Letters: whom they are for, what they say, and that a code is never left lying about."""

import re
import stat
import subprocess
import sys
from html import unescape

import pytest
import segno
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import select, update

from pretraject.app import build
from pretraject.audit.models import AuditEntry
from pretraject.cli import Commands
from pretraject.config import Config
from pretraject.core.db import Database
from pretraject.core.ground import Ground
from pretraject.core.locales import LANGUAGES
from pretraject.enrolment.models import AccessCode, Enrolment
from pretraject.exchange.enrolment_commands import enrolment
from pretraject.exchange.printing import Printer
from tests.site import SECRET
from tests.world import AT, VAULT, publish_rules

SITE = "https://pretraject.example.be"
HEADER = "fileNumber,birthDate,group,competentRegion,language,exemption"
DUTCH = "GV-2026/0001,1990-05-17,labour,flanders,nl,"
ARABIC = "GV-2026/0002,1985-00-00,labour,flanders,ar,"
COMMANDS = Commands(commands=[enrolment])
ADDRESS = re.compile(r'<img src="data:image/svg\+xml[^"]*" alt="([^"]+)">')
LETTER = re.compile(r'<article class="letter">.*?</article>', re.DOTALL)


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
def config(database):
    """Settings of a site at an address of its own, with the texts that come with the program."""
    url = database.url.render_as_string(hide_password=False)
    return Config(secret_key=SecretStr(SECRET), database_url=url, base_url=SITE, trusted_hosts=("localhost",))


@pytest.fixture
def run(config, database):
    """Run a command and return its result."""
    ground = Ground(config, database, VAULT, lambda: AT)
    return lambda *words: CliRunner().invoke(COMMANDS, [str(word) for word in words], obj=ground)


@pytest.fixture
def codes(run, tmp_path):
    """Import a list of these rows and return the file with their codes."""

    def codes(*rows):
        listed, file = tmp_path / "list.csv", tmp_path / "codes.csv"
        listed.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        result = run("enrolment", "import", listed, "--codes", file)
        assert result.exit_code == 0, result.output
        return file

    return codes


@pytest.fixture
def letters(run, codes, tmp_path):
    """Make the letters of these rows and return them in HTML."""

    def letters(*rows, options=()):
        result = run("enrolment", "letters", codes(*rows), "--output", tmp_path / "out.html", *options)
        assert result.exit_code == 0, result.output
        return LETTER.findall((tmp_path / "out.html").read_text(encoding="utf-8"))

    return letters


def code_in(file):
    """Return the code of the first line."""
    return file.read_text().splitlines()[1].split(",")[1]


def test_there_is_a_letter_for_each_line(letters, tmp_path):
    first, second = letters(DUTCH, ARABIC)

    lines = [line.split(",") for line in (tmp_path / "codes.csv").read_text().splitlines()[1:]]
    for letter, (number, code) in zip((first, second), lines, strict=True):
        assert re.search(rf'<dd class="code"><bdi dir="ltr">{code}</bdi></dd>', letter)
        assert number in letter


def test_a_letter_is_in_dutch_and_in_the_persons_language(letters):
    dutch, arabic = letters(DUTCH, ARABIC)

    assert re.findall(r'<section lang="(\S+)" dir="(\S+)">', dutch) == [("nl", "ltr")]
    assert re.findall(r'<section lang="(\S+)" dir="(\S+)">', arabic) == [("nl", "ltr"), ("ar", "rtl")]
    assert "23 november 2026" in arabic
    assert "23 نوفمبر 2026" in arabic


def test_whose_language_is_not_known_gets_english_beside(letters):
    (letter,) = letters(DUTCH.replace(",nl,", ",,"))

    assert re.findall(r'<section lang="(\S+)"', letter) == ["nl", "en"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("X-0001,1990-05-17,labour,flanders,en,", "this course is part of what you have to do"),
        ("X-0001,1990-05-17,labour,brussels,en,", "another region than Flanders decides"),
        ("X-0001,1990-05-17,family,flanders,en,", "It has no effect on your visa"),
        ("X-0001,1990-05-17,labour,flanders,en,seasonal", "you have an exemption"),
    ],
)
def test_it_says_whether_the_course_is_a_duty(letters, row, said):
    (letter,) = letters(row)

    every = ("part of what you have to do", "decides about", "effect on your visa", "an exemption")
    assert said in letter
    assert sum(one in letter for one in every) == 1


def test_the_square_opens_the_activation_page_without_the_code(letters, config, tmp_path):
    (letter,) = letters(ARABIC)

    (address,) = ADDRESS.findall(letter)
    code = code_in(tmp_path / "codes.csv")
    picture = unescape(re.search(r'<img src="([^"]+)"', letter)[1])
    assert address == f"{SITE}/ar/activate/"
    assert picture == segno.make(address, error="m", micro=False).svg_data_uri(border=2)
    assert code not in picture
    assert code not in re.sub(r"<dd class=.*?</dd>", "", letter)


def test_the_address_is_that_of_the_activation_page(config, database):
    site = build(Ground(config, database, VAULT, lambda: AT))

    assert site.test_client().get("/ar/activate/").status_code == 200


def test_no_birth_date_is_in_a_letter(letters):
    (letter,) = letters(DUTCH)

    assert "1990" not in letter


def test_the_sender_is_named_and_can_do_no_harm(letters):
    (letter,) = letters(DUTCH, options=("--sender", "WEWIS <b>", "--sender", "1210 Brussel"))

    assert "WEWIS &lt;b&gt;<br>1210 Brussel" in letter


def test_letters_are_for_their_owners_eyes(letters, tmp_path):
    letters(DUTCH)

    assert stat.S_IMODE((tmp_path / "out.html").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*out*")) == ["out.html"]


def test_codes_are_not_printed(run, codes, tmp_path):
    file = codes(DUTCH)

    result = run("enrolment", "letters", file, "--output", tmp_path / "out.html")

    assert result.output == f"letters: 1 in {tmp_path / 'out.html'}\n"


def test_another_name_is_a_folder_of_files(run, codes, tmp_path):
    file = codes(*(f"GV-{n:05},1990-05-17,labour,flanders,so," for n in range(101)))

    result = run("enrolment", "letters", file, "--output", tmp_path / "post")

    files = sorted((tmp_path / "post").iterdir())
    assert result.exit_code == 0, result.output
    assert [path.name for path in files] == ["letters-001.html", "letters-002.html"]
    assert [len(LETTER.findall(path.read_text())) for path in files] == [100, 1]
    assert stat.S_IMODE((tmp_path / "post").stat().st_mode) == 0o700


def test_what_is_there_is_never_overwritten(run, codes, tmp_path):
    (tmp_path / "out.html").write_text("letters that were not posted yet")

    result = run("enrolment", "letters", codes(DUTCH), "--output", tmp_path / "out.html")

    assert result.exit_code == 1
    assert "exists already" in result.output
    assert (tmp_path / "out.html").read_text() == "letters that were not posted yet"


def refused(run, file, tmp_path):
    """Return what is said when the letters of a file are refused; nothing may be left."""
    result = run("enrolment", "letters", file, "--output", tmp_path / "out.html")
    assert result.exit_code == 1, result.output
    assert list(tmp_path.glob("*out*")) == []
    return result.output


@pytest.mark.parametrize(("column", "said"), [("ended_at", "has ended"), ("used_at", "was used already")])
def test_a_code_that_opens_nothing_is_told_with_its_line(run, codes, database, tmp_path, column, said):
    file = codes(DUTCH, ARABIC)
    with database.writing() as session:
        second = session.scalars(select(AccessCode).order_by(AccessCode.id.desc()).limit(1)).one()
        setattr(second, column, AT)
        session.commit()

    output = refused(run, file, tmp_path)

    assert f"codes.csv:3: accessCode {said}" in output
    assert "enrolment reissue" in output
    assert "1 faults; nothing was changed." in output


def test_nobody_who_is_withdrawn_gets_a_letter(run, codes, database, tmp_path):
    file = codes(DUTCH)
    with database.writing() as session:
        session.execute(update(Enrolment).values(withdrawn_at=AT))
        session.commit()

    assert "codes.csv:2: the enrolment was withdrawn" in refused(run, file, tmp_path)


def test_a_code_of_another_number_is_told(run, codes, tmp_path):
    file = codes(DUTCH, ARABIC)
    file.write_text(file.read_text().replace("GV-2026/0001", "GV-2026/0002", 1))

    assert "codes.csv:2: no file has this fileNumber and this accessCode" in refused(run, file, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "codes.csv:1: the columns fileNumber and accessCode"),
        ("number,code\n1,2\n", "codes.csv:1: the columns fileNumber and accessCode"),
        ("fileNumber,accessCode\n", "there is no code below the column names"),
        ("fileNumber,accessCode\nGV-1,ABCD\n", "codes.csv:2: accessCode has a slip in it"),
        ("fileNumber,accessCode\n,ABCD\n", "codes.csv:2: fileNumber is empty"),
        ("fileNumber,accessCode\nGV-1\n", "codes.csv:2: accessCode has a slip in it"),
        ('fileNumber,accessCode\n"GV-1,ABCD\n', "this is not CSV"),
        (b"fileNumber,accessCode\n\xff\n", "this is not CSV"),
    ],
)
def test_a_file_that_is_no_file_of_codes_is_refused(run, tmp_path, text, said):
    file = tmp_path / "codes.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())

    assert said in refused(run, file, tmp_path)


def test_the_same_line_twice_gives_one_letter_or_none(run, codes, tmp_path):
    file = codes(DUTCH)
    file.write_text(file.read_text() + file.read_text().splitlines()[1] + "\n")

    assert "codes.csv:3: the same accessCode as on line 2" in refused(run, file, tmp_path)


def test_letters_are_written_down(letters, database):
    letters(DUTCH, ARABIC)

    with database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert actions.count("letter.made") == 2


def pages_of(path):
    """Return the text of each page of a PDF."""
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return text.stdout.split("\f")[:-1]


@pytest.fixture
def pdf(run, codes, tmp_path):
    """Make the letters of these rows and return the path of the PDF."""

    def pdf(*rows):
        options = ("--format", "pdf", "--output", tmp_path / "out.pdf")
        sender = (f"--sender={line}" for line in ("Departement Werk", "Albert II-laan 15", "1210 Brussel"))
        result = run("enrolment", "letters", codes(*rows), *options, *sender)
        assert result.exit_code == 0, result.output
        return tmp_path / "out.pdf"

    return pdf


def test_a_pdf_holds_both_languages_and_the_code(pdf, tmp_path):
    (page,) = pages_of(pdf(ARABIC))

    assert "Toegangscode" in page
    assert "بلجيكا" in page.replace("\u0640", "")
    assert code_in(tmp_path / "codes.csv") in page


def test_a_pdf_can_be_read_aloud_and_only_by_its_owner(pdf):
    path = pdf(DUTCH)

    facts = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(r"Pages: +1\n", facts)
    assert "A4" in facts
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def has_font(language):
    found = subprocess.run(["fc-list", f":lang={language}"], check=True, capture_output=True, text=True)
    return bool(found.stdout)


def test_every_language_fits_a_page(pdf):
    languages = [one.tag for one in LANGUAGES if one.script != "chinese" or has_font("zh-cn")]

    pages = pages_of(pdf(*(f"GV-{tag}-01,1990-05-17,labour,flanders,{tag}," for tag in languages)))

    assert [re.search(r"GV-\S+", page)[0] for page in pages] == [f"GV-{tag}-01" for tag in languages]


def test_signs_without_a_font_are_no_letter(run, codes, tmp_path):
    options = ("--format", "pdf", "--output", tmp_path / "out.pdf", "--sender", "\U000e8000")

    result = run("enrolment", "letters", codes(DUTCH), *options)

    assert result.exit_code == 1
    assert "no font on this machine has" in result.output
    assert list(tmp_path.glob("*out*")) == []


def test_a_letter_longer_than_a_page_is_no_letter(run, codes, tmp_path):
    options = ("--format", "pdf", "--output", tmp_path / "out.pdf")

    result = run("enrolment", "letters", codes(DUTCH), *options, *(["--sender=Line"] * 80))

    assert result.exit_code == 1
    assert "longer than one page" in result.output
    assert not (tmp_path / "out.pdf").exists()


def test_without_weasyprint_it_says_how_to_get_it(run, codes, tmp_path, monkeypatch):
    file = codes(DUTCH)
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    result = run("enrolment", "letters", file, "--format", "pdf", "--output", tmp_path / "out.pdf")

    assert result.exit_code == 1
    assert "pip install 'pretraject[pdf]'" in result.output
    assert not (tmp_path / "out.pdf").exists()


def test_nothing_is_fetched(run, codes, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">secret</text></svg>')
    printer = Printer()
    printer.add(f'<p>Text</p><img alt="x" src="{secret.as_uri()}">')
    with (tmp_path / "out.pdf").open("wb") as file:
        printer.write(file)

    assert "secret" not in pages_of(tmp_path / "out.pdf")[0]


def test_the_name_of_a_file_fits_its_format(run, codes, tmp_path):
    result = run("enrolment", "letters", codes(DUTCH), "--output", tmp_path / "out.pdf")

    assert result.exit_code != 0
    assert "ends in .html" in result.output
