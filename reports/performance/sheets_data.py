"""The data sheets: plain rows of counts, streamed, that all other sheets reckon from."""

from __future__ import annotations

from collections.abc import Iterator

from reports.performance.frame import DATA, FIRST, HEADER, NUMBER, Report, close_sheet, open_sheet
from reports.wbk.canvas import PLAIN, Canvas, Scalar
from reports.wbk.package import Rows

_TEXT = PLAIN.but(wrap=False, size=8.5)


def _frame(canvas: Canvas, report: Report, title: str, note: str, heads: dict[str, float], count: int) -> int:
    columns, last = len(heads), FIRST + max(count, 1) - 1
    open_sheet(canvas, report, title, note, list(heads.values()))
    canvas.head(HEADER, list(heads))
    numbers = {"Jumlah", "Hari", "Kumulatif"}
    for column, name in enumerate(heads, 1):
        canvas.style(FIRST, column, NUMBER.but(size=8.5) if name in numbers else _TEXT)
    canvas.sheet.auto_filter.ref = f"A{HEADER}:{'ABCDEFGH'[columns - 1]}{last}"
    close_sheet(canvas, report, columns, last)
    return columns


def write_counts(canvas: Canvas, report: Report) -> Rows:
    """Counts of complaints."""
    heads = {"Periode": 10.0, "Satuan": 12.0, "Ukuran": 18.0, "Kategori": 48.0, "Jumlah": 12.0}
    rows = report.given.counts
    columns = _frame(canvas, report, DATA[0], "Jumlah pengaduan; tanpa data pribadi.", heads, len(rows))
    values = ((r.period.value, r.agency, r.measure.value, r.category, r.n) for r in rows)
    return Rows(FIRST, len(rows), columns, values)


def write_clock_data(canvas: Canvas, report: Report) -> Rows:
    """Counts of clocks."""
    heads = {"Periode": 10.0, "Satuan": 12.0, "Ukuran": 18.0, "Kategori": 48.0}
    heads |= {"Dasar": 12.0, "Nasib": 12.0, "Jumlah": 12.0}
    rows = report.given.clocks
    columns = _frame(
        canvas,
        report,
        DATA[1],
        "Jumlah tenggat menurut nasibnya; tiap tenggat dihitung sekali pada tiap ukuran.",
        heads,
        len(rows),
    )
    values = (
        (r.period.value, r.agency, r.measure.value, r.category, r.basis.value, r.standing.value, r.n)
        for r in rows
    )
    return Rows(FIRST, len(rows), columns, values)


def write_days(canvas: Canvas, report: Report) -> Rows:
    """How long duties took, with running totals for the quantiles."""
    heads = {"Satuan": 12.0, "Tenggat": 34.0, "Hari": 10.0, "Jumlah": 10.0, "Kumulatif": 12.0}
    note = "Hari penuh (24 jam) dari mulai sampai dipenuhi; SEMUA = seluruh satuan."
    columns = _frame(canvas, report, DATA[2], note, heads, len(report.days))
    return Rows(FIRST, len(report.days), columns, _running(report))


def _running(report: Report) -> Iterator[tuple[Scalar, ...]]:
    before, seen = ("", ""), 0
    for row in report.days:
        seen = row.n if (row.agency, row.clock) != before else seen + row.n
        before = (row.agency, row.clock)
        yield row.agency, row.clock, row.days, row.n, seen
