"""What is shipped to put the site on a machine calls commands and settings that exist."""

import re
import shlex
from configparser import ConfigParser

import click
import pytest
import yaml

from pretraject.app import BODY_LIMIT
from pretraject.cli import main
from pretraject.config import Config
from tests.deployment.proxied import DEPLOY, ROOT

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/pretraject/bin/pretraject"


def refuse_unknown(arguments):
    """Take a command's arguments apart as the program would, without running it."""
    group, context = main, click.Context(main)
    while isinstance(group, click.Group):
        name, command, arguments = group.resolve_command(context, arguments)
        group, context = command, click.Context(command, info_name=name, parent=context)
    group.make_parser(context).parse_args(list(arguments))


def unit(path):
    """Read a unit; keys of systemd are case-sensitive."""
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(path)
    return parser


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_of_ours(path):
    words = shlex.split(unit(path)["Service"]["ExecStart"].replace("%%", "%"))
    if words[:2] == ["/bin/sh", "-c"]:
        words = shlex.split(words[2].removeprefix("exec "))

    assert words[0] == PROGRAM
    refuse_unknown(words[1:])


def test_units_keep_the_program_from_the_rest_of_the_machine():
    for path in UNITS:
        service = unit(path)["Service"]
        assert (service["User"], service["NoNewPrivileges"]) == ("pretraject", "yes"), path.name
        assert service["ProtectSystem"] == "strict", path.name


@pytest.mark.parametrize("name", [name for name, one in compose()["services"].items() if "command" in one])
def test_a_container_runs_a_command_of_ours(name):
    refuse_unknown(compose()["services"][name]["command"])


def test_files_that_compose_mounts_are_there():
    for service in compose()["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./certificates":
                assert (DEPLOY / source).is_file(), source


def test_the_example_of_settings_names_settings_that_exist():
    names = re.findall(r"^(PRETRAJECT_\w+)=", (DEPLOY / "settings.example").read_text(), re.MULTILINE)

    assert names
    assert {name.removeprefix("PRETRAJECT_").lower() for name in names} <= Config.model_fields.keys()


def test_the_container_copies_what_is_there():
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = [
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    allowed = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()

    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in allowed, name


def test_the_proxy_passes_no_larger_form_than_it_must():
    site = (DEPLOY / "nginx" / "site.conf").read_text()

    assert BODY_LIMIT <= 1024 * 1024
    assert "client_max_body_size 1m;" in site
