"""The report as a workbook: every figure a live formula over the data sheets, which hold counts only.

Sheets: ``Ringkasan, Satuan, Tren, Tenggat, Unit dan Layanan, Rincian, Metode``, then ``Data, Data Tenggat,
Data Lama``. Equal input gives equal bytes.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from reports.performance.frame import DATA, SHEETS, Report
from reports.performance.rows import PerformanceInput
from reports.performance.sheets_compare import write_details, write_stations, write_trend, write_units
from reports.performance.sheets_data import write_clock_data, write_counts, write_days
from reports.performance.sheets_front import write_clocks, write_method, write_summary
from reports.wbk.canvas import Canvas, Value
from reports.wbk.package import Rows, pack

DRAWINGS = (
    "Diagram batang: persentase tenggat hukum yang dipenuhi tepat waktu menurut satuan; angkanya di tabel",
    "Diagram kolom: pengaduan diterima per bulan; angkanya di tabel",
    "Diagram batang: persentase tepat waktu menurut tenggat; angkanya di tabel",
)
"""Alternative texts in the order of the sheets that have a drawing."""


def build_workbook(given: PerformanceInput) -> bytes:
    """The workbook as XLSX bytes.

    :raises ValueError: a naive instant
    """
    if given.as_of.tzinfo is None:
        raise ValueError("as_of must be aware")
    book, canvases, streams = _drawn(Report(given))
    saved = BytesIO()
    book.save(saved)
    computed = {title: canvas.computed for title, canvas in canvases.items()}
    as_of = given.as_of.astimezone(UTC)
    return pack(saved.getvalue(), SHEETS, computed, streams, as_of, DRAWINGS)


def expected_values(given: PerformanceInput) -> dict[str, dict[str, Value]]:
    """What Python computed for every formula, by sheet and address."""
    _, canvases, _ = _drawn(Report(given))
    return {title: canvas.computed for title, canvas in canvases.items()}


def _drawn(report: Report) -> tuple[Workbook, dict[str, Canvas], dict[str, Rows]]:
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    canvases = {title: Canvas(book.create_sheet(title)) for title in SHEETS}
    writers = (
        write_summary,
        write_stations,
        write_trend,
        write_clocks,
        write_units,
        write_details,
        write_method,
    )
    for title, write in zip(SHEETS[: len(writers)], writers, strict=True):
        write(canvases[title], report)
    streams = {
        title: write(canvases[title], report)
        for title, write in zip(DATA, (write_counts, write_clock_data, write_days), strict=True)
    }
    about = book.properties
    about.title = f"Laporan kinerja pengelolaan pengaduan, {report.span}"
    about.subject = "Laporan Ombudsman kepada KemenPANRB"
    about.creator = about.lastModifiedBy = "Sahut"
    about.language = "id-ID"
    about.created = about.modified = report.given.as_of.astimezone(UTC).replace(tzinfo=None)
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.active = 0
    return book, canvases, streams
