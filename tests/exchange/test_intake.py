from datetime import date

import pytest

from pretraject.accounts.birth_dates import BirthDate
from pretraject.config import BUNDLED
from pretraject.core.errors import FaultyFilesError
from pretraject.enrolment.policy import parse_policy
from pretraject.exchange.intake import read_intake

POLICY = parse_policy((BUNDLED / "content" / "policy.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
HEADER = "fileNumber,birthDate,group,competentRegion"
ROW = "GV-2026/0001,1990-05-17,labour,flanders"


def read(*lines, encoding="utf-8"):
    """Read a list of these lines."""
    data = lines[0] if isinstance(lines[0], bytes) else "\r\n".join([*lines, ""]).encode(encoding)
    return read_intake(data, file="list.csv", policy=POLICY, today=TODAY)


def faults(*lines, **given):
    """Return the line and problem of every fault."""
    with pytest.raises(FaultyFilesError) as refused:
        read(*lines, **given)
    return [(fault.line, fault.problem) for fault in refused.value.faults]


def test_a_row_is_read():
    (row,) = read(HEADER, ROW)

    assert (row.file_number, row.birth_date) == ("GV-2026/0001", BirthDate(1990, 5, 17))
    assert (row.group, row.competent_region, row.issuer, row.line) == ("labour", "flanders", "wewis", 2)
    assert row.given == {"birth_date", "group", "competent_region", "withdrawn"}


def test_optional_columns_are_read():
    (row,) = read(
        f"{HEADER},issuer,language,permitExpiry,arrivalDate,exemption",
        f"{ROW},brussels-permits,fa-AF,2028-05-17,,Seasonal",
    )

    assert (row.issuer, row.locale, row.exemption) == ("brussels-permits", "fa_AF", "seasonal")
    assert (row.permit_expiry, row.arrival_date) == (date(2028, 5, 17), None)
    assert "arrival_date" in row.given


@pytest.mark.parametrize(
    "lines",
    [
        ["\ufeff" + HEADER, ROW],
        [HEADER.replace(",", ";"), ROW.replace(",", ";")],
        [HEADER, "", ROW, ",,,"],
        [HEADER, '"GV-2026/0001","1990-05-17","labour","flanders"'],
        [HEADER, " GV-2026/0001 , 1990-05-17 , Labour , FLANDERS "],
        [HEADER, "GV-۲۰۲۶/۰۰۰۱,١٩٩٠-٠٥-١٧,labour,flanders"],
        ["group,competentRegion,fileNumber,birthDate", "labour,flanders,GV-2026/0001,1990-05-17"],
    ],
)
def test_harmless_differences_are_accepted(lines):
    (row,) = read(*lines)

    assert (row.file_number, row.birth_date) == ("GV-2026/0001", BirthDate(1990, 5, 17))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_with_the_cure(encoding):
    with pytest.raises(FaultyFilesError) as refused:
        read(HEADER, ROW, encoding=encoding)

    (fault,) = refused.value.faults
    assert "UTF-16" in fault.problem
    assert "CSV UTF-8" in fault.cure


def test_another_encoding_is_refused_with_its_line():
    data = f"{HEADER}\n{ROW}\n".encode() + "GV-0002,1990-05-17,labour,flandern-ü\n".encode("latin-1")

    assert faults(data) == [(3, "this line is not in UTF-8")]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("fileNumber,birthDate,group", "column 'competentRegion' is missing"),
        (f"{HEADER},shoeSize", "unknown column 'shoeSize'"),
        (f"{HEADER},group", "column 'group' twice"),
        ("fileNumber,birthdate,group,competentRegion", "unknown column 'birthdate'"),
        (HEADER.replace(",", "\t"), "column 'fileNumber' is missing"),
    ],
)
def test_columns_that_are_wrong_are_named(header, problem):
    assert (1, problem) in faults(header, ROW)


def test_a_column_written_differently_gets_its_right_name():
    with pytest.raises(FaultyFilesError) as refused:
        read("fileNumber,birthdate,group,competentRegion", ROW)

    assert "call it birthDate" in [fault.cure for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("GV1,1990-05-17,labour,flanders", "fileNumber cannot be a file number"),
        ("1.2E+15,1990-05-17,labour,flanders", "fileNumber cannot be a file number"),
        (",1990-05-17,labour,flanders", "fileNumber is empty"),
        ("GV-0002,17/05/1990,labour,flanders", "birthDate is no birth date"),
        ("GV-0002,,labour,flanders", "birthDate is empty"),
        ("GV-0002,2027-05-17,labour,flanders", "birthDate is in the future"),
        ("GV-0002,1990-02-30,labour,flanders", "birthDate is no birth date"),
        ("GV-0002,1990-05-17,king,flanders", "group 'king' is not known"),
        ("GV-0002,1990-05-17,,flanders", "group is empty"),
        ("GV-0002,1990-05-17,labour,mars", "competentRegion 'mars' is not known"),
        ("GV-0002,1990-05-17,labour", "3 cells where there are 4 columns"),
        ("gv.2026 0001,1990-05-17,labour,flanders", "the same fileNumber as on line 2"),
    ],
)
def test_a_faulty_row_is_told(row, problem):
    assert faults(HEADER, ROW, row) == [(3, problem)]


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("issuer", "Ministère!", "issuer 'ministère!' cannot be read"),
        ("language", "xx", "language 'xx' is not known"),
        ("permitExpiry", "31/12/2027", "permitExpiry is no date"),
        ("permitExpiry", "2027-02-30", "permitExpiry is no date"),
        ("arrivalDate", "20270101", "arrivalDate is no date"),
        ("exemption", "tired", "exemption 'tired' is not known"),
    ],
)
def test_a_faulty_optional_cell_is_told(column, cell, problem):
    assert faults(f"{HEADER},{column}", f"{ROW},{cell}") == [(2, problem)]


def test_every_faulty_row_is_told_with_everything_in_it():
    found = faults(HEADER, "GV1,no,king,mars", ROW, "GV-0002,1990-05-17,labour,mars")

    assert [line for line, _ in found] == [2, 2, 2, 2, 4]


def test_the_same_number_of_another_issuer_is_another_number():
    assert len(read(f"{HEADER},issuer", f"{ROW},wewis", f"{ROW},brussels")) == 2


def test_a_fault_tells_neither_numbers_nor_birth_dates():
    with pytest.raises(FaultyFilesError) as refused:
        read(HEADER, "GV_SECRET,17.05.1990,labour,flanders")

    told = " ".join(str(fault) for fault in refused.value.faults)
    assert "SECRET" not in told
    assert "17.05" not in told


def test_an_open_quotation_mark_is_told():
    assert [line for line, _ in faults(HEADER, ROW, '"GV-0002,1990-05-17,labour,flanders')] == [3]


@pytest.mark.parametrize("data", [b"", b"\n\n", HEADER.encode(), "\ufeff".encode()])
def test_a_list_without_rows_is_refused(data):
    assert len(faults(data)) >= 1


def test_one_bad_row_among_ten_thousand_is_reported_alone():
    lines = [f"GV-2026/{n:05},1990-05-17,labour,flanders" for n in range(10_000)]
    lines[7776] = lines[7776].replace("labour", "lavour")

    assert faults(HEADER, *lines) == [(7778, "group 'lavour' is not known")]
