"""What the sheets of the performance workbook share: names, places of the data, titles, printing, links."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties

from reports import palette
from reports.performance.measures import Figures, with_all
from reports.performance.rows import Measure, PerformanceInput, Period
from reports.wbk.canvas import COUNT, LINK, PERCENT, PLAIN, SUBTITLE, TITLE, Canvas, Look, safe_url
from reports.wbk.labels import MONTHS
from reports.wbk.sheets.page import protect, screen

SUMMARY, STATIONS, TREND, CLOCKS, UNITS, DETAILS, METHOD = (
    "Ringkasan",
    "Satuan",
    "Tren",
    "Tenggat",
    "Unit dan Layanan",
    "Rincian",
    "Metode",
)
DATA = ("Data", "Data Tenggat", "Data Lama")
SHEETS = (SUMMARY, STATIONS, TREND, CLOCKS, UNITS, DETAILS, METHOD, *DATA)
HEADER, FIRST = 5, 6
"""Rows of the header and of the first figure, on every sheet with a table."""
NUMBER = PLAIN.but(number=COUNT, align="right", valign="center", wrap=False)
SHARE = PLAIN.but(number=PERCENT, align="right", valign="center", wrap=False)
LINKED = LINK.but(number=COUNT, align="right", valign="center", wrap=False)
NAME = PLAIN.but(valign="center")


class Report:
    """The input with its figures, and where its rows stand on the data sheets."""

    def __init__(self, given: PerformanceInput) -> None:
        self.given = given
        self.figures = Figures(given)
        self.days = with_all(given.durations)
        self.span = f"{day(given.first)} sampai {day(given.last)}"
        self.span_before = f"{day(given.first_before)} sampai {day(given.last_before)}"
        at = given.local_as_of
        self.as_of = f"{day(at.date())} {at:%H.%M} {given.zone_label}"

    def sum_counts(self, period: Period, measure: Measure, *, agency: str = "", category: str = "") -> str:
        """SUMIFS over ``Data``; `agency` and `category` are cells, left out for all."""
        last = FIRST + max(len(self.given.counts), 1) - 1
        parts = [f'"{period.value}"', agency, f'"{measure.value}"', category]
        return _sumifs(DATA[0], "E", last, parts)

    def sum_clocks(self, period: str, standing: str, **where: str) -> str:
        """SUMIFS over ``Data Tenggat``; `where`: the other columns, as cells or quoted text.

        Without a measure the rows by duty are summed: those by unit and service hold the same clocks again.
        """
        last = FIRST + max(len(self.given.clocks), 1) - 1
        where = {"measure": f'"{Measure.CLOCK.value}"', **where}
        names = ("agency", "measure", "category", "basis")
        parts = [f'"{period}"', *(where.get(name, "") for name in names), f'"{standing}"']
        return _sumifs(DATA[1], "G", last, parts)

    def rank(self, agency: str, clock: str, percent: int) -> str:
        """The quantile of days by nearest rank, from the running totals of ``Data Lama``."""
        last = FIRST + max(len(self.days), 1) - 1
        column = {name: f"'{DATA[2]}'!${name}${FIRST}:${name}${last}" for name in "ABCDE"}
        whole = f"SUMIFS({column['D']},{column['A']},{agency},{column['B']},{clock})"
        smallest = (
            f"_xlfn.MINIFS({column['C']},{column['A']},{agency},{column['B']},{clock},"
            f'{column["E"]},">="&ROUNDUP({whole}*{percent}/100,0))'
        )
        return f'=IF({whole}=0,"",{smallest})'

    def link(self, **narrowed: str) -> str | None:
        """Where the cases behind a figure are listed; None without an address of the desk.

        The list narrows by year: a period within one year leads to that year, another to all years.
        """
        if self.given.base_url is None:
            return None
        if self.given.first.year == self.given.last.year:
            narrowed = {"tahun": str(self.given.first.year), **narrowed}
        return safe_url(f"{self.given.base_url}/ombudsman/pengaduan?{urlencode(narrowed)}")


def _sumifs(sheet: str, total: str, last: int, parts: list[str]) -> str:
    pairs = [
        f"'{sheet}'!${get_column_letter(at)}${FIRST}:${get_column_letter(at)}${last},{part}"
        for at, part in enumerate(parts, 1)
        if part
    ]
    return f"SUMIFS('{sheet}'!${total}${FIRST}:${total}${last},{','.join(pairs)})"


def day(on: date) -> str:
    """``3 Maret 2026``."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def open_sheet(canvas: Canvas, report: Report, title: str, note: str, widths: list[float]) -> None:
    """Title, period, accent line, one line of explanation."""
    canvas.widths(widths)
    canvas.put(1, 1, title, TITLE)
    canvas.height(1, 28)
    canvas.put(2, 1, f"Diterima {report.span} · keadaan {report.as_of}", SUBTITLE)
    canvas.fill_row(3, 1, len(widths), SUBTITLE.but(fill=palette.SAFFRON))
    canvas.height(3, 2.4)
    canvas.put(4, 1, note, SUBTITLE.but(italic=True))
    canvas.height(4, 16)


def close_sheet(
    canvas: Canvas, report: Report, columns: int, last: int, *, header: bool = True, one_page: bool = False
) -> None:
    """A4 landscape one page wide, repeated and frozen header, page numbers, no grid."""
    sheet = canvas.sheet
    sheet.print_area = f"A1:{get_column_letter(columns)}{last}"
    if header:
        sheet.print_title_rows = f"{HEADER}:{HEADER}"
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", 9, 1, 0
    if one_page:
        setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = HeaderFooterItem()
    sheet.HeaderFooter.oddFooter = footer
    footer.left.text, footer.left.size = f"sahut · laporan kinerja · {report.span}", 8
    footer.center.text, footer.center.size = "&A", 8
    footer.right.text, footer.right.size = "Halaman &P dari &N", 8
    screen(sheet, freeze=f"B{FIRST}" if header else None, tab=palette.TEAL if header else palette.SAFFRON)
    protect(sheet)


def linked_look(url: str | None, look: Look = NUMBER) -> Look:
    """As a figure looks that leads somewhere, if it does."""
    return look if url is None else LINKED
