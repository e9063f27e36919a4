"""The recap: where an evaluator starts. Points, minima, OK or Tidak Lulus, official and safe, all live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.worksheet.datavalidation import DataValidation

from reports import palette
from reports.wbk.canvas import GROUP, HEAD, INPUT, PERCENT, PLAIN, POINTS, SECTION, Canvas, Look, Value
from reports.wbk.labels import MARKS
from reports.wbk.layout import LKE, RECAP, Column
from reports.wbk.report import Report
from reports.wbk.score import IPAK, IPKP, PERFORMANCE, reaches
from reports.wbk.sheets.page import colour_states, print_setup, protect, screen, title_rows
from reports.wbk.sheets.recap_extra import write_extra
from reports.wbk.worksheet import Predicate

LAST = 16
CARDS, CARD_VALUES, LIMITS, HEADER, FIRST = 5, 6, 8, 9, 10
PASSED, FAILED = "OK", "Tidak Lulus"
AWARDED, REFUSED = "LULUS", "TIDAK LULUS"
HEADINGS = (
    ("Kode", 6.5),
    ("Komponen", 37),
    ("Bobot", 8),
    ("Pemenuhan", 10.5),
    ("Reform", 9),
    ("Nilai", 9),
    ("%", 9),
    ("Min. WBK", 8.5),
    ("WBK", 11.5),
    ("Min. WBBM", 8.5),
    ("WBBM", 11.5),
    ("Nilai aman", 9),
    ("% aman", 9),
    ("WBK aman", 11.5),
    ("WBBM aman", 11.5),
    ("Terisi", 8),
)
AREA_ROWS = {f"A.{number}": FIRST + number - 1 for number in range(1, 7)}
LEVERS, CLEAN, SURVEY, WORK, SERVICE, RESULTS, TOTAL, PREVIOUS, VERDICT = range(FIRST + 6, FIRST + 15)
RIGHT = PLAIN.but(align="right", number=POINTS, valign="center")
SHARE = PLAIN.but(align="right", number=PERCENT, valign="center")
STATE = PLAIN.but(align="center", bold=True, valign="center")

NAMES: Mapping[str, str] = {
    "NILAI_TOTAL": f"F{TOTAL}",
    "NILAI_PENGUNGKIT": f"F{LEVERS}",
    "NILAI_HASIL": f"F{RESULTS}",
    **{f"NILAI_A{number}": f"F{FIRST + number - 1}" for number in range(1, 7)},
    "NILAI_PEMENUHAN": f"D{LEVERS}",
    "NILAI_REFORM": f"E{LEVERS}",
    "NILAI_AMAN": f"L{TOTAL}",
    "NILAI_AMAN_PENGUNGKIT": f"L{LEVERS}",
    "NILAI_AMAN_HASIL": f"L{RESULTS}",
    "KETERISIAN": f"F{CARD_VALUES}",
    "LULUS_WBK": f"I{VERDICT}",
    "LULUS_WBBM": f"K{VERDICT}",
    "LULUS_WBK_AMAN": f"N{VERDICT}",
    "LULUS_WBBM_AMAN": f"O{VERDICT}",
    "PREDIKAT_SEBELUMNYA": f"C{PREVIOUS}",
}
"""Defined names and the recap cell of each."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One scored row: its official and safe value with their formulas, and the minima."""

    row: int
    code: str
    name: str
    weight: float
    formula: str
    value: float | None
    safe_formula: str
    safe: float
    minima: tuple[float, float] | None
    look: Look = PLAIN
    area: bool = False


def write_recap(canvas: Canvas, report: Report) -> None:
    """The whole sheet."""
    title_rows(canvas, report, "Rekapitulasi nilai", f"tanggal potong {report.cut_off_words}", LAST)
    canvas.widths([width for _, width in HEADINGS])
    _limits(canvas, report)
    canvas.head(HEADER, [name for name, _ in HEADINGS], HEAD.but(align="center"))
    canvas.height(HEADER, 30)
    floors = tuple(report.worksheet.thresholds[predicate].area_share for predicate in Predicate)
    for item in (*_areas(report), *_sums(report)):
        _scored(canvas, item, floors)
    _halves(canvas, report)
    _ways_on(canvas, report)
    _filled(canvas, report)
    _previous(canvas, report)
    _verdict(canvas, report)
    _cards(canvas, report)
    last = write_extra(canvas, report, VERDICT + 2, AREA_ROWS, LIMITS)
    sheet = canvas.sheet
    for letter in "IKNO":
        first = f"{letter}{FIRST}"
        colour_states(sheet, f"{first}:{letter}{VERDICT}", first, [PASSED, AWARDED], [FAILED, REFUSED])
    colour_states(sheet, f"I{CARD_VALUES}:P{CARD_VALUES}", f"I{CARD_VALUES}", [AWARDED], [REFUSED])
    screen(sheet, freeze=f"C{FIRST}", tab=palette.INK)
    print_setup(sheet, report, title_row=None, columns=LAST, last=last)
    sheet.page_setup.fitToHeight = 1
    protect(sheet)


def _ways_on(canvas: Canvas, report: Report) -> None:
    """From a verdict, red or green, to the rows of the LKE that it rests on."""
    lines = {AREA_ROWS[c.id]: report.layout.halves[f"{c.key}.P"] for c in report.worksheet.components}
    for row, key in ((SURVEY, IPAK), (WORK, PERFORMANCE), (SERVICE, IPKP)):
        lines[row] = report.layout.indicators[key]
        canvas.jump(row, 1, LKE, f"A{lines[row]}", "Ke baris LKE")
    for row, line in lines.items():
        for column in (9, 11, 14, 15):
            canvas.jump(row, column, LKE, f"A{line}", "Ke baris LKE")


def _limits(canvas: Canvas, report: Report) -> None:
    quiet = PLAIN.but(line="none", colour=palette.MUTED, align="right", valign="center", wrap=False)
    canvas.put(LIMITS, 7, "Minimum tiap area", quiet)
    for column, predicate in ((8, Predicate.WBK), (10, Predicate.WBBM)):
        share = report.worksheet.thresholds[predicate].area_share
        canvas.put(LIMITS, column, share, quiet.but(number="0%", bold=True))


def _areas(report: Report) -> list[_Row]:
    rows = []
    for component in report.worksheet.components:
        row = AREA_ROWS[component.id]
        halves = [report.layout.halves[f"{component.key}.{letter}"] for letter in "PR"]
        safe = "+".join(report.layout.there(Column.SAFE, at) for at in halves)
        name = f"{component.name_id}{MARKS[component.basis.confidence]}"
        rows.append(
            _Row(
                row,
                component.key,
                name,
                component.weight,
                f"=D{row}+E{row}",
                report.score.official.areas[component.id].total,
                f"={safe}",
                report.score.safe.areas[component.id].total,
                None,
                area=True,
            )
        )
    return rows


def _sums(report: Report) -> list[_Row]:
    official, safe, layout = report.score.official, report.score.safe, report.layout
    wbk, wbbm = (report.worksheet.thresholds[predicate] for predicate in Predicate)
    groups = {group.id: group for group in report.worksheet.results}

    def survey(row: int, key: str, name: str, value: float | None, secure: float | None, minimum: float,
               higher: float) -> _Row:  # fmt: skip
        cell = layout.there(Column.VALUE, layout.indicators[key])
        formula = f'=IF({cell}="","",{cell}*C{row})'
        points = report.worksheet.points_of[key]
        return _Row(
            row, key, name, points, formula, value, f"=N({cell})*C{row}", secure or 0.0, (minimum, higher)
        )

    areas = f"{min(AREA_ROWS.values())}:{{0}}{max(AREA_ROWS.values())}"
    return [
        _Row(LEVERS, "A", "PENGUNGKIT", report.worksheet.lever_weight, f"=SUM(F{areas.format('F')})",
             official.levers, f"=SUM(L{areas.format('L')})", safe.levers, (wbk.levers, wbbm.levers), GROUP),
        _Row(CLEAN, "B.I", groups["B.I"].name_id, groups["B.I"].weight, f"=N(F{SURVEY})+N(F{WORK})",
             official.clean, f"=L{SURVEY}+L{WORK}", safe.clean, (wbk.clean, wbbm.clean)),
        survey(SURVEY, IPAK, "   Survei persepsi korupsi (IPAK)", official.ipak, safe.ipak,
               wbk.ipak_points, wbbm.ipak_points),
        survey(WORK, PERFORMANCE, "   Capaian kinerja", official.performance, safe.performance,
               wbk.performance, wbbm.performance),
        survey(SERVICE, IPKP, f"{groups['B.II'].name_id} (IPKP)", official.service, safe.service,
               wbk.service_points, wbbm.service_points),
        _Row(RESULTS, "B", "HASIL", report.worksheet.result_weight, f"=F{CLEAN}+N(F{SERVICE})",
             official.results, f"=L{CLEAN}+L{SERVICE}", safe.results, None, GROUP),
        _Row(TOTAL, "", "NILAI TOTAL", report.worksheet.lever_weight + report.worksheet.result_weight,
             f"=F{LEVERS}+F{RESULTS}", official.total, f"=L{LEVERS}+L{RESULTS}", safe.total,
             (wbk.total, wbbm.total), SECTION.but(line="strong")),
    ]  # fmt: skip


def _scored(canvas: Canvas, item: _Row, floors: tuple[float, ...]) -> None:
    row, look = item.row, item.look
    canvas.fill_row(row, 1, LAST, look)
    middle = look.but(valign="center", wrap=False)
    canvas.put(row, 1, item.code, middle)
    if item.area:
        canvas.jump(row, 1, item.code, "A1", f"Ke lembar {item.code}")
        canvas.put(row, 1, item.code, middle.but(colour=palette.TEAL, underline=True, bold=True))
    canvas.put(row, 2, item.name, middle)
    points, share = (middle.but(align="right", number=number) for number in (POINTS, PERCENT))
    canvas.put(row, 3, item.weight, points)
    canvas.calc(row, 6, item.formula, item.value, points.but(bold=True))
    fraction = None if item.value is None else item.value / item.weight
    canvas.calc(row, 7, f'=IF(F{row}="","",F{row}/C{row})', fraction, share)
    canvas.calc(row, 12, item.safe_formula, item.safe, points)
    canvas.calc(row, 13, f"=L{row}/C{row}", item.safe / item.weight, share)
    canvas.height(row, 19)
    if item.area or item.minima:
        _tested(canvas, item, points, floors)


def _tested(canvas: Canvas, item: _Row, points: Look, floors: tuple[float, ...]) -> None:
    row = item.row
    for at, (column, state, safe_state) in enumerate(((8, 9, 14), (10, 11, 15))):
        letter = "HJ"[at]
        if item.minima:
            minimum = item.minima[at]
            canvas.put(row, column, minimum, points)
        else:
            minimum = item.weight * floors[at]
            canvas.calc(row, column, f"=C{row}*{letter}${LIMITS}", minimum, points)
        for place, source, value in ((state, "F", item.value), (safe_state, "L", item.safe)):
            formula = f'=IF(ROUND(N({source}{row}),9)>=ROUND({letter}{row},9),"{PASSED}","{FAILED}")'
            passed = reaches(value or 0.0, round(minimum, 9))
            canvas.calc(row, place, formula, PASSED if passed else FAILED, STATE)


def _halves(canvas: Canvas, report: Report) -> None:
    for component in report.worksheet.components:
        row, area = AREA_ROWS[component.id], report.score.official.areas[component.id]
        for column, letter, value in ((4, "P", area.fulfilment), (5, "R", area.reform)):
            half = report.layout.halves[f"{component.key}.{letter}"]
            canvas.calc(row, column, f"={report.layout.there(Column.VALUE, half)}", value, RIGHT)
            canvas.jump(row, column, LKE, f"A{half}", "Ke baris LKE")
    first, last = min(AREA_ROWS.values()), max(AREA_ROWS.values())
    sums = (report.score.official.fulfilment, report.score.official.reform)
    for column, letter, value in zip((4, 5), "DE", sums, strict=True):
        look = GROUP.but(align="right", number=POINTS)
        canvas.calc(LEVERS, column, f"=SUM({letter}{first}:{letter}{last})", value, look)


def _filled(canvas: Canvas, report: Report) -> None:
    """How many indicators have a score, of how many."""

    def count(row: int, ids: list[str], look: Look) -> None:
        cells = ",".join(report.layout.there(Column.VALUE, report.layout.indicators[key]) for key in ids)
        value = sum(report.score.outcomes[key].score is not None for key in ids)
        shown = look.but(number=f'0"/{len(ids)}"', align="right", valign="center")
        canvas.calc(row, 16, f"=COUNT({cells})", value, shown)

    for component in report.worksheet.components:
        count(AREA_ROWS[component.id], [i.id for i in component.indicators], PLAIN)
    for row, key in ((SURVEY, IPAK), (WORK, PERFORMANCE), (SERVICE, IPKP)):
        count(row, [key], PLAIN)
    first, last = min(AREA_ROWS.values()), max(AREA_ROWS.values())
    answered, everything = report.score.answered, len(report.score.outcomes)
    levers = sum(
        report.score.outcomes[i.id].score is not None
        for c in report.worksheet.components
        for i in c.indicators
    )
    shown = GROUP.but(number=f'0"/{everything - 3}"', align="right")
    canvas.calc(LEVERS, 16, f"=SUM(P{first}:P{last})", levers, shown)
    canvas.calc(RESULTS, 16, f"=P{SURVEY}+P{WORK}+P{SERVICE}", answered - levers, shown.but(number='0"/3"'))
    shown = SECTION.but(number=f'0"/{everything}"', align="right", line="strong")
    canvas.calc(TOTAL, 16, f"=P{LEVERS}+P{RESULTS}", answered, shown)


def _previous(canvas: Canvas, report: Report) -> None:
    canvas.fill_row(PREVIOUS, 1, LAST, PLAIN)
    canvas.put(
        PREVIOUS, 2, "Predikat sebelumnya (isi: Belum, WBK, WBBM)", PLAIN.but(valign="center", wrap=False)
    )
    held = report.input.previous_predicate or "Belum"
    canvas.put(PREVIOUS, 3, held, INPUT.but(valign="center"))
    rule = DataValidation(type="list", formula1='"Belum,WBK,WBBM"', showErrorMessage=True)
    rule.add(f"C{PREVIOUS}")
    canvas.sheet.add_data_validation(rule)
    canvas.put(PREVIOUS, 10, "WBK", PLAIN.but(align="right", valign="center"))
    passed = PASSED if held in ("WBK", "WBBM") else FAILED
    for column in (11, 15):
        formula = f'=IF(OR($C{PREVIOUS}="WBK",$C{PREVIOUS}="WBBM"),"{PASSED}","{FAILED}")'
        canvas.calc(PREVIOUS, column, formula, passed, STATE)
    canvas.height(PREVIOUS, 19)


def _verdict(canvas: Canvas, report: Report) -> None:
    canvas.fill_row(VERDICT, 1, LAST, GROUP.but(line="strong"))
    canvas.put(VERDICT, 2, "KESIMPULAN: semua syarat bersamaan", GROUP.but(line="strong", wrap=False))
    for column, predicate, totals in (
        (9, Predicate.WBK, report.score.official),
        (11, Predicate.WBBM, report.score.official),
        (14, Predicate.WBK, report.score.safe),
        (15, Predicate.WBBM, report.score.safe),
    ):
        letter = " ABCDEFGHIJKLMNOP"[column]
        formula = f'=IF(COUNTIF({letter}{FIRST}:{letter}{PREVIOUS},"{FAILED}")=0,"{AWARDED}","{REFUSED}")'
        value = AWARDED if totals.awards[predicate].passed else REFUSED
        canvas.calc(VERDICT, column, formula, value, STATE.but(line="strong"))
    canvas.height(VERDICT, 22)


def _cards(canvas: Canvas, report: Report) -> None:
    official, safe = report.score.official, report.score.safe
    verdicts = {p: AWARDED if official.awards[p].passed else REFUSED for p in Predicate}
    cards: list[tuple[str, int, int, str, Value, str]] = [
        ("Nilai total (resmi)", 1, 2, f"=F{TOTAL}", official.total, POINTS),
        ("Nilai aman (kosong = 0)", 3, 5, f"=L{TOTAL}", safe.total, POINTS),
        ("Keterisian", 6, 8, f"=P{TOTAL}/{len(report.score.outcomes)}", report.score.completeness, PERCENT),
        ("Menuju WBK", 9, 12, f"=I{VERDICT}", verdicts[Predicate.WBK], "General"),
        ("Menuju WBBM", 13, 16, f"=K{VERDICT}", verdicts[Predicate.WBBM], "General"),
    ]
    label = Look(
        size=9, colour=palette.MUTED, fill=palette.PAPER, line="none", align="center", valign="bottom"
    )
    figure = Look(
        size=20, bold=True, fill=palette.PAPER, line="none", align="center", valign="center", wrap=False
    )
    for title, first, last, formula, value, number in cards:
        canvas.fill_row(CARDS, first, last, label)
        canvas.fill_row(CARD_VALUES, first, last, figure)
        canvas.put(CARDS, first, title, label)
        canvas.calc(CARD_VALUES, first, formula, value, figure.but(number=number))
        canvas.merge(CARDS, first, last)
        canvas.merge(CARD_VALUES, first, last)
    canvas.height(CARDS, 18)
    canvas.height(CARD_VALUES, 34)
    canvas.height(CARD_VALUES + 1, 6)


def recap_cell(letter: str, row: int) -> str:
    """``Rekap!$F$10``, for other sheets."""
    return f"{RECAP}!${letter}${row}"
