"""Kekurangan: unanswered and unevidenced indicators, the most points at stake first.

The list sorts itself while answers change: each line asks for the k-th largest rank on the LKE sheet.
"""

from __future__ import annotations

from reports import palette
from reports.wbk.canvas import GROUP, LINK, PLAIN, POINTS, Canvas, Value
from reports.wbk.formulas import Flag
from reports.wbk.layout import LKE, LKE_FIRST, Column
from reports.wbk.report import Report
from reports.wbk.sheets.lke import question_of, rank_of, stake_of
from reports.wbk.sheets.page import print_setup, protect, screen, title_rows

HEADER, FIRST = 6, 7
HEADINGS = (
    ("No.", 6),
    ("ID", 12),
    ("Penilaian", 84),
    ("Yang kurang", 44),
    ("Poin", 9),
    ("Buka", 9),
    ("Baris LKE", 9),
)
LAST = 6
SPARE_ROWS = 12
"""Printed below the gaps of today, for those that new answers may open."""
UNANSWERED, UNEVIDENCED = "Belum dijawab", "Dijawab, belum ada bukti"


def _gap(report: Report, indicator_id: str) -> str:
    outcome = report.score.outcomes[indicator_id]
    if outcome.score is not None:
        return UNEVIDENCED
    return UNANSWERED if outcome.flag in (None, Flag.EMPTY) else outcome.flag.value


def write_gaps(canvas: Canvas, report: Report) -> None:
    """The whole sheet: as many lines as indicators, empty where there is nothing left to do."""
    title_rows(canvas, report, "Kekurangan", "diurutkan menurut poin yang dipertaruhkan", LAST)
    canvas.widths([width for _, width in HEADINGS])
    ranked = _ranked(report)
    _total(canvas, report, ranked)
    canvas.head(HEADER, [name for name, _ in HEADINGS])
    canvas.height(HEADER, 20)
    for order in range(1, len(report.score.outcomes) + 1):
        _line(canvas, report, order, ranked[order - 1] if order <= len(ranked) else None)
    sheet = canvas.sheet
    sheet.column_dimensions["G"].hidden = True
    last = FIRST + len(report.score.outcomes) - 1
    screen(sheet, freeze=f"C{FIRST}", tab=palette.ERROR)
    print_setup(
        sheet, report, title_row=HEADER, columns=LAST, last=min(last, FIRST + len(ranked) + SPARE_ROWS)
    )
    protect(sheet)


def _ranked(report: Report) -> list[str]:
    """Ids with a gap, the most points first, then in official order."""
    orders = {indicator.id: order for order, indicator in enumerate(report.worksheet.indicators, 1)}
    ranks = {key: rank_of(stake_of(report, key), order) for key, order in orders.items()}
    found = [(rank, key) for key, rank in ranks.items() if rank is not None]
    return [key for _, key in sorted(found, reverse=True)]


def _total(canvas: Canvas, report: Report, ranked: list[str]) -> None:
    look = GROUP.but(line="none")
    canvas.fill_row(4, 1, LAST, look)
    canvas.put(4, 1, "Jumlah yang perlu dibereskan dan poin yang dipertaruhkan", look.but(wrap=False))
    stakes = [stake_of(report, key) or 0.0 for key in ranked]
    canvas.calc(4, 4, f"=COUNT({report.layout.span(Column.STAKE)})", len(ranked), look.but(align="right"))
    formula = f"=SUM({report.layout.span(Column.STAKE)})"
    canvas.calc(4, 5, formula, sum(stakes), look.but(align="right", number=POINTS))
    canvas.height(4, 18)


def _line(canvas: Canvas, report: Report, order: int, indicator_id: str | None) -> None:
    row = FIRST + order - 1
    layout = report.layout
    ranks = layout.span(Column.RANK)
    target = layout.indicators[indicator_id] if indicator_id else None
    known = indicator_id is not None
    place = "" if target is None else target - LKE_FIRST + 1
    formula = f'=IF({order}>COUNT({ranks}),"",MATCH(LARGE({ranks},{order}),{ranks},0))'
    at = canvas.calc(row, 7, formula, place, PLAIN)

    def looked_up(column: Column) -> str:
        return f"INDEX({layout.span(column)},{at})"

    def shown(column: int, formula: str, value: Value, **changes: object) -> None:
        canvas.calc(row, column, f'=IF({at}="","",{formula})', value, PLAIN.but(valign="center", **changes))

    text = question_of(report.worksheet.by_id[indicator_id]) if indicator_id else ""
    shown(1, str(order), order if known else "", align="center", colour=palette.MUTED)
    shown(2, looked_up(Column.ID), indicator_id or "", bold=True)
    shown(3, looked_up(Column.QUESTION), text, wrap=False)
    flag = looked_up(Column.FLAG)
    unanswered = f'IF(OR({flag}="{Flag.EMPTY}",{flag}=""),"{UNANSWERED}",{flag})'
    gap = f'IF({looked_up(Column.VALUE)}="",{unanswered},"{UNEVIDENCED}")'
    shown(
        4,
        gap,
        _gap(report, indicator_id) if indicator_id else "",
        colour=palette.ERROR,
        bold=True,
        wrap=False,
    )
    stake = stake_of(report, indicator_id) if indicator_id else ""
    shown(5, looked_up(Column.STAKE), stake, number=POINTS, align="right", bold=True)
    link = f'HYPERLINK("#{LKE}!A"&({at}+{LKE_FIRST - 1}),"ke LKE")'
    canvas.calc(
        row,
        6,
        f'=IF({at}="","",{link})',
        "ke LKE" if known else "",
        LINK.but(align="center", valign="center"),
    )
    canvas.height(row, 15)
