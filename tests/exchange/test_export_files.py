"""An export that was changed by a single bit, anywhere, is named."""

import csv
import json
import shutil
from hashlib import sha256

import pytest

from pretraject.exchange.part_file import PartFile
from tests.evidence import tamper
from tests.exchange.taking_out import add_events, changed, faults, invoked, keys_of, take_out, three
from tests.world import AT, DAY


@pytest.fixture(scope="module")
def made(evidence_sqlite, tmp_path_factory):
    """An export and the public keys."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copyfile(evidence_sqlite, folder / "copy.db")
    url = f"sqlite:///{folder / 'copy.db'}"
    take_out(url, folder / "out.jsonl")
    take_out(url, folder / "out.csv", form="csv")
    return folder / "out.jsonl", keys_of(url)


def flipped(content, place, bit):
    return content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_as_it_was_made_has_no_fault(made, form):
    path, keys = made

    assert faults(path.with_suffix(f".{form}"), keys) == []


def test_a_bit_flipped_in_the_data_is_named_by_its_line_and_event(made):
    path, keys = made
    content = path.read_bytes()
    for place in range(0, len(content), 3):
        line = content.count(b"\n", 0, place) + 1
        with changed(path, flipped(content, place, place % 8)):
            found = faults(path, keys)

        assert f"{path}: is not the file that was signed (SHA-256)" in found
        assert any(fault.startswith(f"{path}:{line}: event ") for fault in found), (place, found)


def test_a_bit_flipped_in_a_table_is_named_by_its_file(made):
    path, keys = made
    path = path.with_suffix(".csv")
    content = path.read_bytes()
    for place in range(0, len(content), 11):
        with changed(path, flipped(content, place, place % 8)):
            assert f"{path}: is not the file that was signed (SHA-256)" in faults(path, keys)


def test_a_bit_flipped_in_the_manifest_is_named(made):
    path, keys = made
    manifest = path.with_name("out.jsonl.manifest.json")
    signature = path.with_name("out.jsonl.manifest.jws")
    content = manifest.read_bytes()
    for place in range(len(content)):
        with changed(manifest, flipped(content, place, place % 8)):
            said = f"{signature}: does not fit the manifest: one of the two was changed"
            assert said in faults(path, keys), place


def test_a_bit_flipped_in_the_signature_is_named(made):
    path, keys = made
    signature = path.with_name("out.jsonl.manifest.jws")
    content = signature.read_bytes()
    for place in range(len(content)):
        for bit in range(8) if place > len(content) - 5 else [place % 8]:
            with changed(signature, flipped(content, place, bit)):
                assert any(fault.startswith(f"{signature}: ") for fault in faults(path, keys)), (place, bit)


@pytest.mark.parametrize("end", ["", ".manifest.json", ".manifest.jws"])
def test_a_file_that_is_missing_is_named(made, tmp_path, end):
    path, keys = made
    for one in path.parent.glob("out.jsonl*"):
        shutil.copy(one, tmp_path)
    (tmp_path / f"out.jsonl{end}").unlink()

    [fault] = faults(tmp_path / "out.jsonl", keys)
    assert fault.startswith(f"{tmp_path / f'out.jsonl{end}'}: cannot be read")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:2], "has 2 events, but "),
        (lambda lines: [lines[0], *lines[2:]], ":2: event"),
        (lambda lines: [lines[0], *lines], "place 2 was to come"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "place 1 was to come"),
        (lambda lines: [*lines[:3], b"[]\n"], ":4: event at place 4: the line is no JSON object"),
        (lambda lines: [b"\xff\n", *lines[1:]], ":1: event at place 1: the line is no JSON object"),
        (lambda lines: [b"[" * 100_000 + b"\n", *lines[1:]], "the line is no JSON object"),
        (lambda lines: [b'{"id": "\\ud800"}\n', *lines[1:]], ":1: event"),
        (lambda _lines: [b"x" * 3_000_000], "the line was changed"),
    ],
    ids=["end", "middle", "twice", "order", "list", "bytes", "depth", "surrogate", "length"],
)
def test_lines_taken_out_put_in_or_moved_are_named(made, change, said):
    path, keys = made
    lines = path.read_bytes().splitlines(keepends=True)

    with changed(path, b"".join(change(lines))):
        assert said in "\n".join(faults(path, keys))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schemaVersion": 1}', b'{"schemaVersion": 2}', b"\xff"]
)
def test_what_is_no_manifest_is_named(made, content):
    path, keys = made
    manifest = path.with_name("out.jsonl.manifest.json")

    with changed(manifest, content):
        assert any(fault.startswith(f"{manifest}: ") for fault in faults(path, keys))


@pytest.mark.parametrize("keys", [None, [], {"keys": None}, {"keys": [None, {"kid": 1}]}, {"keys": []}])
def test_without_the_key_nothing_is_taken_for_signed(made, keys):
    path, _ = made

    assert "is of a key that is not among the keys given" in faults(path, keys)[0]


def test_a_manifest_says_what_the_file_holds(made):
    path, keys = made
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    manifest = json.loads(path.with_name("out.jsonl.manifest.json").read_bytes())

    assert manifest == {
        "schemaVersion": 1,
        "recipient": "wewis",
        "format": "jsonl",
        "count": len(lines),
        "firstSeq": 1,
        "lastSeq": len(lines),
        "bytes": path.stat().st_size,
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "hashBefore": "0" * 64,
        "headHash": lines[-1]["hash"],
        "cursorBefore": "",
        "cursorAfter": lines[-1]["cursor"],
        "keyId": keys["keys"][-1]["kid"],
        "software": "pretraject 0.1.0",
        "madeAt": "2026-11-24T12:00:00+00:00",
    }


def test_exports_follow_each_other_and_each_is_proved(evidence_url, tmp_path):
    take_out(evidence_url, tmp_path / "one")
    cursor = json.loads((tmp_path / "one.manifest.json").read_bytes())["cursorAfter"]
    add_events(evidence_url, 2)
    take_out(evidence_url, tmp_path / "two", "--after", cursor)
    take_out(
        evidence_url,
        tmp_path / "none",
        "--after",
        json.loads((tmp_path / "two.manifest.json").read_bytes())["cursorAfter"],
    )

    keys = keys_of(evidence_url)
    assert [faults(tmp_path / name, keys) for name in ("one", "two", "none")] == [[], [], []]
    manifests = [
        json.loads((tmp_path / f"{name}.manifest.json").read_bytes()) for name in ("one", "two", "none")
    ]
    assert manifests[1]["hashBefore"] == manifests[0]["headHash"]
    assert (manifests[2]["count"], manifests[2]["firstSeq"], manifests[2]["lastSeq"]) == (0, None, None)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE feed_event SET payload = \'{"status": "completed"}\' WHERE seq = 2',
        "UPDATE feed_event SET salt = 'another' WHERE seq = 2",
        "UPDATE feed_event SET previous_hash = hash WHERE seq = 2",
    ],
)
def test_an_event_that_was_changed_in_the_database_is_named_in_its_export(evidence_url, tmp_path, statement):
    take_out(evidence_url, tmp_path / "before")
    tamper(evidence_url, statement)
    take_out(evidence_url, tmp_path / "out")

    [fault] = faults(tmp_path / "out", keys_of(evidence_url))
    assert fault.startswith(f"{tmp_path / 'out'}:2: event completed:")
    assert fault.endswith("(place 2): what it says is not what its hash was made of")


def test_the_last_event_taken_out_of_the_database_stops_the_export(evidence_url, tmp_path):
    take_out(evidence_url, tmp_path / "before")
    tamper(
        evidence_url,
        "DELETE FROM receipt",
        "DELETE FROM feed_event WHERE seq = (SELECT max(seq) FROM feed_event)",
    )

    result = invoked(evidence_url, "export", "--format", "jsonl", "--output", tmp_path / "out")

    assert "; run: pretraject verify" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_keys_that_nobody_foresaw_are_told_in_lines_and_left_out_of_tables(sqlite_url, tmp_path):
    add_events(sqlite_url, 1, answeredOn="2026-11-02", unforeseen={"=a": [1, None]}, outcome="=1+1")
    take_out(sqlite_url, tmp_path / "out.jsonl")
    take_out(sqlite_url, tmp_path / "out.csv", form="csv")

    keys = keys_of(sqlite_url)
    assert faults(tmp_path / "out.jsonl", keys) == faults(tmp_path / "out.csv", keys) == []
    line = json.loads((tmp_path / "out.jsonl").read_bytes())
    [row] = csv.DictReader((tmp_path / "out.csv").read_text().splitlines())
    assert line["unforeseen"] == {"=a": [1, None]}
    assert (row["answeredOn"], row["outcome"], row["type"]) == ("2026-11-02", "'=1+1", "completed")


def test_new_files_take_the_place_of_earlier_ones(sqlite_url, tmp_path):
    add_events(sqlite_url, 1)
    take_out(sqlite_url, tmp_path / "out")
    earlier = three(tmp_path / "out")
    take_out(sqlite_url, tmp_path / "out", at=AT + 2 * DAY)

    assert three(tmp_path / "out")[""] == earlier[""]
    assert three(tmp_path / "out")[".manifest.json"] != earlier[".manifest.json"]
    assert faults(tmp_path / "out", keys_of(sqlite_url)) == []
    assert sorted(path.name for path in tmp_path.glob("out*")) == [
        "out",
        "out.manifest.json",
        "out.manifest.jws",
    ]


def test_two_exports_to_one_file_do_not_mix(sqlite_url, tmp_path):
    add_events(sqlite_url, 1)
    with PartFile(tmp_path / "out").held():
        result = invoked(sqlite_url, "export", "--format", "jsonl", "--output", tmp_path / "out")

    assert "another export is writing" in str(result.exception)
    assert not list(tmp_path.glob("out*"))
