"""The workbook as a file: order, names, links, locks, guarded text, equal bytes, what one case changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from reports.rows import UnitAnswer, WbkInput
from reports.wbk.canvas import guarded, safe_url
from reports.wbk.criteria import Kind
from reports.wbk.errors import AnswersError
from reports.wbk.layout import LKE, LKE_HEADER
from reports.wbk.report import VersionMismatchError
from reports.wbk.workbook import build_workbook, expected_values
from tests.reports.wbk.office import grid
from tests.reports.wbk.samples import ANSWERS, AS_OF, WORKSHEET, sample, survey

ROOT = Path(__file__).parents[3]
NASTY = (
    "=1+1",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    "\t=1",
    "\r=1",
    " =HYPERLINK(1)",
    '=cmd|"/c calc"!A1',
    "\x00=\x07 x",
    "'=1",
)


@pytest.fixture(scope="module")
def given_input() -> WbkInput:
    return sample()


@pytest.fixture(scope="module")
def content(given_input: WbkInput) -> bytes:
    return build_workbook(WORKSHEET, given_input)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def cells(sheet: Worksheet) -> Iterator[Cell]:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and cell.value is not None:
                yield cell


def by_id(sheet: Worksheet) -> dict[str, int]:
    return {str(sheet.cell(row, 1).value): row for row in range(LKE_HEADER + 1, sheet.max_row + 1)}


def test_sheets_stand_in_the_promised_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames[:9] == ["Sampul", "Rekap", "LKE", "A1", "A2", "A3", "A4", "A5", "A6"]
    annexes = ["Hasil", "Rekap Bulanan", "Daftar Pengaduan", "SKM", "Rekomendasi", "Tenggat", "Metode"]
    assert book.sheetnames[9:] == [*annexes, "Kekurangan"]


def test_lke_has_every_indicator_and_every_input_as_plain_text(book: openpyxl.Workbook) -> None:
    rows = by_id(book[LKE])
    for indicator in WORKSHEET.indicators:
        assert indicator.id in rows
        if indicator.kind is Kind.SHARE:
            assert all(f"{indicator.id}.{field.key}" in rows for field in indicator.inputs)
    titles = [cell.value for cell in book[LKE][LKE_HEADER]][:15]
    assert titles == [
        "ID",
        "Penilaian",
        "Bobot",
        "Kriteria",
        "Pilihan Jawaban",
        "Jawaban Unit",
        "Nilai",
        "%",
        "Catatan",
        "Daftar Bukti",
        "Tautan Bukti",
        "Jawaban TPI",
        "Nilai TPI",
        "% TPI",
        "Catatan TPI",
    ]


def test_tpi_columns_are_empty_and_open(book: openpyxl.Workbook) -> None:
    sheet, rows = book[LKE], by_id(book[LKE])
    for indicator in WORKSHEET.indicators:
        for column in "LMNO":
            cell = sheet[f"{column}{rows[indicator.id]}"]
            assert cell.value is None
            assert not cell.protection.locked


def test_totals_are_formulas_and_only_answers_are_open(book: openpyxl.Workbook) -> None:
    sheet, rows = book[LKE], by_id(book[LKE])
    for indicator in WORKSHEET.indicators:
        row = rows[indicator.id]
        assert sheet[f"G{row}"].data_type == "f"
        assert sheet[f"G{row}"].protection.locked
        assert sheet[f"F{row}"].protection.locked == (indicator.kind is Kind.SHARE)
    recap = book["Rekap"]
    assert all(recap[f"{letter}{row}"].data_type == "f" for letter in "FGL" for row in range(10, 23))
    for name in book.sheetnames:
        assert book[name].protection.sheet
        assert not book[name].protection.password


def test_defined_names_lead_to_the_recap(book: openpyxl.Workbook) -> None:
    promised = ["NILAI_TOTAL", "NILAI_PENGUNGKIT", "NILAI_HASIL", *(f"NILAI_A{n}" for n in range(1, 7))]
    for name in promised:
        assert str(book.defined_names[name].attr_text).startswith("Rekap!$F$")


def test_every_page_prints_on_a4_with_its_header(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.print_area
    for name in ("LKE", "A1", "A6", "Daftar Pengaduan", "Tenggat", "Metode", "Kekurangan"):
        assert book[name].print_title_rows
        assert book[name].freeze_panes


def test_answers_are_validated_for_the_unit_and_the_tpi(book: openpyxl.Workbook) -> None:
    sheet, rows = book[LKE], by_id(book[LKE])
    rules = {rule.formula1: rule for rule in sheet.data_validations.dataValidation}
    assert f"F{rows['A1.P.i.b']}" in rules['"A,B,C"'].sqref
    assert f"L{rows['A1.P.i.b']}" in rules['"A,B,C"'].sqref
    assert f"F{rows['A1.P.i.a']}" in rules['"Ya,Tidak"'].sqref
    counts = next(rule for rule in sheet.data_validations.dataValidation if rule.type == "whole")
    assert f"F{rows['A5.R.ii.a.selesai']}" in counts.sqref
    index = next(rule for rule in sheet.data_validations.dataValidation if rule.type == "decimal")
    assert (index.formula1, index.formula2) == ("0", "4")


def test_links_lead_both_ways(book: openpyxl.Workbook) -> None:
    sheet, rows = book[LKE], by_id(book[LKE])
    for indicator in WORKSHEET.indicators:
        there = sheet[f"A{rows[indicator.id]}"].hyperlink.location
        name, address = there.replace("'", "").split("!")
        back = book[name][address]
        assert back.value == indicator.id
        assert back.hyperlink.location == f"'LKE'!A{rows[indicator.id]}"


def test_only_evidence_leads_outside(content: bytes, given_input: WbkInput) -> None:
    known = {row.url for row in given_input.evidence}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        assert not any("externalLink" in name or "vbaProject" in name for name in names)
    book = openpyxl.load_workbook(BytesIO(content))
    targets = {
        c.hyperlink.target for s in book.worksheets for c in cells(s) if c.hyperlink and c.hyperlink.target
    }
    assert targets
    assert targets <= known


def test_what_is_not_verified_carries_a_mark(book: openpyxl.Workbook) -> None:
    sheet, rows = book[LKE], by_id(book[LKE])
    marked = {key for key, row in rows.items() if "◇" in str(sheet.cell(row, 2).value)}
    assert marked == {i.id for i in WORKSHEET.indicators if not i.basis.verified}


def test_document_properties_stop_at_the_cut_off(book: openpyxl.Workbook) -> None:
    assert book.properties.created == book.properties.modified == AS_OF.replace(tzinfo=None)
    assert book.properties.language == "id-ID"


def test_a_second_reader_sees_the_computed_figures(content: bytes, given_input: WbkInput) -> None:
    found = grid(content)
    for title, values in expected_values(WORKSHEET, given_input).items():
        for address, value in values.items():
            got = found[title].get(address, "")
            assert got == (pytest.approx(value, abs=1e-9) if isinstance(value, int | float) else value), (
                address
            )
    with_values = openpyxl.load_workbook(BytesIO(content), data_only=True)
    assert with_values["Rekap"]["F22"].value == pytest.approx(82.094875)


def test_every_drawing_has_its_alternative_text(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        drawings = sorted(name for name in archive.namelist() if name.startswith("xl/drawings/drawing"))
        assert len(drawings) == 4
        assert all(b'descr="' in archive.read(name) for name in drawings)


def test_equal_input_gives_equal_bytes_whatever_the_hour(given_input: WbkInput, content: bytes) -> None:
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, tzinfo=UTC)):
        assert build_workbook(WORKSHEET, sample()) == content


def test_the_zone_in_which_a_cut_off_is_told_changes_nothing(given_input: WbkInput, content: bytes) -> None:
    wib = replace(given_input, as_of=AS_OF.astimezone(ZoneInfo("Asia/Jakarta")))
    assert build_workbook(WORKSHEET, wib) == content


def test_figures_lead_to_their_annex(book: openpyxl.Workbook) -> None:
    for title, sub, annex in (("A5", "A5.R.ii", "Rekap Bulanan"), ("A6", "A6.P.iv", "SKM")):
        row = by_id(book[title])[sub]
        assert book[title][f"J{row}"].hyperlink.location == f"'{annex}'!A1"


def test_equal_input_gives_equal_bytes_in_another_process(content: bytes) -> None:
    program = (
        "import hashlib; from tests.reports.wbk.samples import WORKSHEET, sample;"
        "from reports.wbk.workbook import build_workbook;"
        "print(hashlib.sha256(build_workbook(WORKSHEET, sample())).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == hashlib.sha256(content).hexdigest()


def hostile() -> WbkInput:
    """Every text that people may type, each time another of the nasty ones."""
    nasty = cycle(NASTY)
    answers = {
        key: UnitAnswer(value, next(nasty), next(nasty), date(2026, 1, 2), next(nasty))  # type: ignore[arg-type]
        for key, value in ANSWERS.items()
    }
    documents = tuple(
        replace(row, number=next(nasty), title=next(nasty), signer=next(nasty), url=next(nasty))
        for row in sample(count=0).evidence
    )
    base = sample(count=30)
    rows = tuple(replace(row, channel=next(nasty), service=next(nasty)) for row in base.cases)
    clocks = tuple(replace(row, stage=next(nasty), law=next(nasty)) for row in base.clocks)
    agency = replace(base.agency, name="=\x00&Polresta", polda="@Polda", code="-S")
    changes = {"agency": agency, "answers": answers, "evidence": documents, "cases": rows, "clocks": clocks}
    asked = tuple(replace(row, number=next(nasty), source=next(nasty)) for row in base.tracked)
    given_survey = survey(
        services=tuple(replace(row, label=next(nasty)) for row in survey().services),
        rounds=tuple(replace(row, number=next(nasty)) for row in survey().rounds),
    )
    return replace(base, generated_by="+1", tracked=asked, survey=given_survey, **changes)  # type: ignore[arg-type]


def test_no_text_of_people_becomes_a_formula() -> None:
    given_input = hostile()
    ours = expected_values(WORKSHEET, given_input)
    book = openpyxl.load_workbook(BytesIO(build_workbook(WORKSHEET, given_input)))
    leading = ("=", "+", "-", "@", "\t", "\r")
    strings = 0
    for sheet in book.worksheets:
        for cell in cells(sheet):
            if cell.data_type == "f":
                assert cell.coordinate in ours[sheet.title], f"{sheet.title}!{cell.coordinate}"
            elif isinstance(cell.value, str):
                strings += 1
                assert not cell.value.lstrip(" \n").startswith(leading), f"{sheet.title}!{cell.coordinate}"
    assert strings > 1_000


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_guarded_text_is_harmless_and_loses_nothing_visible(text: str) -> None:
    found = guarded(text)
    assert not found.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert guarded(found) == found
    assert len(found) <= 32_000


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://bukti.contoh.go.id/a.pdf?x=1", True),
        ("http://10.0.0.1/a", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://a b", False),
        ("https://[", False),
        ("ftp://x/y", False),
        ("https://x/" + "a" * 2_100, False),
        (None, False),
    ],
)
def test_only_plain_web_addresses_become_links(url: str | None, kept: bool) -> None:
    assert (safe_url(url) == url) is (kept or url is None)


def test_a_bad_answer_stops_the_export_by_id() -> None:
    with pytest.raises(AnswersError) as refused:
        build_workbook(WORKSHEET, sample(ANSWERS | {"A1.P.i.b": "Z"}))
    assert list(refused.value.problems) == ["A1.P.i.b"]


def test_answers_of_another_version_stop_the_export() -> None:
    with pytest.raises(VersionMismatchError):
        build_workbook(WORKSHEET, sample(worksheet_version="0.9"))


def test_ten_thousand_cases_stay_small() -> None:
    """10,000 cases with 60,000 deadlines under 250 MB, in a process of its own.

    The high-water mark is read from /proc: ``getrusage`` gives that of the process that started it, too.
    """
    program = (
        "from tests.reports.wbk.samples import *;"
        "from reports.wbk.workbook import build_workbook; rows = cases(10_000);"
        "build_workbook(WORKSHEET, sample(count=10_000, clocks=clocks(rows, 6)));"
        "lines = open('/proc/self/status').read().splitlines();"
        "print(next(line for line in lines if line.startswith('VmHWM')).split()[1])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )
    assert int(run.stdout) / 1024 < 250
