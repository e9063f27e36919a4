"""Annexes from live cases: monthly recap, anonymised list, deadlines. Long ones are streamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from reports import palette
from reports.rows import AnonymisedCaseRow, ClockStatus
from reports.wbk.canvas import BARE, COUNT, DAY, GROUP, HEAD, MOMENT, PLAIN, Canvas, Scalar
from reports.wbk.labels import BINDINGS, CLASSES, CLOCK_STATES, FINDINGS, MONTHS, REASONS, STATES, SUBSTATES
from reports.wbk.layout import CASES, LKE
from reports.wbk.package import Rows
from reports.wbk.proposals.handling import HANDLED
from reports.wbk.proposals.standing import Standing
from reports.wbk.report import Report
from reports.wbk.sheets.page import HINT, colour_states, print_setup, protect, screen, title_rows

ON_TIME, LATE, OVERDUE, RUNNING, NONE = "Tepat waktu", "Terlambat", "Lewat tenggat", "Berjalan", "–"
CASE_HEADER, CASE_FIRST = 5, 6
CASE_HEADINGS = (
    ("No. pengaduan", 15.5),
    ("Diterima", 9.5),
    ("Kanal", 15),
    ("Layanan", 9.5),
    ("Kelas", 17.5),
    ("Keadaan", 9.5),
    ("Tahap", 16),
    ("Hasil", 11),
    ("Alasan berakhir", 15),
    ("Berkas lengkap", 9.5),
    ("Diputus", 9.5),
    ("Hari ke putusan", 8),
    ("Batas putusan", 9.5),
    ("Ketepatan", 12.5),
    ("Tindakan tercatat", 8.5),
    ("Riwayat impor", 8),
    ("Hitungan A5.R.ii.a", 19),
)
ONE_LINE, TWO_LINES = 14.5, 25.5
LETTERS = 1.35
"""Letters of the list's size that a column takes for each unit of its width."""
CLOCK_HEADER, CLOCK_FIRST = 6, 7
CLOCK_HEADINGS = (
    ("No. pengaduan", 18),
    ("Tahap", 34),
    ("Dasar", 44),
    ("Kekuatan", 20),
    ("Jatuh tempo", 17),
    ("Dipenuhi", 17),
    ("Status", 22),
    ("Kalender sementara", 12),
)
MONTH_HEADER, MONTH_FIRST = 5, 6
CHART_SIZE_CM = (27, 8.5)
MONTH_HEADINGS = (
    "Bulan diterima",
    "Diterima",
    "Belum diproses",
    "Sedang diproses",
    "Selesai",
    "Di luar penyebut",
    "Diputus tepat waktu",
    "Diputus terlambat",
    "Lewat tenggat",
    "Rata-rata hari ke putusan",
)


def punctuality(case: AnonymisedCaseRow, cut_off: date) -> str:
    """The 60-day decision (UU 25/2009 Pasal 50 ayat (1)) against its limit, at the cut-off."""
    if case.decision_due_on is None:
        return NONE
    if case.decided_on is not None:
        return ON_TIME if case.decided_on <= case.decision_due_on else LATE
    if case.substate.is_closed:
        return NONE
    return OVERDUE if case.decision_due_on < cut_off else RUNNING


def _case_height(values: Sequence[Scalar]) -> float:
    """One line or two, by the longest text against its column."""
    texts = zip(values, CASE_HEADINGS, strict=True)
    long = any(isinstance(text, str) and len(text) > width * LETTERS for text, (_, width) in texts)
    return TWO_LINES if long else ONE_LINE


def _case_values(report: Report) -> Iterator[tuple[Scalar, ...]]:
    for case in report.cases:
        provisional = "" if case.classified else " *"
        yield (
            case.number,
            case.received_on,
            case.channel,
            case.service,
            CLASSES[case.complaint_class] + provisional,
            STATES[case.state],
            SUBSTATES[case.substate],
            FINDINGS[case.finding] if case.finding else "",
            REASONS[case.closure_reason] if case.closure_reason else "",
            case.complete_on,
            case.decided_on,
            case.days_to_decision,
            case.decision_due_on,
            punctuality(case, report.cut_off),
            "Ya" if case.has_recorded_action else "Tidak",
            "Ya" if case.imported else "",
            report.standings[case.number].value,
        )


def write_cases(canvas: Canvas, report: Report) -> Rows:
    """The list's frame; its rows are streamed while packing."""
    columns, last = len(CASE_HEADINGS), CASE_FIRST + max(len(report.cases), 1) - 1
    title_rows(canvas, report, CASES, f"tanpa data pribadi · tanggal potong {report.cut_off_words}", columns)
    words = f"{case_base(report)} Kolom terakhir: hitungan A5.R.ii.a. * kelas sementara."
    canvas.put(4, 1, words, HINT)
    canvas.widths([width for _, width in CASE_HEADINGS])
    canvas.head(CASE_HEADER, [name for name, _ in CASE_HEADINGS])
    canvas.height(CASE_HEADER, 30)
    for column in range(1, columns + 1):
        date_column = column in (2, 10, 11, 13)
        look = PLAIN.but(size=8.5, valign="center", number=DAY if date_column else "General")
        canvas.style(CASE_FIRST, column, look)
    sheet = canvas.sheet
    sheet.auto_filter.ref = f"A{CASE_HEADER}:Q{last}"
    colour_states(sheet, f"N{CASE_FIRST}:N{last}", f"N{CASE_FIRST}", [ON_TIME], [LATE, OVERDUE])
    screen(sheet, freeze=f"B{CASE_FIRST}", tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=CASE_HEADER, columns=columns, last=last)
    protect(sheet)
    return Rows(CASE_FIRST, len(report.cases), columns, _case_values(report), _case_height)


def _clock_values(report: Report) -> Iterator[tuple[Scalar, ...]]:
    local = report.input.agency.local
    for clock in sorted(report.input.clocks, key=lambda c: (c.case_number, c.due_at, c.stage)):
        yield (
            clock.case_number,
            clock.stage,
            clock.law,
            BINDINGS[clock.binding],
            local(clock.due_at),
            local(clock.met_at) if clock.met_at else None,
            CLOCK_STATES[clock.status],
            "sementara" if clock.provisional_calendar else "",
        )


def case_base(report: Report) -> str:
    """Which complaints stand in the list, when they were taken, and how many the reader may not see."""
    year = report.input.year
    words = (
        f"Saringan: diterima {year}, atau sebelumnya dan belum berakhir; ditarik per {report.cut_off_words}."
    )
    if report.input.unlisted:
        words += f" {report.input.unlisted} pengaduan lain tidak boleh dilihat pengekspor dan tidak didaftar."
    return words


def write_clocks(canvas: Canvas, report: Report) -> Rows:
    """Deadlines: a live count by status, then one row each, streamed."""
    columns, count = len(CLOCK_HEADINGS), len(report.input.clocks)
    last = CLOCK_FIRST + max(count, 1) - 1
    zone = report.input.agency.zone_label
    title_rows(canvas, report, "Tenggat", f"waktu {zone} · tanggal potong {report.cut_off_words}", columns)
    canvas.widths([width for _, width in CLOCK_HEADINGS])
    tally = Counter(clock.status for clock in report.input.clocks)
    for column, status in enumerate(ClockStatus, 2):
        label = CLOCK_STATES[status]
        canvas.put(4, column, label, BARE.but(colour=palette.MUTED, fill=palette.PAPER, align="center"))
        formula = f'=COUNTIF($G${CLOCK_FIRST}:$G${last},"{label}")'
        figure = BARE.but(bold=True, size=12, number=COUNT, fill=palette.PAPER, align="center")
        canvas.calc(5, column, formula, tally[status], figure)
    canvas.height(5, 20)
    canvas.head(CLOCK_HEADER, [name for name, _ in CLOCK_HEADINGS])
    canvas.height(CLOCK_HEADER, 28)
    for column in range(1, columns + 1):
        number = MOMENT if column in (5, 6) else "General"
        canvas.style(CLOCK_FIRST, column, PLAIN.but(wrap=False, size=8.5, number=number))
    sheet = canvas.sheet
    sheet.auto_filter.ref = f"A{CLOCK_HEADER}:H{last}"
    good = [CLOCK_STATES[ClockStatus.MET]]
    bad = [CLOCK_STATES[ClockStatus.BREACHED], CLOCK_STATES[ClockStatus.MET_LATE]]
    colour_states(sheet, f"G{CLOCK_FIRST}:G{last}", f"G{CLOCK_FIRST}", good, bad)
    screen(sheet, freeze=f"B{CLOCK_FIRST}", tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=CLOCK_HEADER, columns=columns, last=last)
    protect(sheet)
    return Rows(CLOCK_FIRST, count, columns, _clock_values(report))


def write_months(canvas: Canvas, report: Report) -> None:
    """Counts by month received, live from the list of cases, and a check against the LKE answer."""
    title_rows(canvas, report, "Rekap bulanan pengaduan", "dihitung langsung dari Daftar Pengaduan", 10)
    canvas.put(4, 1, f"Tiap angka adalah rumus atas lembar Daftar Pengaduan. {case_base(report)}", HINT)
    canvas.widths([24, *[13.0] * 9])
    canvas.head(MONTH_HEADER, list(MONTH_HEADINGS), HEAD.but(align="center"))
    canvas.height(MONTH_HEADER, 32)
    year = report.input.year
    periods: list[tuple[str, date, date]] = [("Sisa tahun sebelumnya", date(1900, 1, 1), date(year, 1, 1))]
    for month in range(1, 13):
        end = date(year + month // 12, month % 12 + 1, 1)
        periods.append((f"{MONTHS[month - 1]} {year}", date(year, month, 1), end))
    for row, (name, start, end) in enumerate(periods, MONTH_FIRST):
        _month(canvas, report, row, name, start, end)
    total = MONTH_FIRST + len(periods)
    _month(canvas, report, total, "Jumlah", date(1900, 1, 1), date(year + 1, 1, 1), added=True)
    last = _check(canvas, report, total)
    _month_chart(canvas, total)
    sheet = canvas.sheet
    screen(sheet, freeze=f"B{MONTH_FIRST}", tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=None, columns=10, last=last + 19)
    sheet.page_setup.fitToHeight = 1
    protect(sheet)


def _span(report: Report, letter: str) -> str:
    last = CASE_FIRST + max(len(report.cases), 1) - 1
    return f"'{CASES}'!${letter}${CASE_FIRST}:${letter}${last}"


def _month(
    canvas: Canvas, report: Report, row: int, name: str, start: date, end: date, *, added: bool = False
) -> None:
    chosen = [case for case in report.cases if start <= case.received_on < end]
    within = (
        f'{_span(report, "B")},">="&DATE({start.year},{start.month},1),'
        f'{_span(report, "B")},"<"&DATE({end.year},{end.month},1)'
    )
    standings = Counter(report.standings[case.number] for case in chosen)
    timely = Counter(punctuality(case, report.cut_off) for case in chosen)
    outside = sum(count for kind, count in standings.items() if not kind.counted)
    counted: list[tuple[str, int]] = [("", len(chosen))]
    counted += [
        (f',{_span(report, "Q")},"{kind.value}"', standings[kind])
        for kind in (Standing.WAITING, Standing.IN_PROCESS, Standing.FINISHED)
    ]
    counted.append((f',{_span(report, "Q")},"Di luar*"', outside))
    counted += [(f',{_span(report, "N")},"{word}"', timely[word]) for word in (ON_TIME, LATE, OVERDUE)]
    look = GROUP.but(line="strong") if added else PLAIN.but(valign="center")
    canvas.put(row, 1, name, look)
    figure = look.but(number='#,##0;-#,##0;"–"', align="right")
    for column, (condition, value) in enumerate(counted, 2):
        letter = " ABCDEFGHIJ"[column]
        formula = f"=COUNTIFS({within}{condition})"
        if added:
            formula = f"=SUM({letter}{MONTH_FIRST}:{letter}{row - 1})"
        canvas.calc(row, column, formula, value, figure)
    days = [case.days_to_decision for case in chosen if case.days_to_decision is not None]
    mean = sum(days) / len(days) if days else None
    span = _span(report, "L")
    formula = f'=IF(COUNTIFS({within},{span},">=0")=0,"",AVERAGEIFS({span},{within},{span},">=0"))'
    canvas.calc(row, 10, formula, mean, look.but(number="0.0", align="right"))
    canvas.height(row, 16)


def _check(canvas: Canvas, report: Report, total: int) -> int:
    """The three figures of A5.R.ii.a: what the list gives, and what the unit answered."""
    first = total + 2
    canvas.head(first, ["A5.R.ii.a", "Dari daftar", "Jawaban unit", "Cocok?"])
    answers = report.answers.counts.get(HANDLED, {})
    live = Counter(kind for kind in report.standings.values())
    figures = {
        "harus_ditindaklanjuti": (
            f"=C{total}+D{total}+E{total}",
            sum(live[k] for k in Standing if k.counted),
        ),
        "sedang_diproses": (f"=D{total}", live[Standing.IN_PROCESS]),
        "selesai": (f"=E{total}", live[Standing.FINISHED]),
    }
    cells = report.layout.input_cells(report.worksheet.by_id[HANDLED])
    for row, (key, (formula, value)) in enumerate(figures.items(), first + 1):
        canvas.put(row, 1, key.replace("_", " ").capitalize())
        canvas.calc(row, 2, formula, value, PLAIN.but(number=COUNT))
        answer = f"{LKE}!{cells[key]}"
        canvas.calc(row, 3, f'=IF({answer}="","",{answer})', answers.get(key), PLAIN.but(number=COUNT))
        given = answers.get(key)
        verdict = "" if given is None else "Cocok" if given == value else "Berbeda"
        canvas.calc(
            row, 4, f'=IF(C{row}="","",IF(C{row}=B{row},"Cocok","Berbeda"))', verdict, PLAIN.but(bold=True)
        )
    last = first + len(figures)
    colour_states(canvas.sheet, f"D{first + 1}:D{last}", f"D{first + 1}", ["Cocok"], ["Berbeda"])
    return last


def _month_chart(canvas: Canvas, total: int) -> None:
    sheet = canvas.sheet
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 50
    fills = (palette.SAFFRON, palette.TEAL_SOFT, palette.TEAL, palette.WHITE)
    chart.add_data(
        Reference(sheet, min_col=3, max_col=6, min_row=MONTH_HEADER, max_row=total - 1), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=MONTH_FIRST, max_row=total - 1))
    for series, fill in zip(chart.series, fills, strict=True):
        edge = LineProperties(solidFill=palette.MUTED, w=6_350)
        series.graphicalProperties = GraphicalProperties(solidFill=fill, ln=edge)
    chart.legend.position = "b"
    grid = GraphicalProperties(ln=LineProperties(solidFill=palette.LINE))
    chart.y_axis.majorGridlines = ChartLines(spPr=grid)
    chart.y_axis.number_format = "0"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = CHART_SIZE_CM
    sheet.add_chart(chart, f"A{total + 7}")
