"""Whatever is given to a command: a clear line and exit code 1 or 2, never a trace."""

import os
import shutil
from contextlib import contextmanager

import click
import pytest
from click.testing import CliRunner

from pretraject import cli
from pretraject.cli import main
from tests.exchange.stranger import Key
from tests.site import SECRET

TEXTS = {
    "nothing": "",
    "spaces": "  ",
    "a lone surrogate": "\udcff\udcfe",
    "bidi": "\u202eabc",
    "a format": "%s{0}%(x)s",
    "a path": "../../etc/passwd",
    "an option": "--no-such-option",
    "long": "x" * 10_000,
    "controls": "a\r\n\x1b[31mb",
}
NUMBERS = {"minus one": "-1", "zero": "0", "huge": "9" * 30, "no number": "abc", "a port too far": "65536"}
NOTHING = (0, 1, 2)
SOUND = {"role": "editor", "format_": "csv", "codes": "codes.csv", "output": "out.csv", "folder": "dumped"}
SOUND |= {"source": "small", "email": "a@example.org", "file_number": "AB-1", "file": "list.csv"}
SOUND |= {"name": "permits", "kid": "first", "recipient": "wewis", "scopes": "completions:read"}
SOUND |= {"jwks": "keys.json"}
LIST = b"fileNumber,birthDate,group,competentRegion\nAB-1,1990-04-15,labour,flanders\n"


def commands(group=main, path=()):
    """Yield every command with its words."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


EVERY = dict(commands())


def files(folder):
    """Make files and folders that are not what was asked for, by name."""
    made = {
        "empty": b"",
        "binary": bytes(range(256)) * 50,
        "NUL": b"a\0b\n",
        "another encoding": "fileNumber,ü\n".encode("utf-16"),
        "no UTF-8": b"fileNumber\n\xff\xfe\n",
        "one long line": b"x" * 300_000,
        "many quotes": b'"' * 1001,
        "very many commas": b"," * 300_000,
    }
    for name, body in made.items():
        (folder / name).write_bytes(body)
    (folder / "a folder").mkdir()
    (folder / "a folder" / "content").mkdir()
    (folder / "a folder" / "translations").write_bytes(b"no folder")
    (folder / "a link to nothing").symlink_to(folder / "nowhere")
    (folder / "a link to itself").symlink_to(folder / "a link to itself")
    missing = ["missing", "missing/below", "empty/below", "x" * 300]
    return [
        *made,
        "a folder",
        "a link to nothing",
        "a link to itself",
        *missing,
        "/dev/full",
        "\udcff",
    ]


def values_of(parameter, folder):
    """Yield odd values of a parameter, by its type; a new one is covered by itself."""
    if isinstance(parameter.type, click.Path):
        for name in files(folder):
            yield name, str(folder / name)
    elif isinstance(parameter.type, click.types.IntParamType):
        yield from NUMBERS.items()
    else:
        yield from TEXTS.items()


def arguments(command, given):
    """Return the words of a command line: what is required, and what is given."""
    words, trailing = [], []
    for parameter in command.params:
        needed = parameter.required or parameter.name == "source"
        value = given.get(parameter.name, SOUND.get(parameter.name) if needed else None)
        if value is None:
            continue
        if isinstance(parameter, click.Argument):
            trailing.append(value)
        elif getattr(parameter, "is_flag", False):
            words.append(parameter.opts[0])
        else:
            words += [parameter.opts[0], value]
    return [*words, "--", *trailing]


@contextmanager
def inside(folder):
    """Work in a folder for a while."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.fixture
def place(ready, tmp_path, monkeypatch):
    """A folder with a database and a list, where nothing that would go on for ever is begun."""
    shutil.copyfile(ready.path, tmp_path / "commands.db")
    (tmp_path / "list.csv").write_bytes(LIST)
    (tmp_path / "keys.json").write_text(Key("first").jwks)
    (tmp_path / "small" / "content").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith("PRETRAJECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PRETRAJECT_DATABASE_URL", f"sqlite:///{tmp_path}/commands.db")
    monkeypatch.setenv("PRETRAJECT_SECRET_KEY", SECRET)
    monkeypatch.setenv("PRETRAJECT_TRUSTED_HOSTS", "127.0.0.1")
    monkeypatch.setattr(cli, "run_site", lambda *_given: None)
    monkeypatch.setattr(cli, "keep_working", lambda *_given: None)
    monkeypatch.setattr(cli, "prepare_demo", prepared_nothing)
    with inside(tmp_path):
        yield tmp_path


def prepared_nothing(directory, **_given):
    """Make the folder of the demo, and nothing in it: that takes long."""
    directory.mkdir(parents=True, exist_ok=True)
    raise click.ClickException("no demo here")


def complaint(words):
    """Run a command; return what is wrong about how it ended."""
    result = CliRunner().invoke(main, words, prog_name="pretraject")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"{type(result.exception).__name__}: {str(result.exception)[:100]}"
    if result.exit_code not in NOTHING:
        return f"exit code {result.exit_code}"
    if result.exit_code and not result.stderr.strip():
        return "no word about why"
    if "Traceback" in result.output:
        return "a trace"
    return None


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_an_odd_value_is_refused_in_words(place, path):
    command, odd, found = EVERY[path], place / "odd", []
    odd.mkdir()
    for parameter in command.params:
        shutil.rmtree(odd)
        odd.mkdir()
        for name, value in values_of(parameter, odd):
            fault = complaint([*path, *arguments(command, {parameter.name: value})])
            found += [f"{parameter.name} ← {name[:40]}: {fault}"] if fault else []

    assert found == []


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_an_odd_setting_is_refused_in_words(place, path, monkeypatch):
    odd, found = place / "odd", []
    odd.mkdir()
    urls = [f"sqlite:///{odd / name}" for name in files(odd)]
    for url in [*urls, "nonsense", "", "postgresql://127.0.0.1:1/none", "sqlite://", "mysql://a/b"]:
        monkeypatch.setenv("PRETRAJECT_DATABASE_URL", url)
        fault = complaint([*path, *arguments(EVERY[path], {})])
        found += [f"database ← {url[-40:]}: {fault}"] if fault else []

    assert found == []


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_too_many_words_are_refused(place, path):
    result = CliRunner().invoke(main, [*path, *arguments(EVERY[path], {}), "one", "two"])

    assert result.exit_code == 2
    assert "Traceback" not in result.output
