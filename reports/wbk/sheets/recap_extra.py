"""Below the recap: what is no condition but worth a look (K3, K4, K5), and the areas as a chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from reports import palette
from reports.wbk.canvas import HEAD, PERCENT, PLAIN, POINTS, SUB, Canvas, Value
from reports.wbk.layout import Column
from reports.wbk.report import Report
from reports.wbk.score import COMPLAINTS, COMPLAINTS_SHARE, WEALTH_OBLIGED, WEALTH_REPORTS, reaches
from reports.wbk.worksheet import Predicate

CHART_ROWS = 16
CHART_SIZE_CM = (17, 7.6)
SHARE = PLAIN.but(align="right", number=PERCENT, valign="center")


def write_extra(canvas: Canvas, report: Report, row: int, areas: Mapping[str, int], limits: int) -> int:
    """Write from ``row`` on; gives the last row used."""
    header, first = row + 1, row + 2
    canvas.put(
        row, 1, "Tiap bagian area terhadap minimum (peringatan K5, bukan syarat) ◇", SUB.but(wrap=False)
    )
    canvas.fill_row(row, 2, 6, SUB)
    titles = ["Kode", "Keterangan", "Area", "Pemenuhan", "Reform", "Min. WBK"]
    canvas.head(header, titles, HEAD.but(align="center"))
    canvas.put(header, 7, "Min. WBBM", HEAD.but(align="center"))
    for at, component in enumerate(report.worksheet.components):
        _area(canvas, report, first + at, component.id, areas[component.id], limits)
    after = first + len(areas) + 1
    last = _comparisons(canvas, report, after)
    _chart(canvas, header, first)
    return max(last, row + CHART_ROWS)


def _area(canvas: Canvas, report: Report, row: int, component_id: str, source: int, limits: int) -> None:
    component = next(c for c in report.worksheet.components if c.id == component_id)
    area = report.score.official.areas[component_id]
    canvas.put(row, 1, component.key, PLAIN.but(valign="center", bold=True))
    canvas.calc(row, 3, f"=G{source}", area.share, SHARE)
    shares = (area.fulfilment / component.fulfilment.weight, area.reform / component.reform.weight)
    for column, letter, half, share in zip((4, 5), "DE", component.halves, shares, strict=True):
        canvas.calc(row, column, f"={letter}{source}/{half.weight:g}", share, SHARE)
    floors = [report.worksheet.thresholds[p].area_share for p in Predicate]
    for column, letter, floor in zip((6, 7), "HJ", floors, strict=True):
        canvas.calc(row, column, f"=${letter}${limits}", floor, SHARE.but(number="0%", colour=palette.MUTED))
    words = ["Ada bagian di bawah minimum WBK", "Ada bagian di bawah minimum WBBM"]
    value = next((w for w, floor in zip(words, floors, strict=True) if not reaches(min(shares), floor)), "")
    lowest = f"ROUND(MIN(D{row}:E{row}),9)"
    formula = f'=IF({lowest}<F{row},"{words[0]}",IF({lowest}<G{row},"{words[1]}",""))'
    canvas.calc(row, 2, formula, value, PLAIN.but(valign="center", colour=palette.ERROR, wrap=False))
    canvas.height(row, 17)


def _comparisons(canvas: Canvas, report: Report, row: int) -> int:
    """How other copies of the sheet would count; shown in case the TPI uses one."""
    canvas.put(row, 1, "Pembanding: cara hitung salinan lain (tidak dipakai)", SUB.but(wrap=False))
    canvas.fill_row(row, 2, 6, SUB)
    layout, indicators = report.layout, report.worksheet.by_id
    counts = layout.input_cells(indicators[COMPLAINTS_SHARE])
    ongoing, done = (f"LKE!{counts[key]}" for key in ("sedang_diproses", "selesai"))
    obliged = layout.there(Column.VALUE, layout.indicators[WEALTH_OBLIGED])
    formulas = {
        COMPLAINTS: f'IF(COUNT({ongoing},{done})<2,"",IF({ongoing}+{done}=0,"",'
        f"{done}/({ongoing}+{done})*{{weight}}))",
        WEALTH_REPORTS: f'IF({obliged}="","",{obliged}*{{weight}})',
    }
    for at, other in enumerate(report.score.comparisons, 1):
        here, sub = row + at, layout.subs[other.sub_component_id]
        weight = layout.there(Column.WEIGHT, sub)
        canvas.put(here, 1, other.policy, PLAIN.but(bold=True))
        canvas.put(here, 2, f"{other.label} ({other.sub_component_id})", PLAIN.but(size=8.5))
        formula = "=" + formulas[other.sub_component_id].format(weight=weight)
        points = PLAIN.but(align="right", number=POINTS)
        value: Value = other.value
        place = canvas.calc(here, 4, formula, value, points)
        official = layout.there(Column.VALUE, sub)
        canvas.put(here, 3, "sub", PLAIN.but(align="right", colour=palette.MUTED))
        canvas.put(here, 5, "total", PLAIN.but(align="right", colour=palette.MUTED))
        canvas.calc(here, 6, f"=NILAI_TOTAL-N({official})+N({place})", other.total, points)
        canvas.height(here, 26)
    return row + len(report.score.comparisons)


def _chart(canvas: Canvas, header: int, first: int) -> None:
    sheet, last = canvas.sheet, first + 5
    bars = BarChart()
    bars.type, bars.gapWidth = "col", 70
    bars.title = None
    bars.add_data(Reference(sheet, min_col=3, min_row=header, max_row=last), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    bars.series[0].graphicalProperties = GraphicalProperties(solidFill=palette.TEAL)
    labels = DataLabelList()
    labels.showVal, labels.numFmt = True, "0%"
    labels.position = "inBase"
    white = CharacterProperties(solidFill=palette.WHITE, b=True, sz=900)
    labels.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=white))])
    labels.showSerName = labels.showCatName = labels.showLegendKey = False
    bars.series[0].dLbls = labels
    floors = LineChart()
    dashes: tuple[Literal["solid", "dash"], ...] = ("solid", "dash")
    for column, colour, dash in zip((6, 7), (palette.SAFFRON, palette.INK), dashes, strict=True):
        floors.add_data(Reference(sheet, min_col=column, min_row=header, max_row=last), titles_from_data=True)
        line = LineProperties(solidFill=colour, w=22_000, prstDash=dash)
        series = floors.series[-1]
        series.graphicalProperties = GraphicalProperties(ln=line)
        series.marker.symbol, series.smooth = "none", False
    bars.y_axis.scaling.min, bars.y_axis.scaling.max, bars.y_axis.majorUnit = 0.0, 1.0, 0.25
    bars.y_axis.number_format = "0%"
    bars.y_axis.delete = bars.x_axis.delete = False
    grid = GraphicalProperties(ln=LineProperties(solidFill=palette.LINE))
    bars.y_axis.majorGridlines = ChartLines(spPr=grid)
    bars.legend.position = "b"
    bars += floors
    bars.width, bars.height = CHART_SIZE_CM
    sheet.add_chart(bars, f"H{header - 1}")
