"""A file that isn't what it says is refused with its first ten problems; a bad row is refused alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.importing.importer import AgencyUnknown
from app.importing.report import FileRefused
from app.models import Complaint, ImportBatch
from tests.app.importing.support import AT, COMPLAINTS, FINDINGS, HEADER, run, write
from tests.factories import make_station

pytestmark = pytest.mark.database("sqlite")

GOOD = '20-1,2020-01-06 00:00:00,1, DRUGS,"Satu."'


@pytest.fixture(autouse=True)
def _station(session: Session) -> None:
    make_station()


def refused(session: Session, path: Path, kind: str = "complaints", *changes: tuple[str, str]) -> list[str]:
    """Codes of the problems for which a whole file is refused; nothing was written."""
    with pytest.raises(FileRefused) as raised:
        run(path, kind, *changes)
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0
    assert 1 <= len(raised.value.problems) <= 10
    return [problem.code for problem in raised.value.problems]


def raw(folder: Path, content: bytes, name: str = "register.csv") -> Path:
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (HEADER.encode(), "no_rows"),
        (b"PK\x03\x04rest of an archive", "binary"),
        (b"%PDF-1.7 ...", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "binary"),
        (b"\x1f\x8b\x08\x00", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (HEADER.encode() + b"20-1,2020-01-06 00:00:00\x00,1, DRUGS,Satu\n", "binary"),
        ((HEADER + GOOD + "\n").encode("utf-16"), "binary"),
        (HEADER.encode() + b'20-1,2020-01-06 00:00:00,1, DRUGS,"Caf\xe9"\n', "wrong_encoding"),
        (HEADER.encode() + b'20-1,2020-01-06 00:00:00,1, DRUGS,"never closed\n', "not_csv"),
        ((HEADER + GOOD + "\n").replace(",", ";").encode(), "wrong_delimiter"),
        ((HEADER + GOOD + "\n").replace(",", "\t").encode(), "wrong_delimiter"),
        ((HEADER.replace("summary", "ringkasan") + GOOD + "\n").encode(), "column_missing"),
        (("summary," + HEADER + "x," + GOOD + "\n").encode(), "column_twice"),
    ],
)
def test_what_is_not_the_register_is_refused_whole(
    session: Session, tmp_path: Path, content: bytes, code: str
) -> None:
    assert code in refused(session, raw(tmp_path, content))


def test_a_file_of_bad_rows_is_refused_with_the_first_ten(session: Session, tmp_path: Path) -> None:
    rows = [f'20-{n},06/01/2020,1, DRUGS,"Nomor {n}."' for n in range(1, 40)]
    path = write(tmp_path, GOOD, *rows)
    assert refused(session, path) == ["bad_date"] * 10


def test_where_half_is_too_much_the_mapping_may_say_so(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, '20-2,06/01/2020,1, DRUGS,"Dua."', '20-3,2020-01-08,1, DRUGS,"Tiga."')
    strict = ('kind = "complaints"', 'kind = "complaints"\nrefuse_above_percent = 0')
    assert refused(session, path, "complaints", strict) == ["bad_date"]
    assert run(path).refused == 1


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ('20-2,2020-01-06 00:00:00,1, DRUGS,"Dua.",lebih', "", "cells"),
        ("20-2,2020-01-06 00:00:00", "", "cells"),
        (',2020-01-06 00:00:00,1, DRUGS,"Dua."', "cap_number", "missing"),
        ('20-2,,1, DRUGS,"Dua."', "date_received", "missing"),
        ('20-2,2020-13-01,1, DRUGS,"Dua."', "date_received", "bad_date"),
        ('20-2,31/01/2020,1, DRUGS,"Dua."', "date_received", "bad_date"),
        ('20-2,2027-01-01,1, DRUGS,"Dua."', "date_received", "future"),
        ('20-2,1999-12-31,1, DRUGS,"Dua."', "date_received", "too_old"),
        ('20-2,2020-01-06 00:00:00,1, BRIBERY,"Dua."', "general_cap_classification", "unknown_value"),
        ("20-2,2020-01-06 00:00:00,1, DRUGS,   ", "summary", "missing"),
        (f"{'9' * 81},2020-01-06 00:00:00,1, DRUGS,Dua.", "cap_number", "too_long"),
        (f"20-2,2020-01-06 00:00:00,1, DRUGS,{'x' * 100_001}", "summary", "too_long"),
        ('20-1,2020-01-07 00:00:00,1, DRUGS,"Lagi."', "cap_number", "twice"),
    ],
)
def test_a_bad_row_is_refused_alone_and_told(
    session: Session, tmp_path: Path, line: str, column: str, code: str
) -> None:
    report = run(write(tmp_path, GOOD, line))
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.code) == (3, column, code)
    assert len(problem.value) <= 40
    assert (report.new, report.refused) == (1, 1)
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_the_row_of_a_problem_is_its_line_in_the_file(session: Session, tmp_path: Path) -> None:
    long = '20-2,2020-01-06 00:00:00,1, DRUGS,"Satu baris\ndua baris\ntiga baris."'
    report = run(write(tmp_path, GOOD, long, '20-3,kemarin,1, DRUGS,"Tiga."'))
    (problem,) = report.problems
    assert problem.row == 6
    assert str(problem).startswith("baris 6, kolom date_received: bukan tanggal")


def test_findings_without_their_complaint_are_told(session: Session, tmp_path: Path) -> None:
    assert refused(session, FINDINGS, "findings") == ["orphan"] * 8
    run(COMPLAINTS)
    header, *rows = FINDINGS.read_text("utf-8").splitlines()
    orphan = "99-0001,AB,White,Male,Physical Abuse,Sustained Finding,Not Applicable"
    path = write(tmp_path, *rows, orphan, header=f"{header}\n", name="findings.csv")
    report = run(path, "findings")
    (problem,) = report.problems
    assert (problem.row, problem.code, problem.value) == (10, "orphan", "99-0001")
    assert report.new == 8


def test_control_characters_are_left_out(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, '20-1,2020-01-06 00:00:00,1, DRUGS,"Satu\u0007 \u202edua\r\nTiga 🙂."')
    run(path)
    assert session.scalars(select(Complaint.narrative)).one() == "Satu dua\nTiga 🙂."


def test_an_agency_that_is_not_there_is_told(session: Session) -> None:
    with pytest.raises(AgencyUnknown):
        run(COMPLAINTS, "complaints", ('agency = "SRG"', 'agency = "XYZ"'))


# --- Excel -------------------------------------------------------------------------------


def excel(folder: Path, *rows: list[object], sheet: str = "Register") -> Path:
    """A workbook with these rows."""
    book = Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    path = folder / "register.xlsx"
    book.save(path)
    book.close()
    return path


COLUMNS: list[object] = [*HEADER.strip().split(",")]


def test_a_workbook_reads_like_a_text_file(session: Session, tmp_path: Path) -> None:
    path = excel(
        tmp_path,
        COLUMNS,
        ["20-1", datetime(2020, 1, 6), 35, " DRUGS", "Satu."],  # noqa: DTZ001 (as Excel gives it)
        [None, None, None, None, None],
        [20.0, "2020-01-07", 7.5, "DRUGS", "Dua."],
    )
    report = run(path)
    assert (report.new, report.refused) == (2, 0)
    rows = {row.external_number: row for row in session.scalars(select(Complaint))}
    assert rows["20-1"].place == "District 35"
    assert rows["20-1"].received_at.isoformat() == "2020-01-06T05:00:00+00:00"
    assert rows["20"].place == "District 7.5"


def test_a_workbook_without_the_sheet_is_refused(session: Session, tmp_path: Path) -> None:
    path = excel(tmp_path, COLUMNS, ["20-1", "2020-01-06", 1, "DRUGS", "Satu."])
    named = ('encoding = "utf-8"', 'sheet = "Arsip"')
    assert refused(session, path, "complaints", named) == ["sheet_missing"]


def test_an_empty_sheet_is_refused(session: Session, tmp_path: Path) -> None:
    assert refused(session, excel(tmp_path)) == ["empty_file"]


def test_what_is_no_workbook_is_refused(session: Session, tmp_path: Path) -> None:
    assert refused(session, raw(tmp_path, b"nomor,tanggal\n", "register.xlsx")) == ["not_excel"]
    assert refused(session, raw(tmp_path, b"PK\x03\x04broken", "register.xlsx")) == ["not_excel"]


def test_nothing_is_imported_from_after_the_import(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, f'20-2,{AT:%Y-%m-%d},1, DRUGS,"Hari ini, siang di Philadelphia."')
    (problem,) = run(path).problems
    assert problem.code == "future", "midnight in Philadelphia is later than 09.00 WIB"
