"""The LKE sheet: the official worksheet in official order, recalculating from ``Jawaban Unit``."""

from __future__ import annotations

from reports import palette
from reports.wbk.canvas import (
    COUNT,
    GROUP,
    HEAD,
    INPUT,
    LINK,
    PERCENT,
    PLAIN,
    POINTS,
    SCORE,
    SECTION,
    SUB,
    Canvas,
    Look,
    row_height,
    safe_url,
)
from reports.wbk.formulas import (
    Flag,
    index_cell_value,
    option_cell_flag,
    option_cell_value,
    share_formula,
)
from reports.wbk.labels import MARK_LEGEND, MARKS
from reports.wbk.layout import (
    LKE_FIRST,
    LKE_HEADER,
    Column,
    GroupLine,
    HalfLine,
    IndicatorLine,
    InputLine,
    PartLine,
    SubLine,
)
from reports.wbk.report import Report, short_date
from reports.wbk.sheets.page import BAD, WATCH, colour_where, print_setup, protect, screen, title_rows
from reports.wbk.sheets.validation import add_validations
from reports.wbk.worksheet import Indicator, Kind

HEADINGS = {
    Column.ID: ("ID", 11.5),
    Column.QUESTION: ("Penilaian", 28),
    Column.WEIGHT: ("Bobot", 6.5),
    Column.CRITERIA: ("Kriteria", 35),
    Column.OPTIONS: ("Pilihan Jawaban", 8.5),
    Column.ANSWER: ("Jawaban Unit", 8.5),
    Column.VALUE: ("Nilai", 6.5),
    Column.SHARE: ("%", 7.5),
    Column.NOTE: ("Catatan", 19),
    Column.EVIDENCE: ("Daftar Bukti", 23),
    Column.LINK: ("Tautan Bukti", 8),
    Column.TPI_ANSWER: ("Jawaban TPI", 8),
    Column.TPI_VALUE: ("Nilai TPI", 6),
    Column.TPI_SHARE: ("% TPI", 6),
    Column.TPI_NOTE: ("Catatan TPI", 13),
    Column.FLAG: ("Penanda", 16),
    Column.SAFE: ("Nilai aman", 8),
    Column.STAKE: ("Poin dipertaruhkan", 11),
    Column.RANK: ("Urutan", 6),
}
LAST = Column.STAKE.number
WEAK = '[<0.6]"▼ "0.0%;0.0%'
CENTRE = PLAIN.but(align="center")
OPEN = Look(locked=False, line="box")
MUTED_FLAG = PLAIN.but(size=8.5, colour=palette.ERROR, bold=True)


def write_lke(canvas: Canvas, report: Report, blocks: dict[str, tuple[str, int]]) -> None:
    """The whole sheet. ``blocks`` says where each indicator's evidence stands: sheet and row."""
    basis = f"{report.worksheet.legal_basis} · {MARK_LEGEND}"
    title_rows(canvas, report, "Lembar Kerja Evaluasi (LKE)", basis, LAST)
    canvas.widths([width for _, width in HEADINGS.values()])
    canvas.put(
        4,
        1,
        "Isi kolom Jawaban Unit (kuning); semua nilai dihitung ulang. Kolom TPI terbuka bagi tim penilai.",
        PLAIN.but(line="none", italic=True, colour=palette.MUTED, wrap=False, valign="center"),
    )
    canvas.head(LKE_HEADER, [name for name, _ in HEADINGS.values()], HEAD.but(align="center"))
    canvas.height(LKE_HEADER, 30)
    for line in report.layout.lines:
        match line:
            case PartLine():
                _part(canvas, report, line)
            case HalfLine():
                _half(canvas, report, line)
            case SubLine():
                _sub(canvas, report, line)
            case GroupLine():
                _group(canvas, report, line)
            case IndicatorLine():
                _indicator(canvas, report, line, blocks[line.indicator.id])
            case InputLine():
                _input(canvas, report, line)
    _finish(canvas, report)


def _heading(
    canvas: Canvas, row: int, ident: str, title: str, look: Look, weight: float, size: float
) -> None:
    canvas.fill_row(row, 1, LAST, look)
    canvas.put(row, Column.ID.number, ident, look)
    canvas.put(row, Column.QUESTION.number, title, look.but(wrap=True))
    canvas.put(row, Column.WEIGHT.number, weight, look.but(number=POINTS, align="center"))
    canvas.height(row, row_height([(HEADINGS[Column.QUESTION][1], title)], look.size, least=size))


def _sums(
    canvas: Canvas,
    row: int,
    look: Look,
    formulas: tuple[str, str],
    values: tuple[float | None, float],
    weight: float,
) -> None:
    """Nilai, share and safe value of a heading row."""
    right = look.but(align="center", number=POINTS)
    place = canvas.calc(row, Column.VALUE.number, formulas[0], values[0], right)
    share = None if values[0] is None else values[0] / weight
    canvas.calc(
        row,
        Column.SHARE.number,
        f'=IF({place}="","",{place}/{Column.WEIGHT}{row})',
        share,
        look.but(align="center", number=WEAK),
    )
    canvas.calc(row, Column.SAFE.number, formulas[1], values[1], right)


def _added(rows: list[int], column: Column) -> str:
    return f"=SUM({','.join(f'{column}{row}' for row in rows)})"


def _part(canvas: Canvas, report: Report, line: PartLine) -> None:
    official, safe, layout = report.score.official, report.score.safe, report.layout
    match line.id:
        case "A":
            rows = [layout.parts["A.I"], layout.parts["A.II"]]
            values = (official.levers, safe.levers)
        case "A.I" | "A.II":
            letter = "P" if line.id == "A.I" else "R"
            rows = [row for key, row in layout.halves.items() if key.endswith(letter)]
            values = (
                (official.fulfilment, safe.fulfilment) if letter == "P" else (official.reform, safe.reform)
            )
        case "B":
            rows, values = list(layout.groups.values()), (official.results, safe.results)
        case _:
            rows, values = [layout.parts["A"], layout.parts["B"]], (official.total, safe.total)
    look = SECTION
    ident = "" if line.id == "T" else line.id
    _heading(canvas, line.row, ident, line.title, look, line.weight, 20)
    _sums(
        canvas, line.row, look, (_added(rows, Column.VALUE), _added(rows, Column.SAFE)), values, line.weight
    )


def _half(canvas: Canvas, report: Report, line: HalfLine) -> None:
    component, half = line.component, line.half
    title = f"{component.number}. {component.name_id.upper()}{MARKS[component.basis.confidence]}"
    _heading(canvas, line.row, line.id, title, GROUP, half.weight, 19)
    rows = [report.layout.subs[sub.id] for sub in half.sub_components]
    area, safe = report.score.official.areas[component.id], report.score.safe.areas[component.id]
    values = (area.fulfilment, safe.fulfilment) if half.letter == "P" else (area.reform, safe.reform)
    _sums(
        canvas, line.row, GROUP, (_added(rows, Column.VALUE), _added(rows, Column.SAFE)), values, half.weight
    )


def _sub(canvas: Canvas, report: Report, line: SubLine) -> None:
    sub, row = line.sub, line.row
    numeral = sub.id.split(".")[2]
    title = f"{numeral}. {sub.name_id}{MARKS[sub.basis.confidence]}"
    _heading(canvas, row, sub.id, title, SUB, sub.weight, 17)
    cells = ",".join(f"{Column.VALUE}{report.layout.indicators[i.id]}" for i in sub.indicators)
    weight = f"{Column.WEIGHT}{row}"
    formulas = (
        f'=IF(COUNT({cells})=0,"",AVERAGE({cells})*{weight})',
        f"=SUM({cells})/{len(sub.indicators)}*{weight}",
    )
    values = (report.score.official.sub_components[sub.id], report.score.safe.sub_components[sub.id] or 0.0)
    _sums(canvas, row, SUB, formulas, values, sub.weight)


def _group(canvas: Canvas, report: Report, line: GroupLine) -> None:
    group, row = line.group, line.row
    title = f"{group.id.split('.')[1]}. {group.name_id.upper()}{MARKS[group.basis.confidence]}"
    _heading(canvas, row, group.id, title, GROUP, group.weight, 19)
    rows = [report.layout.indicators[i.id] for i in group.indicators]
    parts = [f"{Column.VALUE}{at}*{Column.WEIGHT}{at}" for at in rows]
    given = [f"N({Column.VALUE}{at})*{Column.WEIGHT}{at}" for at in rows]
    official, safe = report.score.official, report.score.safe
    if group.id == "B.I":
        values: tuple[float | None, float] = (official.clean, safe.clean)
    else:
        values = (official.service, safe.service or 0.0)
    formula = f"={'+'.join(given)}"
    if len(rows) == 1:
        formula = f'=IF({Column.VALUE}{rows[0]}="","",{parts[0]})'
    _sums(canvas, row, GROUP, (formula, f"={'+'.join(given)}"), values, group.weight)


def _criteria(indicator: Indicator) -> str:
    if indicator.kind.has_options:
        return "\n".join(f"{option.code}. {option.text}" for option in indicator.options)
    formula = (indicator.formula_text or "").replace("_", " ")
    return f"Rumus: {formula}" + (f"\n{indicator.guidance}" if indicator.guidance else "")


def _choices(indicator: Indicator) -> str:
    if indicator.kind is Kind.INDEX:
        return "0 – 4"
    return "/".join(indicator.option_codes) if indicator.kind.has_options else "isi baris di bawah"


def question_of(indicator: Indicator) -> str:
    """The question with its letter, and a mark where it is not verified."""
    return f"{indicator.id.split('.')[-1]}. {indicator.text_id}{MARKS[indicator.basis.confidence]}"


def note_of(report: Report, indicator_id: str) -> str:
    """The unit's note with who answered, when and on what basis."""
    answer = report.answer(indicator_id)
    who = " ".join(part for part in (answer.answered_by_title, short_date(answer.answered_on)) if part)
    parts = [answer.note, f"Dijawab: {who}" if who else "", f"Dasar: {answer.basis}" if answer.basis else ""]
    return "\n".join(part for part in parts if part)


def _indicator(canvas: Canvas, report: Report, line: IndicatorLine, block: tuple[str, int]) -> None:
    indicator, row = line.indicator, line.row
    outcome = report.score.outcomes[indicator.id]
    answer = f"{Column.ANSWER}{row}"
    question = question_of(indicator)
    criteria, note = _criteria(indicator), note_of(report, indicator.id)
    documents = report.sound_evidence(indicator.id)
    listed = "\n".join(f"{at}. {d.number}: {d.title}" for at, d in enumerate(documents, 1))
    canvas.put(row, Column.ID.number, indicator.id, LINK.but(bold=True))
    canvas.jump(row, Column.ID.number, block[0], f"A{block[1]}", f"Ke bukti di lembar {block[0]}")
    canvas.put(row, Column.QUESTION.number, question)
    _weight(canvas, report, line)
    canvas.put(row, Column.CRITERIA.number, criteria, PLAIN.but(size=8.5))
    canvas.put(row, Column.OPTIONS.number, _choices(indicator), CENTRE)
    if indicator.kind is Kind.SHARE:
        canvas.style(row, Column.ANSWER.number, CENTRE)
        cells = report.layout.input_cells(indicator)
        confirmation = f"{Column.ANSWER}{report.layout.inputs[f'{indicator.id}.konfirmasi_nol']}"
        formula = share_formula(indicator)
        value, flag = formula.cell_value(cells, confirmation), formula.cell_flag(cells, confirmation)
    elif indicator.kind is Kind.INDEX:
        canvas.put(
            row, Column.ANSWER.number, report.answers.indices.get(indicator.id), INPUT.but(number=SCORE)
        )
        value, flag = index_cell_value(answer), option_cell_flag(f"{Column.VALUE}{row}", answer)
    else:
        canvas.put(row, Column.ANSWER.number, report.answers.options.get(indicator.id), INPUT)
        value, flag = option_cell_value(indicator, answer), option_cell_flag(f"{Column.VALUE}{row}", answer)
    place = canvas.calc(
        row, Column.VALUE.number, value, outcome.score, PLAIN.but(number=SCORE, align="center")
    )
    share = PLAIN.but(number=PERCENT, align="center")
    canvas.calc(row, Column.SHARE.number, f'=IF({place}="","",{place})', outcome.score, share)
    canvas.say(row, Column.NOTE.number, note, OPEN.but(size=8.5))
    canvas.say(row, Column.EVIDENCE.number, listed, OPEN.but(size=8.5))
    _link(canvas, report, row, indicator.id, block)
    _tpi(canvas, row)
    canvas.calc(row, Column.FLAG.number, flag, outcome.flag.value if outcome.flag else "", MUTED_FLAG)
    canvas.calc(
        row, Column.SAFE.number, f"=N({place})", outcome.score or 0.0, PLAIN.but(number=SCORE, align="center")
    )
    _stake(canvas, report, line, bool(documents))
    columns = [(Column.QUESTION, question, 9.0), (Column.CRITERIA, criteria, 8.5), (Column.NOTE, note, 8.5)]
    columns.append((Column.EVIDENCE, listed, 8.5))
    canvas.height(row, max(row_height([(HEADINGS[c][1], text)], size) for c, text, size in columns))


def _weight(canvas: Canvas, report: Report, line: IndicatorLine) -> None:
    look = PLAIN.but(number="0.00##", align="center")
    points = report.worksheet.points_of[line.indicator.id]
    if line.indicator.weight is not None:
        canvas.put(line.row, Column.WEIGHT.number, points, look)
        return
    siblings = next(s for s in report.worksheet.sub_components if line.indicator in s.indicators)
    formula = f"={Column.WEIGHT}{line.parent}/{len(siblings.indicators)}"
    canvas.calc(line.row, Column.WEIGHT.number, formula, points, look)


def _link(canvas: Canvas, report: Report, row: int, indicator_id: str, block: tuple[str, int]) -> None:
    documents = report.sound_evidence(indicator_id)
    column = Column.LINK.number
    url = safe_url(documents[0].url) if len(documents) == 1 else None
    if url:
        canvas.put(row, column, "buka", LINK.but(size=8.5))
        canvas.lead_out(row, column, url)
    elif documents:
        canvas.put(row, column, f"{len(documents)} dokumen", LINK.but(size=8.5))
        canvas.jump(row, column, block[0], f"A{block[1]}", "Ke daftar dokumen")
    else:
        canvas.style(row, column, PLAIN.but(locked=False))


def _tpi(canvas: Canvas, row: int) -> None:
    looks = (OPEN.but(align="center"), OPEN.but(number=SCORE), OPEN.but(number=PERCENT), OPEN.but(size=8.5))
    for column, look in zip(range(Column.TPI_ANSWER.number, Column.TPI_NOTE.number + 1), looks, strict=True):
        canvas.style(row, column, look)


def stake_of(report: Report, indicator_id: str) -> float | None:
    """Points at stake: all of an unanswered indicator's, the earned ones of an unevidenced answer."""
    points, score = report.worksheet.points_of[indicator_id], report.score.outcomes[indicator_id].score
    if score is None:
        return points
    return None if report.sound_evidence(indicator_id) else score * points


def rank_of(stake: float | None, order: int) -> float | None:
    """A number that sorts by points, then by official order; ties can't meet."""
    return None if stake is None else round(stake, 6) + (1_000 - order) * 1e-10


def _stake(canvas: Canvas, report: Report, line: IndicatorLine, has_documents: bool) -> None:
    row, stake = line.row, stake_of(report, line.indicator.id)
    value, evidence, weight = (f"{c}{row}" for c in (Column.VALUE, Column.EVIDENCE, Column.WEIGHT))
    formula = f'=IF({value}="",{weight},IF({evidence}="",{value}*{weight},""))'
    place = canvas.calc(row, Column.STAKE.number, formula, stake, PLAIN.but(number=SCORE, align="center"))
    rank = f'=IF({place}="","",ROUND({place},6)+{1_000 - line.order}*0.0000000001)'
    canvas.calc(row, Column.RANK.number, rank, rank_of(stake, line.order), PLAIN.but(colour=palette.MUTED))


def _input(canvas: Canvas, report: Report, line: InputLine) -> None:
    row, indicator = line.row, line.indicator
    canvas.fill_row(row, 1, LAST, PLAIN)
    canvas.put(row, Column.ID.number, line.id, PLAIN.but(size=7.5, colour=palette.MUTED, wrap=True))
    if line.field is not None:
        label: str = f"– {line.field.label}"
        value: str | int | None = report.answers.counts.get(indicator.id, {}).get(line.field.key)
        canvas.put(row, Column.ANSWER.number, value, INPUT.but(number=COUNT))
    else:
        label = "– Penyebut memang nol dan nilai usulan disetujui? ◆"
        confirmed = "Ya" if indicator.id in report.answers.confirmed else None
        canvas.put(row, Column.OPTIONS.number, "Ya/Tidak", CENTRE.but(size=8.5, colour=palette.MUTED))
        canvas.put(row, Column.ANSWER.number, confirmed, INPUT.but(size=8.5))
    canvas.put(row, Column.QUESTION.number, label, PLAIN.but(size=8.5, indent=1))
    _tpi(canvas, row)
    canvas.height(row, max(22.0, row_height([(HEADINGS[Column.QUESTION][1] - 2, label)], 8.5)))


def _finish(canvas: Canvas, report: Report) -> None:
    sheet, last = canvas.sheet, report.layout.last
    add_validations(canvas, report)
    flags = f"{Column.FLAG}{LKE_FIRST}:{Column.FLAG}{last}"
    first = f"{Column.FLAG}{LKE_FIRST}"
    settled = f'OR({first}="{Flag.EMPTY}",{first}="{Flag.ZERO_CONFIRMED}")'
    colour_where(sheet, flags, settled, WATCH)
    colour_where(sheet, flags, f'AND({first}<>"",NOT({settled}))', BAD)
    sheet.column_dimensions[Column.RANK.value].hidden = True
    screen(sheet, freeze=f"C{LKE_FIRST}", tab=palette.TEAL, zoom=90)
    print_setup(sheet, report, title_row=LKE_HEADER, columns=Column.TPI_NOTE.number, last=last)
    protect(sheet)
