"""Rekomendasi: what own evaluations, the survey and the Ombudsman asked for, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports import palette
from reports.rows import TrackedOrigin, TrackedRow, TrackedStatus
from reports.wbk.canvas import BARE, COUNT, DAY, GROUP, HEAD, PERCENT, PLAIN, SUB, Canvas, Value, address
from reports.wbk.labels import ORIGINS, TRACKED_STATES
from reports.wbk.layout import TRACKED
from reports.wbk.report import Report, period_words
from reports.wbk.sheets.page import HINT, colour_states, print_setup, protect, screen, title_rows

TALLY_HEADER, TALLY_FIRST = 6, 7
HEADER = TALLY_FIRST + len(TrackedOrigin) + 2
FIRST = HEADER + 1
HEADINGS = (
    ("Asal", 33),
    ("Nomor", 30),
    ("Dokumen", 24),
    ("Terbit", 12),
    ("Tenggat", 12),
    ("Selesai menurut satuan", 15),
    ("Diperiksa Ombudsman", 14),
    ("Status", 25),
    ("Hari lewat", 9),
)
COLUMNS = len(HEADINGS)
CUT_OFF = "$B$5"
"""Cell with the cut-off, which the states are computed from."""


def write_tracked(canvas: Canvas, report: Report) -> None:
    """The whole sheet: a live count by origin, then one line each; states follow from the dates."""
    title_rows(canvas, report, TRACKED, "rekomendasi, tindakan korektif, dan tindak lanjutnya", COLUMNS)
    words = f"{period_words(report)}, menurut tanggal terbit. Isi rekomendasi ada di dokumennya."
    canvas.put(4, 1, words, HINT)
    canvas.put(5, 1, "Keadaan per tanggal potong", BARE.but(colour=palette.MUTED, valign="center"))
    canvas.put(5, 2, report.cut_off, BARE.but(bold=True, number=DAY, valign="center"))
    canvas.height(5, 18)
    canvas.widths([width for _, width in HEADINGS])
    rows = report.input.tracked
    last = FIRST + max(len(rows), 1) - 1
    _tally(canvas, report, rows, last)
    canvas.head(HEADER, [name for name, _ in HEADINGS], HEAD.but(align="center"))
    canvas.height(HEADER, 28)
    for row, item in enumerate(rows, FIRST):
        _line(canvas, report, row, item)
    if not rows:
        canvas.fill_row(FIRST, 1, COLUMNS, PLAIN)
        empty = f"Tidak ada rekomendasi atau tindakan korektif yang terbit pada tahun {report.input.year}."
        canvas.put(FIRST, 1, empty, PLAIN.but(italic=True, wrap=False))
    sheet = canvas.sheet
    sheet.auto_filter.ref = f"A{HEADER}:I{last}"
    good, bad = [TRACKED_STATES[TrackedStatus.DONE]], [TRACKED_STATES[TrackedStatus.OVERDUE]]
    colour_states(sheet, f"H{FIRST}:H{last}", f"H{FIRST}", good, bad)
    screen(sheet, freeze=f"C{FIRST}", tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=HEADER, columns=COLUMNS, last=last)
    protect(sheet)


def _tally(canvas: Canvas, report: Report, rows: Sequence[TrackedRow], last: int) -> None:
    states = [TrackedStatus.DONE, TrackedStatus.REPORTED, TrackedStatus.RUNNING, TrackedStatus.OVERDUE]
    titles = ["Asal", "Jumlah", *(TRACKED_STATES[state] for state in states), "% selesai"]
    canvas.head(TALLY_HEADER, titles, SUB.but(wrap=True, align="center"))
    canvas.height(TALLY_HEADER, 28)
    tally = Counter((row.origin, row.status_on(report.cut_off)) for row in rows)
    for row, origin in enumerate(TrackedOrigin, TALLY_FIRST):
        counts = [tally[origin, state] for state in states]
        inside = f'$A${FIRST}:$A${last},"{ORIGINS[origin]}"'
        figures: list[tuple[int, str, Value]] = [(2, f"=COUNTIF({inside})", sum(counts))]
        for column, state, count in zip(range(3, 7), states, counts, strict=True):
            words = TRACKED_STATES[state]
            figures.append((column, f'=COUNTIFS({inside},$H${FIRST}:$H${last},"{words}")', count))
        _counted(canvas, row, ORIGINS[origin], figures, counts[0], sum(counts))
    total, first = TALLY_FIRST + len(TrackedOrigin), TALLY_FIRST
    sums = [(2, len(rows)), *zip(range(3, 7), (_of(tally, state) for state in states), strict=True)]
    figures = [
        (column, f"=SUM({address(first, column)}:{address(total - 1, column)})", value)
        for column, value in sums
    ]
    _counted(canvas, total, "Jumlah", figures, _of(tally, TrackedStatus.DONE), len(rows), strong=True)


def _of(tally: Counter[tuple[TrackedOrigin, TrackedStatus]], state: TrackedStatus) -> int:
    return sum(tally[origin, state] for origin in TrackedOrigin)


def _counted(
    canvas: Canvas,
    row: int,
    name: str,
    figures: Sequence[tuple[int, str, Value]],
    done: int,
    whole: int,
    *,
    strong: bool = False,
) -> None:
    look = GROUP.but(line="strong") if strong else PLAIN.but(valign="center")
    canvas.fill_row(row, 1, 7, look)
    canvas.put(row, 1, name, look)
    for column, formula, value in figures:
        canvas.calc(row, column, formula, value, look.but(align="center", number=f'{COUNT};-{COUNT};"–"'))
    share = look.but(align="center", number=PERCENT)
    canvas.calc(row, 7, f'=IF(B{row}=0,"",C{row}/B{row})', done / whole if whole else None, share)
    canvas.height(row, 16)


def _line(canvas: Canvas, report: Report, row: int, item: TrackedRow) -> None:
    status = item.status_on(report.cut_off)
    look = PLAIN.but(size=8.5, valign="center")
    canvas.put(row, 1, ORIGINS[item.origin], look.but(wrap=False))
    canvas.say(row, 2, item.number, look.but(bold=True))
    canvas.say(row, 3, item.source, look)
    for column, day in zip(range(4, 8), (item.issued_on, item.due_on, item.done_on, item.verified_on),
                           strict=True):  # fmt: skip
        canvas.put(row, column, day, look.but(number=DAY, align="center"))
    origins = (f'A{row}="{ORIGINS[origin]}"' for origin in TrackedOrigin if origin.is_verified)
    verified = f"OR({','.join(origins)})"
    late = f'AND(E{row}<>"",E{row}<{CUT_OFF})'
    words = {state: f'"{label}"' for state, label in TRACKED_STATES.items()}
    formula = (
        f'=IF(G{row}<>"",{words[TrackedStatus.DONE]},'
        f'IF(F{row}<>"",IF({verified},{words[TrackedStatus.REPORTED]},{words[TrackedStatus.DONE]}),'
        f"IF({late},{words[TrackedStatus.OVERDUE]},{words[TrackedStatus.RUNNING]})))"
    )
    canvas.calc(row, 8, formula, TRACKED_STATES[status], look.but(bold=True, align="center"))
    days = (report.cut_off - item.due_on).days if status is TrackedStatus.OVERDUE and item.due_on else None
    formula = f'=IF(H{row}={words[TrackedStatus.OVERDUE]},{CUT_OFF}-E{row},"")'
    canvas.calc(row, 9, formula, days, look.but(align="center", number=COUNT))
    canvas.height(row, 15 if len(item.number) < 34 and len(item.source) < 28 else 27)
