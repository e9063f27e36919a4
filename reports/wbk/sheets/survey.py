"""SKM: the satisfaction survey by element, with its index and grade computed on the sheet.

Law: PermenPANRB 14/2017. Average by element over those who marked it, one weight for all elements that
have a mark, index times 25, rounded to two places, then the conversion table.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from reports import palette
from reports.rows import SurveyAnnex, SurveyRoundRow, SurveyServiceRow
from reports.skm import CONVERSION, SkmResult, Tally, grade_of, measure, round_half_up
from reports.wbk.canvas import BARE, COUNT, DAY, GROUP, HEAD, PLAIN, POINTS, SUB, Canvas, Look, Value, address
from reports.wbk.layout import SURVEY
from reports.wbk.report import Report, long_date
from reports.wbk.sheets.page import HINT, WATCH, colour_where, print_setup, protect, screen, title_rows

WIDTHS = (5.0, 33.0, 11.0, 11.0, 11.0, 10.0, 11.0, 8.0, 13.0, 2.0, 14.0, 14.0, 12.0, 26.0)
LAST = len(WIDTHS)
CARDS, CARD_VALUES, HEADER, FIRST = 5, 6, 8, 9
INDEX = "0.000"
CHART_SIZE_CM = (12, 8)
TABLE_COLUMN = 11
"""First column of the conversion table, right of everything else."""
LOWEST = "▼ terendah"
FEW_SHOWN = 3
"""How many of the lowest elements are marked."""
CENTRE = PLAIN.but(align="center", valign="center")


def write_survey(canvas: Canvas, report: Report) -> None:
    """The whole sheet."""
    title_rows(canvas, report, f"{SURVEY}: Survei Kepuasan Masyarakat", "per unsur, per layanan", LAST)
    canvas.widths(list(WIDTHS))
    annex = report.input.survey
    canvas.put(4, 1, _base(annex), HINT)
    row = HEADER
    if annex is not None and annex.elements:
        row = _elements(canvas, annex)
        _chart(canvas, len(annex.elements))
        row = _services(canvas, annex, row + 2)
    else:
        canvas.put(row, 1, _why_empty(report, annex), PLAIN.but(line="none", bold=True, wrap=False))
        row += 1
    rounds = annex.rounds if annex else ()
    last = _rounds(canvas, rounds, row + 2)
    sheet = canvas.sheet
    screen(sheet, freeze=f"C{FIRST}" if annex and annex.elements else None, tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=None, columns=LAST, last=last)
    sheet.page_setup.fitToHeight = 1
    protect(sheet)


def _base(annex: SurveyAnnex | None) -> str:
    if annex is None or annex.last is None:
        return "Dasar: PermenPANRB 14/2017. Belum ada bulan penuh sampai tanggal potong."
    return (
        f"Dasar: PermenPANRB 14/2017. Saringan: semua jawaban {long_date(annex.first)} s.d. "
        f"{long_date(annex.last)}, bulan penuh saja; jawaban tidak bertaut ke pengaduan."
    )


def _why_empty(report: Report, annex: SurveyAnnex | None) -> str:
    if annex is None or not annex.respondents:
        return f"Belum ada jawaban survei pada tahun {report.input.year} sampai tanggal potong."
    return (
        f"Baru {annex.respondents} jawaban. Dengan kurang dari {annex.fewest} jawaban, nilai tidak "
        "ditampilkan agar tidak tertuju kepada seseorang."
    )


def _result(annex: SurveyAnnex) -> SkmResult:
    tallies = [Tally(e.code, e.answered, e.total) for e in annex.elements]
    grades = {grade.grade: grade for grade in annex.grades}
    return measure(tallies, grades, respondents=annex.respondents, rounded_weight=annex.rounded_weight)


def _elements(canvas: Canvas, annex: SurveyAnnex) -> int:
    """Cards, the table of elements, its total, and the conversion table; gives the row of the total."""
    result, last = _result(annex), FIRST + len(annex.elements) - 1
    titles = [
        "No.",
        "Unsur",
        "Dijawab",
        "Jumlah nilai",
        "NRR",
        "Bobot",
        "NRR tertimbang",
        "Mutu",
        "Perhatian",
    ]
    canvas.head(HEADER, titles, HEAD.but(align="center"))
    canvas.height(HEADER, 30)
    total, table = last + 1, last + 3
    known = f'COUNTIF($C${FIRST}:$C${last},">0")'
    weight = f"ROUND(1/{known},2)" if annex.rounded_weight else f"1/{known}"
    low = _lowest(result)
    for row, (element, found) in enumerate(zip(annex.elements, result.elements, strict=True), FIRST):
        nrr = found.nrr
        canvas.put(row, 1, row - FIRST + 1, CENTRE)
        canvas.put(row, 2, element.label, PLAIN.but(valign="center", wrap=False))
        canvas.put(row, 3, element.answered, CENTRE.but(number=COUNT))
        canvas.put(row, 4, element.total, CENTRE.but(number=COUNT))
        canvas.calc(
            row, 5, f'=IF(C{row}=0,"",D{row}/C{row})', _number(nrr), CENTRE.but(number=INDEX, bold=True)
        )
        value = float(result.weight) if nrr is not None else None
        canvas.calc(row, 6, f'=IF(C{row}=0,"",{weight})', value, CENTRE.but(number=INDEX))
        canvas.calc(
            row, 7, f'=IF(C{row}=0,"",E{row}*F{row})', _number(found.weighted), CENTRE.but(number=INDEX)
        )
        formula = _grade_formula(f'IF(E{row}="","",ROUND(E{row}*{CONVERSION},2))', annex, table)
        canvas.calc(row, 8, formula, _grade(nrr, annex), CENTRE.but(bold=True))
        span = f"$E${FIRST}:$E${last}"
        is_low = f'IF(E{row}<=SMALL({span},{FEW_SHOWN}),"{LOWEST}","")'
        formula = f'=IF(OR(E{row}="",COUNT({span})<{FEW_SHOWN}),"",{is_low})'
        shown = LOWEST if low is not None and nrr is not None and nrr <= low else ""
        canvas.calc(row, 9, formula, shown, CENTRE.but(size=8.5, bold=True))
        canvas.height(row, 17)
    colour_where(canvas.sheet, f"I{FIRST}:I{last}", f'I{FIRST}="{LOWEST}"', WATCH)
    _total(canvas, annex, result, total, table)
    _cards(canvas, annex, result, total)
    _conversion(canvas, annex, table)
    return total


def _lowest(result: SkmResult) -> Fraction | None:
    """The third lowest average: all at or below it are marked."""
    known = sorted(element.nrr for element in result.elements if element.nrr is not None)
    return known[FEW_SHOWN - 1] if len(known) >= FEW_SHOWN else None


def _total(canvas: Canvas, annex: SurveyAnnex, result: SkmResult, row: int, table: int) -> None:
    look = GROUP.but(line="strong", align="center")
    canvas.fill_row(row, 1, 9, look)
    canvas.put(row, 2, "Indeks (jumlah NRR tertimbang)", look.but(align="left", wrap=False))
    last = row - 1
    for column, letter, value in (
        (3, "C", sum(element.answered for element in annex.elements)),
        (4, "D", sum(element.total for element in annex.elements)),
    ):
        canvas.calc(row, column, f"=SUM({letter}{FIRST}:{letter}{last})", value, look.but(number=COUNT))
    formula = f'=IF(COUNT(G{FIRST}:G{last})=0,"",SUM(G{FIRST}:G{last}))'
    canvas.calc(row, 7, formula, _number(result.index), look.but(number=INDEX))
    grade = result.grade.grade if result.grade else ""
    formula = _grade_formula(f'IF(G{row}="","",ROUND(G{row}*{CONVERSION},2))', annex, table)
    canvas.calc(row, 8, formula, grade, look)
    canvas.height(row, 18)


def _cards(canvas: Canvas, annex: SurveyAnnex, result: SkmResult, total: int) -> None:
    label = Look(
        size=9, colour=palette.MUTED, fill=palette.PAPER, line="none", align="center", valign="bottom"
    )
    figure = Look(
        size=18, bold=True, fill=palette.PAPER, line="none", align="center", valign="center", wrap=False
    )
    ikm = float(result.ikm) if result.ikm is not None else None
    cards: tuple[tuple[str, int, int, str | None, Value, str], ...] = (
        ("Responden", 1, 2, None, annex.respondents, COUNT),
        ("Indeks (1–4)", 3, 4, f"=G{total}", _number(result.index), INDEX),
        ("IKM (25–100)", 5, 6, f'=IF(G{total}="","",ROUND(G{total}*{CONVERSION},2))', ikm, POINTS),
        ("Mutu pelayanan", 7, 9, f"=H{total}", result.grade.grade if result.grade else "", "General"),
    )
    for title, first, last, formula, value, number in cards:
        canvas.fill_row(CARDS, first, last, label)
        canvas.fill_row(CARD_VALUES, first, last, figure)
        canvas.put(CARDS, first, title, label)
        if formula is None:
            canvas.put(CARD_VALUES, first, value, figure.but(number=number))
        else:
            canvas.calc(CARD_VALUES, first, formula, value, figure.but(number=number))
        canvas.merge(CARDS, first, last)
        canvas.merge(CARD_VALUES, first, last)
    canvas.height(CARDS, 18)
    canvas.height(CARD_VALUES, 32)
    canvas.height(CARD_VALUES + 1, 6)


def _conversion(canvas: Canvas, annex: SurveyAnnex, row: int) -> None:
    """The conversion table, whose lower ends the grades are looked up in; best first."""
    for column, title in enumerate(("IKM mulai", "sampai", "Mutu", "Kinerja unit"), TABLE_COLUMN):
        canvas.put(row, column, title, SUB.but(align="center"))
    for line, grade in enumerate(annex.grades, row + 1):
        first, last, code, words = range(TABLE_COLUMN, TABLE_COLUMN + 4)
        canvas.put(line, first, grade.ikm_min, CENTRE.but(number=POINTS))
        canvas.put(line, last, grade.ikm_max, CENTRE.but(number=POINTS))
        canvas.put(line, code, grade.grade, CENTRE.but(bold=True))
        canvas.put(line, words, grade.label_id, CENTRE.but(wrap=False))


def _grade_formula(ikm: str, annex: SurveyAnnex, table: int) -> str:
    """Spreadsheet formula of a grade: the first whose lower end is reached, else the lowest."""
    *better, worst = enumerate(annex.grades, table + 1)
    lower, code = (address(1, column, fixed=True)[:-1] for column in (TABLE_COLUMN, TABLE_COLUMN + 2))
    nested = f"{code}{worst[0]}"
    for row, _ in reversed(better):
        nested = f"IF({ikm}>={lower}{row},{code}{row},{nested})"
    return f'=IF({ikm}="","",{nested})'


def _grade(index: Fraction | None, annex: SurveyAnnex) -> str:
    if index is None:
        return ""
    return grade_of(round_half_up(index * CONVERSION), annex.grades).grade


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _services(canvas: Canvas, annex: SurveyAnnex, row: int) -> int:
    """Index by service; gives the last row."""
    table = FIRST + len(annex.elements) - 1 + 3
    canvas.head(row, ["No.", "Layanan", "Responden", "Indeks", "IKM", "Mutu"], HEAD.but(align="center"))
    canvas.height(row, 18)
    for line, service in enumerate(annex.services, row + 1):
        _service(canvas, annex, line, line - row, service, table)
    last = row + len(annex.services)
    if any(service.index is None for service in annex.services):
        last += 1
        words = f"Tidak ditampilkan: kurang dari {annex.fewest} jawaban, atau dapat dihitung dari sisanya."
        canvas.put(last, 2, words, HINT)
    return last


def _service(
    canvas: Canvas, annex: SurveyAnnex, row: int, number: int, service: SurveyServiceRow, table: int
) -> None:
    canvas.put(row, 1, number, CENTRE)
    canvas.say(row, 2, service.label, PLAIN.but(valign="center", wrap=False))
    canvas.put(row, 3, service.respondents, CENTRE.but(number=COUNT))
    canvas.put(row, 4, service.index if service.index is not None else "–", CENTRE.but(number=INDEX))
    index = Fraction(str(service.index)) if service.index is not None else None
    formula = f'=IF(ISNUMBER(D{row}),ROUND(D{row}*{CONVERSION},2),"")'
    value = float(round_half_up(index * CONVERSION)) if index is not None else None
    canvas.calc(row, 5, formula, value, CENTRE.but(number=POINTS, bold=True))
    canvas.calc(row, 6, _grade_formula(f"E{row}", annex, table), _grade(index, annex), CENTRE.but(bold=True))
    canvas.height(row, 16)


def _rounds(canvas: Canvas, rounds: Iterable[SurveyRoundRow], row: int) -> int:
    """The rounds of the year with their reports (A6.P.iv); gives the last row."""
    titles = ["No.", "Putaran survei: nomor laporan", "Dibuka", "Ditutup", "Dilaporkan", "Responden"]
    canvas.head(row, titles, HEAD.but(align="center"))
    canvas.height(row, 18)
    line = row
    for line, item in enumerate(rounds, row + 1):
        canvas.put(line, 1, line - row, CENTRE)
        canvas.say(line, 2, item.number, PLAIN.but(valign="center"))
        for column, day in ((3, item.opened_on), (4, item.closed_on), (5, item.reported_on)):
            canvas.put(line, column, day, CENTRE.but(number=DAY))
        canvas.put(line, 6, item.respondents, CENTRE.but(number=COUNT))
        canvas.height(line, 16)
    if line == row:
        line += 1
        canvas.put(line, 2, "Belum ada putaran survei yang tercatat.", BARE.but(italic=True, wrap=False))
    return line


def _chart(canvas: Canvas, elements: int) -> None:
    sheet, last = canvas.sheet, FIRST + elements - 1
    chart = BarChart()
    chart.type, chart.gapWidth, chart.legend, chart.title = "bar", 45, None, None
    chart.add_data(Reference(sheet, min_col=5, min_row=HEADER, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=FIRST, max_row=last))
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=palette.TEAL)
    labels = DataLabelList()
    labels.showVal, labels.numFmt = True, "0.00"
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    chart.series[0].dLbls = labels
    chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 1.0, 4.0, 1
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill=palette.LINE))
    )
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = CHART_SIZE_CM
    sheet.add_chart(chart, f"K{CARDS}")
