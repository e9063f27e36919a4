"""Writing on sheets: looks, guarded text, and formulas that carry their computed value.

A formula is written together with the value that Python computed for it; ``package`` stores that value
as the cell's cached result, so that viewers without a calculation engine show figures, and tests hold
LibreOffice's own result against it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet as Sheet

from reports import palette

Value = str | float | None
Scalar = str | int | float | date | datetime | None

CELL_LIMIT = 32_000
"""Excel keeps 32,767 characters a cell; longer text is cut with an ellipsis."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return _CONTROL.sub("", text)


def guarded(text: str) -> str:
    """Text from people, made unable to become a formula, also after a detour through CSV.

    A leading ``= + - @``, tab or carriage return gets an apostrophe; characters that XML can't hold go.
    """
    clean = printable(text)
    if clean.lstrip(" \n").startswith(_DANGEROUS):
        clean = "'" + clean
    return clean if len(clean) <= CELL_LIMIT else clean[: CELL_LIMIT - 1] + "…"


def safe_url(url: str | None) -> str | None:
    """The address where a click may lead: http or https with a host, of a length Excel accepts."""
    if url is None or len(url) > 2_000 or _CONTROL.search(url) or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. ``locked`` cells can't be typed into while the sheet is protected."""

    size: float = 9
    bold: bool = False
    italic: bool = False
    colour: str = palette.INK
    fill: str | None = None
    line: Literal["none", "hair", "box", "strong"] = "hair"
    align: Literal["left", "center", "right"] = "left"
    valign: Literal["top", "center", "bottom"] = "top"
    wrap: bool = True
    number: str = "General"
    locked: bool = True
    indent: int = 0
    underline: bool = False

    def but(self, **changes: object) -> Look:
        """The same look with some differences."""
        return replace(self, **changes)  # type: ignore[arg-type]


POINTS, PERCENT, SCORE, COUNT, DAY, MOMENT = (
    "0.00",
    "0.0%",
    "0.00##",
    "#,##0",
    "dd-mm-yyyy",
    "dd-mm-yyyy hh:mm",
)

PLAIN = Look()
BARE = Look(line="none")
HEAD = Look(bold=True, colour=palette.WHITE, fill=palette.TEAL, valign="center", line="box")
SECTION = Look(size=10, bold=True, colour=palette.WHITE, fill=palette.INK, valign="center", wrap=False)
GROUP = Look(size=9.5, bold=True, fill=palette.TEAL_SOFT, valign="center")
SUB = Look(bold=True, fill=palette.TEAL_FAINT, valign="center")
INPUT = Look(fill=palette.SAFFRON_SOFT, locked=False, align="center", bold=True, line="box")
MUTED = Look(colour=palette.MUTED, size=8.5)
TITLE = Look(size=18, bold=True, line="none", valign="center", wrap=False)
SUBTITLE = Look(colour=palette.MUTED, line="none", valign="center", wrap=False)
LINK = Look(colour=palette.TEAL, underline=True)


@lru_cache(maxsize=512)
def _parts(look: Look) -> tuple[Font, PatternFill, Border, Alignment, Protection]:
    side = {
        "none": None,
        "hair": Side(style="hair", color=palette.LINE),
        "box": Side(style="thin", color=palette.LINE),
        "strong": Side(style="medium", color=palette.INK),
    }[look.line]
    if side is None:
        border = Border()
    elif look.line == "hair":
        border = Border(bottom=Side(style="thin", color=palette.LINE))
    elif look.line == "strong":
        border = Border(top=side, bottom=side)
    else:
        border = Border(left=side, right=side, top=side, bottom=side)
    return (
        Font(
            name=palette.SHEET_FONT,
            size=look.size,
            bold=look.bold,
            italic=look.italic,
            color=look.colour,
            underline="single" if look.underline else None,
        ),
        PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill(),
        border,
        Alignment(horizontal=look.align, vertical=look.valign, wrap_text=look.wrap, indent=look.indent),
        Protection(locked=look.locked),
    )


def line_count(text: str, width: float, size: float = 9) -> int:
    """How many lines a text fills in a column of ``width`` characters of the default font."""
    per_line = max(1.0, width * 11 / size * 1.1)
    return sum(max(1, math.ceil(len(part) / per_line)) for part in text.split("\n"))


def row_height(
    fields: Mapping[float, str] | list[tuple[float, str]], size: float = 9, least: float = 15
) -> float:
    """Height in points for texts side by side, each with the width of its column."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    lines = max((line_count(text, width, size) for width, text in pairs), default=1)
    return max(least, lines * size * 1.29 + 4)


@dataclass
class Canvas:
    """One sheet and the values of its formulas by address.

    :ivar drawn: False where only the values of formulas are wanted: then nothing is written on the sheet
    """

    sheet: Sheet
    drawn: bool = True
    computed: dict[str, Value] = field(default_factory=dict)
    _dressed: dict[Look, StyleArray] = field(default_factory=dict, repr=False)
    """What openpyxl made of a look: each of its five setters searches the tables of the workbook anew, which
    took a third of the time of a workbook."""

    @property
    def title(self) -> str:
        """Name of the sheet."""
        return str(self.sheet.title)

    def style(self, row: int, column: int, look: Look) -> Cell:
        """Dress a cell, filled or not."""
        if not self.drawn:
            return Cell(self.sheet, row, column)
        cell = self.sheet.cell(row, column)
        if not isinstance(cell, Cell):
            raise TypeError(f"{cell.coordinate} lies inside joined cells")
        known = self._dressed.get(look)
        if known is None:
            cell.font, cell.fill, cell.border, cell.alignment, cell.protection = _parts(look)
            cell.number_format = look.number
            self._dressed[look] = copy(cell._style)  # type: ignore[attr-defined]  # the stubs leave it out
        else:
            cell._style = copy(known)  # type: ignore[attr-defined]
        return cell

    def put(self, row: int, column: int, value: Scalar, look: Look = PLAIN) -> Cell:
        """Our own text (never a formula), a number, a date or nothing."""
        cell = self.style(row, column, look)
        if not self.drawn:
            return cell
        if isinstance(value, str):
            cell.value = value
            cell.data_type = "s"
        elif isinstance(value, datetime):
            cell.value = value.replace(tzinfo=None)
            cell.number_format = look.number if look.number != "General" else MOMENT
        elif value is not None:
            cell.value = value
            if isinstance(value, date) and look.number == "General":
                cell.number_format = DAY
            elif isinstance(value, date):
                cell.number_format = look.number
        return cell

    def say(self, row: int, column: int, text: str, look: Look = PLAIN) -> Cell:
        """Text that people typed: guarded, always a string."""
        return self.put(row, column, guarded(text) or None, look)

    def calc(self, row: int, column: int, formula: str, value: Value, look: Look = PLAIN) -> str:
        """A live formula and what Python computed for it (``None`` shows as empty). Gives the address."""
        cell = self.style(row, column, look)
        if self.drawn:
            cell.value = formula
        self.computed[cell.coordinate] = "" if value is None else value
        return str(cell.coordinate)

    def fill_row(self, row: int, first: int, last: int, look: Look) -> None:
        """Dress a stretch of a row."""
        for column in range(first, last + 1) if self.drawn else ():
            self.style(row, column, look)

    def head(self, row: int, titles: list[str], look: Look = HEAD) -> None:
        """A header row from column A."""
        for column, title in enumerate(titles, 1):
            self.put(row, column, title, look)

    def jump(self, row: int, column: int, sheet: str, address: str, tip: str) -> None:
        """Make a cell lead to another sheet of this workbook."""
        if not self.drawn:
            return
        cell = self.sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{address}", tooltip=tip)

    def lead_out(self, row: int, column: int, url: str) -> None:
        """Make a cell lead to an evidence document; ``url`` has passed :func:`safe_url`."""
        if not self.drawn:
            return
        cell = self.sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, target=url)

    def widths(self, widths: list[float]) -> None:
        """Column widths from A."""
        for column, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def height(self, row: int, points: float) -> None:
        """Row height, at most what Excel takes."""
        self.sheet.row_dimensions[row].height = min(round(points, 1), 409.0)

    def merge(self, row: int, first: int, last: int, rows: int = 1) -> None:
        """Join cells; the value stands in the first."""
        self.sheet.merge_cells(start_row=row, start_column=first, end_row=row + rows - 1, end_column=last)


def address(row: int, column: int, *, fixed: bool = False) -> str:
    """``C12``, or ``$C$12``."""
    letter = get_column_letter(column)
    return f"${letter}${row}" if fixed else f"{letter}{row}"
