"""Where every proposed figure comes from, how gaps of the official sheet are counted, and what is not law."""

from __future__ import annotations

from collections.abc import Mapping

from reports import palette
from reports.rows import CountGroup, Provenance
from reports.wbk.canvas import COUNT, GROUP, HEAD, PLAIN, Canvas, Value, row_height
from reports.wbk.formulas import CONFIRMATION
from reports.wbk.labels import MARK_LEGEND, MARKS
from reports.wbk.layout import CASES, CLOCKS, LKE, SURVEY, TRACKED, Column
from reports.wbk.report import Report, long_date
from reports.wbk.sheets.cases import case_base
from reports.wbk.sheets.page import colour_states, print_setup, protect, screen, title_rows
from reports.wbk.worksheet import Kind

WIDTHS = (17.0, 34.0, 12.0, 12.0, 12.0, 78.0)
LAST = len(WIDTHS)
FIRST = 6
SHOWN_NUMBERS = 60
"""How many case numbers a cell lists; the rest are found by the filter it names."""


def _ordered(report: Report) -> list[Provenance]:
    given: Mapping[str, Provenance] = report.input.provenance or {}
    return [given[i.id] for i in report.worksheet.indicators if i.id in given]


def _figures(report: Report, item: Provenance) -> list[tuple[str, str, Value, Value]]:
    """Label, answer cell, proposed and answered value of each figure an indicator asks for."""
    indicator = report.worksheet.by_id[item.indicator_id]
    if indicator.kind is Kind.SHARE:
        proposal = item.proposal if isinstance(item.proposal, Mapping) else {}
        counts = report.answers.counts.get(indicator.id, {})
        cells = report.layout.input_cells(indicator)
        return [
            (field.label, f"{LKE}!{cells[field.key]}", proposal.get(field.key), counts.get(field.key))
            for field in indicator.inputs
        ]
    cell = report.layout.there(Column.ANSWER, report.layout.indicators[indicator.id])
    proposed = item.proposal if isinstance(item.proposal, str) else None
    return [("Jawaban", cell, proposed, report.answers.options.get(indicator.id))]


def plan_provenance(report: Report) -> dict[str, int]:
    """Row of each indicator's provenance."""
    rows, row = {}, FIRST
    for item in _ordered(report):
        rows[item.indicator_id] = row
        row += 2 + len(_figures(report, item)) + len(item.groups) + 1
    return rows


def write_method(canvas: Canvas, report: Report, blocks: Mapping[str, tuple[str, int]]) -> None:
    """The whole sheet."""
    title_rows(canvas, report, "Metode dan asal angka", "agar setiap angka dapat diulang", LAST)
    canvas.widths(list(WIDTHS))
    canvas.put(4, 1, MARK_LEGEND, PLAIN.but(line="none", italic=True, colour=palette.MUTED, wrap=False))
    titles = [
        "Indikator",
        "Angka",
        "Usul sistem",
        "Jawaban unit",
        "Cocok?",
        "Asal, saringan, dan nomor di baliknya",
    ]
    canvas.head(FIRST - 1, titles)
    row = FIRST
    for item in _ordered(report):
        row = _provenance(canvas, report, row, item, blocks)
    if row == FIRST:
        canvas.put(row, 2, "Tidak ada usulan dari data sistem pada ekspor ini.", PLAIN.but(italic=True))
        row += 2
    row = _texts(canvas, report, row)
    sheet = canvas.sheet
    colour_states(sheet, f"E{FIRST}:E{row}", f"E{FIRST}", ["Cocok"], ["Berbeda"])
    screen(sheet, freeze=f"A{FIRST}", tab=palette.TEAL_SOFT)
    print_setup(sheet, report, title_row=FIRST - 1, columns=LAST, last=row)
    protect(sheet)


def _provenance(
    canvas: Canvas, report: Report, row: int, item: Provenance, blocks: Mapping[str, tuple[str, int]]
) -> int:
    """One indicator; gives the first row after it."""
    indicator = report.worksheet.by_id[item.indicator_id]
    canvas.fill_row(row, 1, LAST, GROUP)
    canvas.put(row, 1, indicator.id, GROUP.but(colour=palette.TEAL, underline=True))
    sheet, place = blocks[indicator.id]
    canvas.jump(row, 1, sheet, f"A{place}", f"Ke lembar {sheet}")
    canvas.put(row, 2, indicator.text_id, GROUP.but(wrap=False))
    row += 1
    note = indicator.system.note if indicator.system else ""
    taken = report.input.agency.local(item.as_of)
    origin = (
        f"{item.query}.\nSaringan: {item.filter}.\nDitarik per {taken:%d-%m-%Y %H.%M} "
        f"{report.input.agency.zone_label}.\nAturan ◆: {note}"
    )
    origin += f"\nCatatan: {item.remark}" if item.remark else ""
    canvas.fill_row(row, 1, LAST, PLAIN)
    canvas.put(row, 6, origin, PLAIN.but(size=8.5))
    canvas.height(row, row_height([(WIDTHS[5], origin)], 8.5))
    row += 1
    for label, cell, proposed, answered in _figures(report, item):
        canvas.fill_row(row, 1, LAST, PLAIN)
        canvas.put(row, 2, label, PLAIN.but(bold=True))
        centre = PLAIN.but(align="center", bold=True)
        canvas.put(row, 3, proposed, centre)
        canvas.calc(row, 4, f'=IF({cell}="","",{cell})', answered, centre)
        verdict = (
            "" if proposed is None or answered is None else "Cocok" if proposed == answered else "Berbeda"
        )
        formula = f'=IF(OR(C{row}="",D{row}=""),"",IF(C{row}=D{row},"Cocok","Berbeda"))'
        canvas.calc(row, 5, formula, verdict, centre)
        canvas.height(row, row_height([(WIDTHS[1], label)], 9))
        row += 1
    for group in item.groups:
        _group(canvas, row, group)
        row += 1
    return row + 1


def _group(canvas: Canvas, row: int, group: CountGroup) -> None:
    canvas.fill_row(row, 1, LAST, PLAIN)
    canvas.put(row, 2, f"– {group.label}", PLAIN.but(size=8.5, colour=palette.MUTED))
    canvas.put(row, 3, group.count, PLAIN.but(number=COUNT, align="center", size=8.5))
    listed = ", ".join(group.numbers[:SHOWN_NUMBERS])
    rest = group.count - SHOWN_NUMBERS
    if rest > 0:
        listed += f", dan {rest} lagi (saring Daftar Pengaduan)"
    canvas.say(row, 6, listed, PLAIN.but(size=8))
    canvas.height(row, row_height([(WIDTHS[5], listed), (WIDTHS[1], group.label)], 8))


def _texts(canvas: Canvas, report: Report, row: int) -> int:
    """Contents of the export, policies, versions, conflicts, prerequisites, sources; gives the last row."""
    worksheet = report.worksheet
    row = _table(canvas, row, f"Isi ekspor ini, semuanya per {report.cut_off_words}", _contents(report))
    policies = [
        (
            f"{p.id}{MARKS[p.basis.confidence]}",
            p.problem,
            f"Excel resmi: {p.official_behaviour}\nDi sini: {p.proposal}",
        )
        for p in worksheet.policies
    ]
    confirmed = f"Nilai usulan baru dipakai bila baris {CONFIRMATION} di LKE diisi Ya. ◆"
    policies.append(("K2 ◆", "Konfirmasi penyebut nol", confirmed))
    row = _table(canvas, row, "Kebijakan hitung", policies)
    notes = [
        (
            f"{p.value}{MARKS[t.basis.confidence]}",
            "Ambang predikat",
            t.conflict_note or "Angka ambang ada di lembar Rekap.",
        )
        for p, t in worksheet.thresholds.items()
    ]
    notes += [(r.name, r.status, f"{r.note}{MARKS[r.basis.confidence]}") for r in worksheet.regulations]
    notes += [
        (f"{r.id}{MARKS[r.basis.confidence]}", "Catatan salinan LKE", r.text) for r in worksheet.remarks
    ]
    notes.append(("Teks", "Ejaan dan bukti", worksheet.wording_note))
    row = _table(canvas, row, f"Dasar (versi lembar kerja {worksheet.version})", notes)
    mapping = [
        (m.figure.replace("_", " "), "A5.R.ii.a", f"{m.taken_from} ◆") for m in worksheet.status_mapping
    ]
    row = _table(canvas, row, "Pemetaan status pengaduan ke angka LKE", mapping)
    checks = [
        (f"{p.id}{MARKS[p.basis.confidence]}", p.level, f"{p.text_id}{f' ({p.value})' if p.value else ''}")
        for p in worksheet.prerequisites
    ]
    row = _table(canvas, row, "Daftar periksa prasyarat: naskah belum terbaca, bukan aturan", checks)
    sources = [(s.code, s.title, f"{s.address}{f' · {s.note}' if s.note else ''}") for s in worksheet.sources]
    return _table(canvas, row, "Sumber", sources) - 2


def _contents(report: Report) -> list[tuple[str, str, str]]:
    """How many rows of each kind the export holds, and by which filter they were chosen."""
    given, year = report.input, report.input.year
    answers = given.survey.respondents if given.survey else 0
    documents = len({row.id for rows in report.evidence.values() for row in rows})
    reader = "yang boleh dilihat pengekspor"
    hidden = f"; {given.unlisted} lagi tidak boleh dilihat" if given.unlisted else ""
    return [
        (CASES, f"{len(report.cases)} pengaduan", f"{case_base(report)} Hanya {reader}{hidden}."),
        (CLOCKS, f"{len(given.clocks)} tenggat", "Semua tenggat pengaduan itu, dengan dasar dan nasibnya."),
        (SURVEY, f"{answers} jawaban", f"Semua jawaban survei tahun {year}, bulan yang sudah penuh."),
        (TRACKED, f"{len(given.tracked)} butir", f"Terbit tahun {year} dan tercatat sampai tanggal potong."),
        (LKE, f"{report.score.answered} dari {len(report.score.outcomes)} jawaban", _answers(report)),
        ("A1 – A6", f"{documents} dokumen", "Bukti yang tercatat sampai tanggal potong."),
    ]


def _answers(report: Report) -> str:
    last = max((a.answered_on for a in report.input.answers.values() if a.answered_on), default=None)
    words = "Jawaban yang berlaku pada tanggal potong; jawaban lama tersimpan sebagai riwayat."
    return f"{words} Terakhir dijawab {long_date(last)}." if last else words


def _table(canvas: Canvas, row: int, title: str, lines: list[tuple[str, str, str]]) -> int:
    canvas.fill_row(row, 1, LAST, HEAD.but(line="none"))
    canvas.put(row, 1, title, HEAD.but(wrap=False, line="none"))
    for line, (code, what, text) in enumerate(lines, row + 1):
        canvas.put(line, 1, code, PLAIN.but(bold=True))
        canvas.put(line, 2, what)
        canvas.fill_row(line, 3, LAST, PLAIN)
        canvas.put(line, 3, text)
        canvas.merge(line, 3, LAST)
        canvas.height(line, row_height([(sum(WIDTHS[2:]), text), (WIDTHS[1], what), (WIDTHS[0], code)], 9))
    return row + len(lines) + 2
