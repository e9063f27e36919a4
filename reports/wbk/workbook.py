"""The evidence workbook of one unit and year: rows in, bytes out.

Sheets: ``Sampul, Rekap, LKE, A1 … A6``, the annexes ``Hasil, Rekap Bulanan, Daftar Pengaduan, SKM,
Rekomendasi, Tenggat, Metode`` and ``Kekurangan``. Every total is a live formula;
``docs/adr/0008-wbk-workbook.md`` says why it is built this way.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties

from reports.rows import WbkInput
from reports.wbk.canvas import Canvas, Value, printable
from reports.wbk.layout import (
    CASES,
    CLOCKS,
    COVER,
    GAPS,
    LKE,
    METHOD,
    MONTHLY,
    RECAP,
    RESULTS,
    SURVEY,
    TRACKED,
)
from reports.wbk.package import Rows, pack
from reports.wbk.report import Report, prepare
from reports.wbk.sheets.cases import write_cases, write_clocks, write_months
from reports.wbk.sheets.component import block_places, plan_sheets, write_component
from reports.wbk.sheets.cover import ALT_TEXT, write_cover
from reports.wbk.sheets.gaps import write_gaps
from reports.wbk.sheets.lke import write_lke
from reports.wbk.sheets.method import plan_provenance, write_method
from reports.wbk.sheets.recap import NAMES, write_recap
from reports.wbk.sheets.survey import write_survey
from reports.wbk.sheets.tracked import write_tracked
from reports.wbk.worksheet import Worksheet

SHEETS = (
    COVER,
    RECAP,
    LKE,
    *(f"A{number}" for number in range(1, 7)),
    RESULTS,
    MONTHLY,
    CASES,
    SURVEY,
    TRACKED,
    CLOCKS,
    METHOD,
    GAPS,
)
"""Titles in order."""

DRAWINGS = (
    ALT_TEXT,
    "Diagram batang: persentase area A1 sampai A6 terhadap minimum WBK dan WBBM; angka di tabel sebelahnya",
    "Diagram batang bertumpuk: pengaduan per bulan menurut kedudukannya; angkanya di tabel di atas",
    "Diagram batang: nilai rata-rata tiap unsur survei kepuasan, skala 1 sampai 4; angkanya di sebelahnya",
)
"""Alternative texts in the order of the sheets that have a drawing."""


def build_workbook(worksheet: Worksheet, wbk_input: WbkInput) -> bytes:
    """The workbook as XLSX bytes; equal input gives equal bytes.

    :raises AnswersError: an answer the worksheet does not allow, naming each
    :raises VersionMismatchError: the answers belong to another version of the worksheet
    :raises ValueError: a naive instant
    """
    report = prepare(worksheet, wbk_input)
    book, canvases, streams = _drawn(report)
    saved = BytesIO()
    book.save(saved)
    computed = {title: canvas.computed for title, canvas in canvases.items()}
    return pack(saved.getvalue(), SHEETS, computed, streams, report.input.as_of, DRAWINGS)


def expected_values(worksheet: Worksheet, wbk_input: WbkInput) -> dict[str, dict[str, Value]]:
    """What Python computed for every formula, by sheet and address: the yardstick for a recalculation."""
    _, canvases, _ = _drawn(prepare(worksheet, wbk_input), drawn=False)
    return {title: canvas.computed for title, canvas in canvases.items()}


def _drawn(report: Report, *, drawn: bool = True) -> tuple[Workbook, dict[str, Canvas], dict[str, Rows]]:
    """The book without its long annexes, the canvases with their computed values, and those annexes."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    canvases = {title: Canvas(book.create_sheet(title), drawn) for title in SHEETS}
    plans = plan_sheets(report)
    blocks, provenance = block_places(plans), plan_provenance(report)
    write_cover(canvases[COVER], report)
    write_recap(canvases[RECAP], report)
    write_lke(canvases[LKE], report, blocks)
    for plan in plans:
        write_component(canvases[plan.name], report, plan, provenance)
    write_months(canvases[MONTHLY], report)
    streams = {CASES: write_cases(canvases[CASES], report), CLOCKS: write_clocks(canvases[CLOCKS], report)}
    write_survey(canvases[SURVEY], report)
    write_tracked(canvases[TRACKED], report)
    write_method(canvases[METHOD], report, blocks)
    write_gaps(canvases[GAPS], report)
    _properties(book, report)
    return book, canvases, streams


def _properties(book: Workbook, report: Report) -> None:
    """Names, document properties, and the order to calculate anew when opened."""
    for name, cell in NAMES.items():
        column, row = cell[0], cell[1:]
        book.defined_names[name] = DefinedName(name, attr_text=f"{RECAP}!${column}${row}")
    about, name = book.properties, printable(report.input.agency.name)
    about.title = f"Kertas Kerja Bukti Zona Integritas {name} {report.input.year}"
    about.subject = "LKE Zona Integritas menuju WBK/WBBM"
    about.creator = about.lastModifiedBy = "Sahut"
    about.keywords = f"ZI, WBK, WBBM, {printable(report.input.agency.code)}, {report.input.year}"
    about.description = (
        f"Tanggal potong {report.cut_off_words}; lembar kerja versi {report.worksheet.version}"
    )
    about.language = "id-ID"
    about.created = about.modified = report.input.as_of.astimezone(UTC).replace(tzinfo=None)
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.active = 0
