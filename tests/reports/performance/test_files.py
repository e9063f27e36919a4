"""The workbook and the paper: LibreOffice reckons the same, bytes repeat, the paper is short and tagged."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from reports.performance.paper import MOST_PAGES, build_paper
from reports.performance.workbook import DRAWINGS, build_workbook, expected_values
from tests.reports.performance.samples import sample
from tests.reports.wbk.office import grid, recalculated

REPORTS = {
    "three": sample(),
    "thirty": sample(2, stations=30),
    "one": sample(3, stations=1, base_url=None),
    "empty": sample(stations=0),
}


def test_libreoffice_computes_every_formula_alike(tmp_path: Path) -> None:
    books = {name: build_workbook(given) for name, given in REPORTS.items()}
    for name, book in recalculated(books, tmp_path).items():
        found, checked = grid(book), 0
        for title, cells in expected_values(REPORTS[name]).items():
            for place, value in cells.items():
                got = found[title].get(place, "")
                if isinstance(value, str):
                    assert got == value, (name, title, place)
                else:
                    assert got == pytest.approx(value, abs=1e-9), (name, title, place)
                checked += 1
        assert checked > 20, name
        errors = [v for cells in found.values() for v in cells.values() if str(v).startswith(("#", "Err:"))]
        assert not errors, name


def test_cached_values_are_there_before_any_calculation() -> None:
    found = grid(build_workbook(sample()))
    for title, cells in expected_values(sample()).items():
        for place, value in cells.items():
            assert found[title].get(place, "") == pytest.approx(value), (title, place)


def test_equal_input_gives_equal_bytes() -> None:
    assert build_workbook(sample()) == build_workbook(sample())
    assert build_paper(sample()) == build_paper(sample())
    assert build_workbook(sample(2)) != build_workbook(sample())


def test_figures_lead_to_their_cases_and_words_are_no_formulas() -> None:
    book = openpyxl.load_workbook(BytesIO(build_workbook(sample())))
    link = book["Satuan"]["F6"].hyperlink
    assert link is not None
    assert link.target == "https://sahut.example/ombudsman/pengaduan?tahun=2026&satuan=S00&angka=open"
    words = [str(cell.value) for cell in book["Unit dan Layanan"]["C"]]
    assert "'=HYPERLINK(1)" in words
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}
    assert {sheet.page_setup.paperSize for sheet in book} == {9}
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])


def test_every_chart_has_words() -> None:
    with zipfile.ZipFile(BytesIO(build_workbook(sample()))) as archive:
        drawings = [name for name in archive.namelist() if name.startswith("xl/drawings/drawing")]
        assert len(drawings) == len(DRAWINGS)
        assert all(b' descr="Diagram' in archive.read(name) for name in drawings)


@pytest.mark.parametrize("name", REPORTS)
def test_the_paper_is_short_tagged_and_says_the_answer_first(name: str) -> None:
    with pikepdf.open(BytesIO(build_paper(REPORTS[name]))) as pdf:
        assert len(pdf.pages) <= MOST_PAGES
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert "Laporan kinerja" in str(about["dc:title"])


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = replace(sample(), as_of=datetime(2026, 7, 1))  # noqa: DTZ001 (what is refused)
    for build in (build_workbook, build_paper):
        with pytest.raises(ValueError, match="aware"):
            build(naive)
