"""A1 to A6 and Hasil: per indicator the answer, who gave it, and the documents, linked both ways."""

from __future__ import annotations

from dataclasses import dataclass

from reports import palette
from reports.rows import EvidenceRow
from reports.wbk.canvas import (
    BARE,
    GROUP,
    LINK,
    MUTED,
    PERCENT,
    PLAIN,
    POINTS,
    SCORE,
    SUB,
    Canvas,
    Look,
    Value,
    guarded,
    row_height,
    safe_url,
)
from reports.wbk.labels import EVIDENCE_STATES, MARKS
from reports.wbk.layout import CASES, CLOCKS, LKE, METHOD, MONTHLY, RECAP, RESULTS, SURVEY, TRACKED, Column
from reports.wbk.report import Report
from reports.wbk.sheets.lke import note_of
from reports.wbk.sheets.page import colour_states, print_setup, protect, screen, title_rows
from reports.wbk.sheets.recap import AREA_ROWS, CLEAN, SERVICE, recap_cell
from reports.wbk.sheets.recap import RESULTS as RESULT_ROW
from reports.wbk.worksheet import Automation, Component, Half, Indicator, Kind, ResultGroup, SubComponent

HEADER, FIRST = 7, 8
HEADINGS = (
    ("ID", 11),
    ("Indikator / dokumen bukti", 56),
    ("Jawaban", 9),
    ("Nilai", 8),
    ("Nomor surat", 23),
    ("Tanggal", 11),
    ("Penanda tangan", 21),
    ("Berlaku s.d.", 11),
    ("Status", 17),
    ("Tautan", 34),
)
LAST = len(HEADINGS)
LEVELS = {
    Automation.AUTOMATIC: "Data sistem menghitung",
    Automation.SUGGESTION: "Data sistem mengusulkan",
    Automation.EVIDENCE: "Data sistem memasok dokumen",
}
ANNEX_OF = {
    "A5.P.iii": TRACKED,
    "A5.R.ii": MONTHLY,
    "A6.P.iii": CASES,
    "A6.P.iv": SURVEY,
    "A6.R.ii": CLOCKS,
}
"""The annex that a sub-component's figures can be followed to."""


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    row_in_lke: int


@dataclass(frozen=True, slots=True)
class _Document:
    row: EvidenceRow | None
    indicator: Indicator


_Item = _Heading | SubComponent | Indicator | _Document


@dataclass(frozen=True, slots=True)
class Plan:
    """One evidence sheet: its rows in order, known before anything is written."""

    name: str
    title: str
    component: Component | None
    items: tuple[_Item, ...]

    def rows(self) -> dict[str, int]:
        """Row of each indicator."""
        return {item.id: FIRST + at for at, item in enumerate(self.items) if isinstance(item, Indicator)}


def plan_sheets(report: Report) -> tuple[Plan, ...]:
    """The six component sheets and the one of results."""
    plans = [
        Plan(
            component.key,
            f"{component.key}  {component.name_id}",
            component,
            _component_items(report, component),
        )
        for component in report.worksheet.components
    ]
    items: list[_Item] = []
    for group in report.worksheet.results:
        items.append(_Heading(f"{group.id} {group.name_id}", report.layout.groups[group.id]))
        items.extend(_indicator_items(report, group))
    plans.append(Plan(RESULTS, "B  Hasil", None, tuple(items)))
    return tuple(plans)


def _component_items(report: Report, component: Component) -> tuple[_Item, ...]:
    items: list[_Item] = []
    for half in component.halves:
        items.append(_Heading(half.name_id.upper(), report.layout.halves[f"{component.key}.{half.letter}"]))
        items.extend(_half_items(report, half))
    return tuple(items)


def _half_items(report: Report, half: Half) -> list[_Item]:
    items: list[_Item] = []
    for sub in half.sub_components:
        items.append(sub)
        items.extend(_indicator_items(report, sub))
    return items


def _indicator_items(report: Report, parent: SubComponent | ResultGroup) -> list[_Item]:
    items: list[_Item] = []
    for indicator in parent.indicators:
        documents = report.evidence.get(indicator.id, ())
        items.append(indicator)
        items.extend(_Document(row, indicator) for row in documents or (None,))
    return items


def write_component(canvas: Canvas, report: Report, plan: Plan, provenance_rows: dict[str, int]) -> None:
    """One evidence sheet; ``provenance_rows`` are rows of the method sheet by indicator."""
    title_rows(canvas, report, plan.title, "bukti dukung per indikator", LAST)
    canvas.widths([width for _, width in HEADINGS])
    _summary(canvas, report, plan)
    canvas.head(HEADER, [name for name, _ in HEADINGS])
    canvas.height(HEADER, 20)
    for row, item in enumerate(plan.items, FIRST):
        match item:
            case _Heading():
                _heading(canvas, report, row, item)
            case SubComponent():
                _sub(canvas, report, row, item)
            case Indicator():
                _indicator(canvas, report, row, item, provenance_rows.get(item.id))
            case _Document():
                _document(canvas, report, row, item)
    last = FIRST + len(plan.items) - 1
    sheet = canvas.sheet
    sound = [label for label in EVIDENCE_STATES.values() if label.startswith("✓")]
    bad = [label for label in EVIDENCE_STATES.values() if label.startswith("✗")]
    colour_states(sheet, f"I{FIRST}:I{last}", f"I{FIRST}", sound, bad)
    screen(sheet, freeze=f"C{FIRST}", tab=palette.SAFFRON)
    print_setup(sheet, report, title_row=HEADER, columns=LAST, last=last)
    protect(sheet)


def _summary(canvas: Canvas, report: Report, plan: Plan) -> None:
    """Points of the component, from the recap, and who is responsible."""
    label = BARE.but(colour=palette.MUTED, fill=palette.PAPER, size=8.5, align="center")
    figure = BARE.but(bold=True, size=12, fill=palette.PAPER, align="center", valign="center", wrap=False)
    canvas.fill_row(4, 1, LAST, label)
    canvas.fill_row(5, 1, LAST, figure)
    canvas.height(5, 20)
    canvas.height(6, 6)
    if plan.component is None:
        official = report.score.official
        figures: list[tuple[str, str, Value, str]] = [
            ("Bobot", recap_cell("C", RESULT_ROW), report.worksheet.result_weight, POINTS),
            ("Bersih", recap_cell("F", CLEAN), official.clean, POINTS),
            ("Pelayanan prima", recap_cell("F", SERVICE), official.service, POINTS),
            ("Nilai", recap_cell("F", RESULT_ROW), official.results, POINTS),
            (
                "% bobot",
                recap_cell("G", RESULT_ROW),
                official.results / report.worksheet.result_weight,
                PERCENT,
            ),
        ]
        canvas.put(
            5, 2, "Survei eksternal dan capaian kinerja", figure.but(align="left", size=9.5, bold=False)
        )
    else:
        row, component = AREA_ROWS[plan.component.id], plan.component
        area = report.score.official.areas[component.id]
        owner = f"Penanggung jawab: {component.owner}{MARKS[component.owner_confidence]}"
        canvas.put(5, 2, owner, figure.but(align="left", size=9, bold=False, wrap=True))
        figures = [
            ("Bobot", recap_cell("C", row), component.weight, POINTS),
            ("Pemenuhan", recap_cell("D", row), area.fulfilment, POINTS),
            ("Reform", recap_cell("E", row), area.reform, POINTS),
            ("Nilai", recap_cell("F", row), area.total, POINTS),
            ("% bobot", recap_cell("G", row), area.share, PERCENT),
        ]
    for column, (name, source, value, number) in enumerate(figures, 5):
        canvas.put(4, column, name, label)
        canvas.calc(5, column, f"={source}", value, figure.but(number=number))
    canvas.put(5, LAST, "kembali ke Rekap", LINK.but(line="none", fill=palette.PAPER, align="right"))
    canvas.jump(5, LAST, RECAP, "A1", "Ke Rekap")


def _heading(canvas: Canvas, report: Report, row: int, item: _Heading) -> None:
    canvas.fill_row(row, 1, LAST, GROUP)
    canvas.put(row, 1, item.title, GROUP.but(wrap=False))
    _mirrored(canvas, report, row, item.row_in_lke, 4, POINTS, GROUP.but(align="center"))
    canvas.height(row, 18)


def _sub(canvas: Canvas, report: Report, row: int, sub: SubComponent) -> None:
    canvas.fill_row(row, 1, LAST, SUB)
    canvas.put(row, 1, sub.id, SUB.but(wrap=False))
    canvas.put(row, 2, f"{sub.name_id} (bobot {sub.weight:g})", SUB.but(wrap=False))
    if annex := ANNEX_OF.get(sub.id):
        canvas.put(row, LAST, f"data: lembar {annex}", LINK.but(fill=SUB.fill, bold=True, wrap=False))
        canvas.jump(row, LAST, annex, "A1", f"Ke {annex}")
    _mirrored(canvas, report, row, report.layout.subs[sub.id], 4, POINTS, SUB.but(align="center"))
    canvas.height(row, 16)


def _mirrored(
    canvas: Canvas, report: Report, row: int, source: int, column: int, number: str, look: Look
) -> None:
    """The value of an LKE row."""
    cell = report.layout.there(Column.VALUE, source)
    value = _lke_value(report, source)
    canvas.calc(row, column, f'=IF({cell}="","",{cell})', value, look.but(number=number))


def _lke_value(report: Report, source: int) -> float | None:
    official, layout = report.score.official, report.layout
    for sub_id, row in layout.subs.items():
        if row == source:
            return official.sub_components[sub_id]
    for half_id, row in layout.halves.items():
        if row == source:
            key, letter = half_id.split(".")
            area = official.areas[f"A.{key[1]}"]
            return area.fulfilment if letter == "P" else area.reform
    return official.clean if layout.groups["B.I"] == source else official.service


def _indicator(
    canvas: Canvas, report: Report, row: int, indicator: Indicator, method_row: int | None
) -> None:
    look = PLAIN.but(bold=True)
    canvas.fill_row(row, 1, LAST, PLAIN)
    source = report.layout.indicators[indicator.id]
    canvas.put(row, 1, indicator.id, LINK.but(bold=True, wrap=False))
    canvas.jump(row, 1, LKE, f"A{source}", "Ke baris LKE")
    text = f"{indicator.text_id}{MARKS[indicator.basis.confidence]}"
    canvas.put(row, 2, text, look)
    centre = look.but(align="center")
    outcome = report.score.outcomes[indicator.id].score
    column = Column.VALUE if indicator.kind is Kind.SHARE else Column.ANSWER
    answer: Value = report.answers.options.get(indicator.id)
    if indicator.kind is Kind.SHARE:
        answer, centre = outcome, centre.but(number="0.0%")
    elif indicator.kind is Kind.INDEX:
        answer, centre = report.answers.indices.get(indicator.id), centre.but(number=SCORE)
    cell = report.layout.there(column, source)
    canvas.calc(row, 3, f'=IF({cell}="","",{cell})', answer, centre)
    cell = report.layout.there(Column.VALUE, source)
    canvas.calc(row, 4, f'=IF({cell}="","",{cell})', outcome, look.but(number=SCORE, align="center"))
    note = note_of(report, indicator.id)
    canvas.say(row, 5, note, MUTED)
    canvas.merge(row, 5, 8)
    system = indicator.system
    if system is not None:
        canvas.put(row, 9, f"{LEVELS[system.level]}{MARKS[system.confidence]}", MUTED)
        canvas.put(row, 10, system.note, MUTED)
    if method_row is not None:
        canvas.put(row, 9, "Asal angka: lihat Metode", LINK.but(size=8.5))
        canvas.jump(row, 9, METHOD, f"A{method_row}", "Ke asal angka")
    hint = system.note if system else ""
    small = row_height([(66, note), (HEADINGS[9][1], hint)], 8.5)
    canvas.height(row, max(row_height([(54, text)], 9, least=17), small))


def _document(canvas: Canvas, report: Report, row: int, item: _Document) -> None:
    canvas.fill_row(row, 1, LAST, PLAIN)
    document = item.row
    if document is None:
        hints = "; ".join(item.indicator.evidence_hints)
        text = f"Belum ada bukti. Disarankan{MARKS[item.indicator.evidence_basis.confidence]}: {hints}"
        canvas.put(row, 2, text, MUTED.but(italic=True, indent=1))
        canvas.height(row, row_height([(52, text)], 8.5))
        return
    status = document.status_on(report.cut_off)
    canvas.put(row, 1, "↳", PLAIN.but(align="right", colour=palette.MUTED))
    others = [key for key in document.indicator_ids if key != item.indicator.id]
    title = document.title + (f"\nJuga untuk {', '.join(others)}" if others else "")
    canvas.say(row, 2, title, PLAIN.but(indent=1))
    canvas.say(row, 5, document.number)
    canvas.put(row, 6, document.signed_on)
    if document.signed_on is None:
        canvas.put(row, 6, "tanpa tanggal", PLAIN.but(colour=palette.ERROR, italic=True))
    canvas.say(row, 7, document.signer)
    canvas.put(row, 8, document.valid_until)
    canvas.put(row, 9, EVIDENCE_STATES[status], PLAIN.but(bold=True))
    url = safe_url(document.url)
    shown = guarded(document.url or "")
    canvas.say(row, 10, shown, LINK.but(size=8) if url else MUTED)
    if url:
        canvas.lead_out(row, 10, url)
    fields = [(54.0, title), (23.0, document.number), (21.0, document.signer), (38.0, shown)]
    canvas.height(row, row_height(fields, 9))


def block_places(plans: tuple[Plan, ...]) -> dict[str, tuple[str, int]]:
    """Where each indicator's evidence stands: sheet and row."""
    return {key: (plan.name, row) for plan in plans for key, row in plan.rows().items()}
