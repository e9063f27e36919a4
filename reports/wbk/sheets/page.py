"""What every sheet shares: title rows, printing, protection, coloured states."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet as Sheet

from reports import palette
from reports.wbk.canvas import PLAIN, SUBTITLE, TITLE, Canvas, printable
from reports.wbk.report import Report

HINT = PLAIN.but(line="none", italic=True, colour=palette.MUTED, wrap=False, valign="center")
"""The line below a title: what the sheet rests on."""


def title_rows(canvas: Canvas, report: Report, title: str, subtitle: str, columns: int) -> None:
    """Title and subtitle in rows 1 and 2, and a thin accent line under them."""
    canvas.put(1, 1, title, TITLE)
    canvas.height(1, 28)
    agency = report.input.agency
    canvas.say(2, 1, f"{agency.name} ({agency.code}) · tahun {report.input.year} · {subtitle}", SUBTITLE)
    canvas.height(2, 16)
    accent = SUBTITLE.but(fill=palette.SAFFRON)
    canvas.fill_row(3, 1, columns, accent)
    canvas.height(3, 2.4)


def print_setup(
    sheet: Sheet, report: Report, *, title_row: int | None, columns: int, last: int, landscape: bool = True
) -> None:
    """A4, one page wide, repeated header row, page numbers, agency and cut-off in the footer."""
    letter = get_column_letter(columns)
    sheet.print_area = f"A1:{letter}{last}"
    if title_row:
        sheet.print_title_rows = f"{title_row}:{title_row}"
    setup = sheet.page_setup
    setup.orientation = "landscape" if landscape else "portrait"
    setup.paperSize = 9
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.25, 0.3
    sheet.print_options.horizontalCentered = True
    footer = HeaderFooterItem()
    sheet.HeaderFooter.oddFooter = footer
    name = printable(report.input.agency.name).replace("&", "&&")
    footer.left.text, footer.left.size = f"sahut · {name} · potong {report.cut_off:%d-%m-%Y}", 8
    footer.center.text, footer.center.size = "&A", 8
    footer.right.text, footer.right.size = "Halaman &P dari &N", 8


def protect(sheet: Sheet) -> None:
    """Formula cells can't be overtyped by accident; no password, so anyone may lift it knowingly."""
    guard = sheet.protection
    guard.sheet = True
    guard.formatColumns = guard.formatRows = guard.autoFilter = guard.sort = False
    guard.formatCells = True


def screen(sheet: Sheet, *, freeze: str | None, tab: str, zoom: int = 100) -> None:
    """No grid, frozen header, tab colour."""
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = zoom
    sheet.freeze_panes = freeze
    sheet.sheet_properties.tabColor = tab


def _differential(fill: str, colour: str) -> DifferentialStyle:
    return DifferentialStyle(fill=PatternFill("solid", bgColor=fill), font=Font(color=colour, bold=True))


GOOD = _differential(palette.SUCCESS_SOFT, palette.SUCCESS)
BAD = _differential(palette.ERROR, palette.WHITE)
"""Dark on purpose: in a grey print it stands out where the light fill of GOOD does not."""
WATCH = _differential(palette.SAFFRON_SOFT, palette.INK)


def colour_states(sheet: Sheet, area: str, first: str, good: list[str], bad: list[str]) -> None:
    """Fill and bold by the words in the cells: the word stands there too, so grey prints say the same.

    :param area: range to colour
    :param first: its first cell, relative, for the rule
    """
    for words, look in ((good, GOOD), (bad, BAD)):
        tests = ",".join(f'{first}="{word}"' for word in words)
        colour_where(sheet, area, f"OR({tests})", look)


def colour_where(sheet: Sheet, area: str, condition: str, look: DifferentialStyle) -> None:
    """Dress an area where a condition (relative to its first cell) holds."""
    sheet.conditional_formatting.add(area, Rule(type="expression", dxf=look, formula=[condition]))
