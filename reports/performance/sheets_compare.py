"""Tables that compare: agencies, months, units and services, and categories with the period before."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties

from reports import palette
from reports.performance.frame import (
    DETAILS,
    FIRST,
    HEADER,
    NAME,
    NUMBER,
    SHARE,
    STATIONS,
    TREND,
    UNITS,
    Report,
    close_sheet,
    linked_look,
    open_sheet,
)
from reports.performance.measures import ALL
from reports.performance.rows import ActionWord, Basis, Fact, Measure, Period, Standing
from reports.wbk.canvas import GROUP, HEAD, PLAIN, Canvas
from reports.wbk.sheets.page import BAD, colour_where

_LAW = f'"{Basis.LAW.value}"'
_DUE = (Standing.IN_TIME, Standing.LATE, Standing.OVERDUE)


def bar_chart(
    canvas: Canvas, column: int, last: int, at: str, *, kind: str = "bar", percent: bool = True
) -> None:
    """A native chart of one column of the table, by the names in column A."""
    sheet, chart = canvas.sheet, BarChart()
    chart.type, chart.gapWidth, chart.legend = kind, 40, None
    chart.add_data(Reference(sheet, min_col=column, min_row=FIRST, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=FIRST, max_row=last))
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=palette.TEAL)
    if percent:
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.number_format = "0%" if percent else "0"
    chart.x_axis.delete = chart.y_axis.delete = False
    if kind == "bar":
        chart.x_axis.scaling.orientation = "maxMin"
    chart.width, chart.height = 26, 8 if kind == "col" else min(4 + 0.55 * (last - FIRST + 1), 18)
    sheet.add_chart(chart, at)


def ratio(canvas: Canvas, row: int, column: int, part: str, whole: str, value: float | None) -> None:
    """A share as a formula, empty while there is nothing to divide by."""
    canvas.calc(row, column, f'=IF({whole}=0,"",{part}/({whole}))', value, SHARE)


def write_stations(canvas: Canvas, report: Report) -> None:
    """One row an agency; received, open and breached lead to the cases."""
    heads = ["Satuan", "Kode", "Diterima", "Periode lalu", "Selisih", "Belum ditutup", "Pernah melanggar"]
    heads += [
        "Tenggat jatuh",
        "Tepat",
        "Ketepatan",
        "Keberatan",
        "Dibuka kembali",
        "Perbaikan",
        "Terverifikasi",
    ]
    heads += ["IKM", "Mutu", "Responden"]
    note = "Angka yang bergaris bawah membuka daftar pengaduannya di Sahut; ketepatan menurut tenggat hukum."
    open_sheet(canvas, report, STATIONS, note, [34.0, 9.0, *[11.0] * 15])
    canvas.head(HEADER, heads, HEAD.but(align="center"))
    canvas.height(HEADER, 32)
    for row, station in enumerate(report.given.stations, FIRST):
        canvas.say(row, 1, station.name, NAME)
        canvas.say(row, 2, station.code, NAME)
        _station(canvas, report, row, station.code)
        ikm = float(station.ikm) if station.ikm is not None else None
        canvas.put(row, 15, ikm, NUMBER.but(number="0.00"))
        canvas.put(row, 16, station.grade or "–", NAME.but(align="center"))
        canvas.put(row, 17, station.respondents, NUMBER)
    last = FIRST + max(len(report.given.stations), 1) - 1
    _totals(canvas, report, last + 1)
    colour_where(canvas.sheet, f"J{FIRST}:J{last}", f"AND(ISNUMBER(J{FIRST}),J{FIRST}<0.8)", BAD)
    bar_chart(canvas, 10, last, f"A{last + 3}")
    close_sheet(canvas, report, len(heads), last + 3 + 36)


def _station(canvas: Canvas, report: Report, row: int, code: str) -> None:
    figures, cell = report.figures, f"$B{row}"
    plain = (
        (3, Period.NOW, Measure.TOTAL, "", report.link(satuan=code)),
        (4, Period.BEFORE, Measure.TOTAL, "", None),
        (6, Period.NOW, Measure.FACT, Fact.OPEN.value, report.link(satuan=code, angka="open")),
        (7, Period.NOW, Measure.FACT, Fact.BREACHED.value, report.link(satuan=code, angka="breached")),
        (11, Period.NOW, Measure.FACT, Fact.OBJECTED.value, None),
        (12, Period.NOW, Measure.FACT, Fact.REOPENED.value, None),
        (14, Period.NOW, Measure.ACTION, ActionWord.VERIFIED.value, None),
    )
    for column, period, measure, word, url in plain:
        value = figures.count(measure, word, code, period)
        category = f'"{word}"' if word else ""
        formula = report.sum_counts(period, measure, agency=cell, category=category)
        canvas.calc(row, column, f"={formula}", value, linked_look(url))
        if url:
            canvas.lead_out(row, column, url)
    now, then = (figures.count(Measure.TOTAL, agency=code, period=period) for period in Period)
    canvas.calc(row, 5, f"=C{row}-D{row}", now - then, NUMBER.but(number="+#,##0;-#,##0;0"))
    actions = sum(figures.count(Measure.ACTION, word.value, code) for word in ActionWord)
    canvas.calc(row, 13, f"={report.sum_counts(Period.NOW, Measure.ACTION, agency=cell)}", actions, NUMBER)
    own = figures.clocks(code)
    due = "+".join(report.sum_clocks("kini", one.value, agency=cell, basis=_LAW) for one in _DUE)
    canvas.calc(row, 8, f"={due}", own.due, NUMBER)
    met = report.sum_clocks("kini", Standing.IN_TIME.value, agency=cell, basis=_LAW)
    canvas.calc(row, 9, f"={met}", own.in_time, NUMBER)
    ratio(canvas, row, 10, f"I{row}", f"H{row}", own.share)


def _totals(canvas: Canvas, report: Report, row: int) -> None:
    computed, look = canvas.computed, GROUP.but(number="#,##0", align="right", line="strong")
    canvas.put(row, 1, "Semua satuan", GROUP.but(line="strong"))
    canvas.fill_row(row, 2, 17, look)
    for column in (3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14):
        letter = "ABCDEFGHIJKLMNOPQ"[column - 1]
        values = [computed.get(f"{letter}{one}", 0) for one in range(FIRST, row)]
        total = sum(int(value) for value in values if not isinstance(value, str) and value is not None)
        canvas.calc(row, column, f"=SUM({letter}{FIRST}:{letter}{row - 1})", total, look)
    canvas.calc(
        row, 10, f'=IF(H{row}=0,"",I{row}/H{row})', report.figures.clocks().share, look.but(number="0.0%")
    )


def write_trend(canvas: Canvas, report: Report) -> None:
    """Complaints received by month, the period before included."""
    figures, months = report.figures, report.figures.categories(Measure.MONTH)
    note = f"Periode lalu: {report.span_before}. Bulan di tepi periode dapat tidak penuh."
    open_sheet(canvas, report, TREND, note, [16.0, 14.0, 14.0, 14.0])
    canvas.head(HEADER, ["Bulan", "Periode lalu", "Periode ini", "Jumlah"], HEAD.but(align="center"))
    for row, month in enumerate(months, FIRST):
        canvas.put(row, 1, month, NAME)
        for column, period in ((2, Period.BEFORE), (3, Period.NOW)):
            formula = report.sum_counts(period, Measure.MONTH, category=f"$A{row}")
            canvas.calc(
                row, column, f"={formula}", figures.count(Measure.MONTH, month, period=period), NUMBER
            )
        both = sum(figures.count(Measure.MONTH, month, period=period) for period in Period)
        canvas.calc(row, 4, f"=B{row}+C{row}", both, NUMBER)
    last = FIRST + max(len(months), 1) - 1
    bar_chart(canvas, 4, last, f"A{last + 2}", kind="col", percent=False)
    close_sheet(canvas, report, 12, last + 20, one_page=True)


def write_units(canvas: Canvas, report: Report) -> None:
    """Received by unit and by service of each agency, with the share in time of their clocks of law."""
    heads = ["Satuan", "Kode", "Unit atau layanan", "Menurut", "Diterima", "Tepat", "Jatuh", "Ketepatan"]
    open_sheet(
        canvas, report, UNITS, "Unit = pemegang perkara saat ini.", [30.0, 9.0, 42.0, 12.0, *[12.0] * 4]
    )
    canvas.head(HEADER, heads)
    row = FIRST
    for station in report.given.stations:
        for measure in (Measure.UNIT, Measure.SERVICE):
            for word in _words(report, measure, station.code):
                canvas.say(row, 1, station.name, NAME)
                canvas.say(row, 2, station.code, NAME)
                canvas.say(row, 3, word, NAME)
                canvas.put(row, 4, measure.value, NAME)
                _narrowed(canvas, report, row, measure, station.code, word)
                row += 1
    last = max(row - 1, FIRST)
    canvas.sheet.auto_filter.ref = f"A{HEADER}:H{last}"
    colour_where(canvas.sheet, f"H{FIRST}:H{last}", f"AND(ISNUMBER(H{FIRST}),H{FIRST}<0.8)", BAD)
    close_sheet(canvas, report, len(heads), last)


def _words(report: Report, measure: Measure, code: str) -> Sequence[str]:
    return sorted(
        {
            r.category
            for r in report.given.counts
            if r.measure is measure and r.agency == code and r.period is Period.NOW
        }
    )


def _narrowed(canvas: Canvas, report: Report, row: int, measure: Measure, code: str, word: str) -> None:
    cells = {"agency": f"$B{row}", "category": f"$C{row}", "measure": f"$D{row}", "basis": _LAW}
    own = report.figures.clocks(code, measure=measure, category=word)
    formula = report.sum_counts(Period.NOW, measure, agency=f"$B{row}", category=f"$C{row}")
    canvas.calc(row, 5, f"={formula}", report.figures.count(measure, word, code), NUMBER)
    canvas.calc(row, 6, f"={report.sum_clocks('kini', Standing.IN_TIME.value, **cells)}", own.in_time, NUMBER)
    due = "+".join(report.sum_clocks("kini", one.value, **cells) for one in _DUE)
    canvas.calc(row, 7, f"={due}", own.due, NUMBER)
    ratio(canvas, row, 8, f"F{row}", f"G{row}", own.share)


def write_details(canvas: Canvas, report: Report) -> None:
    """Every category of every measure, now and in the period before."""
    heads = ["Ukuran", "Kategori", "Periode ini", "Periode lalu", "Selisih", "Bagian dari yang diterima"]
    note = f"Periode lalu: {report.span_before}. Satu pengaduan dapat masuk beberapa baris Fakta."
    open_sheet(canvas, report, DETAILS, note, [20.0, 56.0, 14.0, 14.0, 14.0, 18.0])
    canvas.head(HEADER, heads)
    row, received = FIRST, report.figures.count(Measure.TOTAL)
    whole = report.sum_counts(Period.NOW, Measure.TOTAL)
    measures = (Measure.KIND, Measure.TYPE, Measure.CHANNEL, Measure.FINDING, Measure.ENDING, Measure.FACT)
    for measure in (*measures, Measure.ACTION):
        words = report.figures.categories(measure)
        for word in words or (["Belum ada yang dicatat"] if measure is Measure.ACTION else []):
            canvas.put(row, 1, measure.value, NAME)
            canvas.say(row, 2, word, PLAIN)
            now, then = (report.figures.count(measure, word, ALL, period) for period in Period)
            for column, period, value in ((3, Period.NOW, now), (4, Period.BEFORE, then)):
                formula = report.sum_counts(period, measure, category=f"$B{row}")
                canvas.calc(row, column, f"={formula}", value, NUMBER)
            canvas.calc(row, 5, f"=C{row}-D{row}", now - then, NUMBER.but(number="+#,##0;-#,##0;0"))
            if measure is not Measure.ACTION:
                ratio(canvas, row, 6, f"C{row}", whole, now / received if received else None)
            row += 1
    canvas.sheet.auto_filter.ref = f"A{HEADER}:F{max(row - 1, FIRST)}"
    close_sheet(canvas, report, len(heads), max(row - 1, FIRST))
