import pytest

from pretraject.catalogue.tree import belongs, read_folder, write_folder
from tests.catalogue.samples import sample


def test_what_is_written_is_read_back_byte_for_byte(tmp_path):
    write_folder(tmp_path, sample())

    assert read_folder(tmp_path) == sample()


def test_only_files_that_differ_are_written(tmp_path):
    write_folder(tmp_path, sample())

    assert write_folder(tmp_path, {**sample(), "content/facts.yaml": b"{}\n"}) == ["content/facts.yaml"]


@pytest.mark.parametrize(
    ("path", "is_content"),
    [
        ("content/facts.yaml", True),
        ("content/town/media/door.svg", True),
        ("content/town/.draft.md.swp", False),
        ("translations/fa_AF/LC_MESSAGES/town.po", True),
        ("translations/en/LC_MESSAGES/town.state.yaml", True),
        ("translations/en/LC_MESSAGES/messages.po", False),
        ("translations/en/LC_MESSAGES/staff.po", False),
        ("translations/en/LC_MESSAGES/town.mo", False),
    ],
)
def test_interface_catalogues_and_hidden_files_are_no_content(path, is_content):
    assert belongs(path) is is_content


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = tmp_path / "source" / "content"
    folder.mkdir(parents=True)
    (folder / "facts.yaml").symlink_to(secret)

    assert read_folder(tmp_path / "source") == {}
