"""The report on paper: at most eight pages, PDF/UA-1, the answer first, every chart with its words.

Long lists are cut to what a page holds, and say so; the workbook has them whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from html import escape
from importlib.resources import as_file, files
from typing import Any, cast

import typst

from reports.palette import INK, TEAL, TEAL_SOFT
from reports.performance.findings import answer, decimal, find, percent
from reports.performance.frame import Report
from reports.performance.measures import ALL, Tally
from reports.performance.rows import ActionWord, Basis, Fact, Measure, PerformanceInput, Period
from reports.performance.sheets_front import METHODS
from reports.wbk.labels import MONTHS

MOST_PAGES = 8
MOST_STATIONS, MOST_CLOCKS, MOST_UNITS, MOST_FINDINGS, MOST_OF_MEASURE, MOST_MONTHS = 30, 22, 24, 14, 9, 24
STANDARDS: Sequence[str] = ("ua-1",)
_CHART_WIDTH, _ROW, _LABEL = 640, 21, 230

Table = dict[str, Any]


def build_paper(given: PerformanceInput) -> bytes:
    """The paper as PDF bytes; equal input gives equal bytes.

    :raises ValueError: a naive instant
    """
    if given.as_of.tzinfo is None:
        raise ValueError("as_of must be aware")
    report = Report(given)
    data = json.dumps(_content(report), ensure_ascii=False)
    here = files("reports.performance")
    with as_file(files("reports.letters").joinpath("fonts")) as fonts:
        options: dict[str, Any] = {
            "font_paths": [str(fonts)],
            "ignore_system_fonts": True,
            "pdf_standards": list(STANDARDS),
        }
        source = here.joinpath("paper.typ").read_bytes()
        return cast(bytes, typst.compile(source, sys_inputs={"data": data}, **options))


def _content(report: Report) -> dict[str, Any]:
    given, figures = report.given, report.figures
    found = find(figures)
    at = given.as_of.astimezone(UTC)
    stations = given.stations
    about = stations[0].name if len(stations) == 1 else f"{len(stations)} satuan"
    return {
        "title": "Laporan kinerja pengelolaan pengaduan",
        "about": about,
        "span": report.span,
        "made": f"Keadaan {report.as_of}" + (f" · {given.generated_by}" if given.generated_by else ""),
        "instant": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "answer": list(answer(figures)),
        "tiles": _tiles(report),
        "stations": _stations(report),
        "stations_chart": _shares([(one.name, figures.clocks(one.code)) for one in stations[:12]]),
        "clocks": _clocks(report),
        "clocks_chart": _shares(
            [
                (clock, own)
                for clock in figures.stages()
                if (own := figures.clocks(measure=Measure.CLOCK, category=clock)).due
            ][:12]
        ),
        "months_chart": _months(report),
        "months": _month_table(report),
        "measures": [_measure(report, measure) for measure in _MEASURES],
        "units": _units(report),
        "findings": [[one.about, one.text, one.rule] for one in found[:MOST_FINDINGS]],
        "findings_more": max(0, len(found) - MOST_FINDINGS),
        "methods": [list(pair) for pair in METHODS] + [["Periode lalu, tanggal", report.span_before]],
    }


_MEASURES = (
    Measure.KIND,
    Measure.TYPE,
    Measure.CHANNEL,
    Measure.FINDING,
    Measure.ENDING,
    Measure.FACT,
    Measure.ACTION,
)


def _tiles(report: Report) -> list[list[str]]:
    figures = report.figures
    actions = sum(figures.count(Measure.ACTION, word.value) for word in ActionWord)
    verified = figures.count(Measure.ACTION, ActionWord.VERIFIED.value)
    return [
        ["Diterima", decimal(figures.count(Measure.TOTAL), 0)],
        ["Tepat menurut hukum", percent(figures.clocks().share)],
        ["Belum ditutup", decimal(figures.fact(Fact.OPEN), 0)],
        ["Perbaikan terverifikasi", f"{verified} dari {actions}" if actions else "belum ada yang dicatat"],
    ]


def _stations(report: Report) -> Table:
    figures = report.figures
    ordered = sorted(
        report.given.stations, key=lambda one: (-figures.count(Measure.TOTAL, agency=one.code), one.code)
    )
    rows = []
    for one in ordered[:MOST_STATIONS]:
        own = figures.clocks(one.code)
        now, then = (figures.count(Measure.TOTAL, agency=one.code, period=period) for period in Period)
        rows.append(
            [
                one.name,
                decimal(now, 0),
                decimal(then, 0),
                percent(own.share),
                decimal(own.overdue, 0),
                decimal(figures.fact(Fact.OBJECTED, one.code), 0),
                decimal(figures.fact(Fact.REOPENED, one.code), 0),
                f"{decimal(float(one.ikm), 2)} ({one.grade})" if one.ikm is not None else "–",
            ]
        )
    head = ["Satuan", "Diterima", "Lalu", "Ketepatan", "Lewat", "Keberatan", "Dibuka lagi", "IKM (mutu)"]
    return {"head": head, "rows": rows, "more": len(ordered) - len(rows)}


def _clocks(report: Report) -> Table:
    rows: list[list[str]] = []
    for clock in report.figures.stages():
        median, ninth = report.figures.quantiles(clock)
        for basis in Basis:
            own = report.figures.clocks(measure=Measure.CLOCK, category=clock, basis=basis)
            if own.due + own.running + own.void:
                fates = (own.in_time, own.late, own.overdue, own.running, own.void)
                days = ["–" if one is None else str(one) for one in (median, ninth)]
                counts = [decimal(one, 0) for one in fates]
                rows.append([clock, basis.value, *counts, percent(own.share), *days])
    head = [
        "Tenggat",
        "Dasar",
        "Tepat",
        "Terlambat",
        "Lewat",
        "Berjalan",
        "Gugur",
        "Ketepatan",
        "Median",
        "P90",
    ]
    return {"head": head, "rows": rows[:MOST_CLOCKS], "more": max(0, len(rows) - MOST_CLOCKS)}


def _measure(report: Report, measure: Measure) -> Table:
    words = report.figures.categories(measure)
    rows = []
    for word in words[: MOST_OF_MEASURE if measure is not Measure.FACT else len(words)]:
        now, then = (report.figures.count(measure, word, ALL, period) for period in Period)
        rows.append([word, decimal(now, 0), decimal(then, 0)])
    return {"name": measure.value, "rows": rows, "more": len(words) - len(rows)}


def _units(report: Report) -> Table:
    """Units with the lowest share in time first, of those with ten clocks or more."""
    pairs = sorted(
        {
            (r.agency, r.category)
            for r in report.given.clocks
            if r.measure is Measure.UNIT and r.period is Period.NOW and r.basis is Basis.LAW
        }
    )
    names = {one.code: one.name for one in report.given.stations}
    tallies = [
        (code, unit, report.figures.clocks(code, measure=Measure.UNIT, category=unit)) for code, unit in pairs
    ]
    due = [one for one in tallies if one[2].due >= 10]
    due.sort(key=lambda one: (one[2].share or 0.0, one[0], one[1]))
    rows = [
        [unit, names.get(code, code), decimal(own.due, 0), percent(own.share)]
        for code, unit, own in due[:MOST_UNITS]
    ]
    return {
        "head": ["Unit", "Satuan", "Tenggat jatuh", "Ketepatan"],
        "rows": rows,
        "more": len(due) - len(rows),
    }


def _both(report: Report) -> list[tuple[str, int, int]]:
    """Month, received in the period before, received in this one; the last months of a long report."""
    months = report.figures.categories(Measure.MONTH)[-MOST_MONTHS:]
    count = report.figures.count
    return [
        (month, count(Measure.MONTH, month, period=Period.BEFORE), count(Measure.MONTH, month))
        for month in months
    ]


def _month_table(report: Report) -> Table:
    rows = [
        [f"{MONTHS[int(month[5:]) - 1]} {month[:4]}", decimal(then, 0), decimal(now, 0)]
        for month, then, now in _both(report)
    ]
    return {"head": ["Bulan", "Periode lalu", "Periode ini"], "rows": rows, "more": 0}


def _shares(rows: Sequence[tuple[str, Tally]]) -> dict[str, str]:
    """Bars of shares in time, with their words."""
    parts = []
    for at, (name, own) in enumerate(rows):
        y, share = at * _ROW, own.share or 0.0
        room = _CHART_WIDTH - _LABEL - 70
        short = name if len(name) <= 34 else f"{name[:33]}…"
        parts += [
            _text(0, y + 13, short),
            f'<rect x="{_LABEL}" y="{y + 2}" width="{room}" height="14" fill="#{TEAL_SOFT}"/>',
            f'<rect x="{_LABEL}" y="{y + 2}" width="{room * share:.1f}" height="14" fill="#{TEAL}"/>',
            _text(_LABEL + room + 8, y + 13, percent(own.share)),
        ]
    words = "; ".join(f"{name} {percent(own.share)}" for name, own in rows)
    return _svg(parts, max(len(rows), 1) * _ROW, f"Diagram batang ketepatan. {words or 'Belum ada angka'}.")


def _months(report: Report) -> dict[str, str]:
    """Columns by month: the period before light, this one dark, their figures above."""
    rows = _both(report)
    top = max((then + now for _, then, now in rows), default=0) or 1
    step = _CHART_WIDTH / max(len(rows), 1)
    parts = []
    for at, (month, then, now) in enumerate(rows):
        left, y = at * step, 150.0
        for n, fill in ((then, TEAL_SOFT), (now, TEAL)):
            tall = 120 * n / top
            y -= tall
            parts.append(
                f'<rect x="{left + step * 0.15:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" '
                f'height="{tall:.1f}" fill="#{fill}"/>'
            )
        middle = left + step / 2
        parts.append(_text(middle, y - 4, decimal(then + now, 0), middle=True, size=9))
        parts.append(_text(middle, 164, f"{MONTHS[int(month[5:]) - 1][:3]}", middle=True, size=9))
        parts.append(_text(middle, 175, month[2:4], middle=True, size=8))
    words = "; ".join(f"{month} {then + now}" for month, then, now in rows)
    return _svg(parts, 180, f"Diagram kolom pengaduan diterima per bulan. {words or 'Belum ada angka'}.")


def _text(x: float, y: float, text: str, *, middle: bool = False, size: int = 11) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-family="Plus Jakarta Sans"{anchor} '
        f'fill="#{INK}">{escape(text)}</text>'
    )


def _svg(parts: Sequence[str], height: int, words: str) -> dict[str, str]:
    size = f'width="{_CHART_WIDTH}" height="{height}" viewBox="0 0 {_CHART_WIDTH} {height}"'
    return {"svg": f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>', "alt": words}
