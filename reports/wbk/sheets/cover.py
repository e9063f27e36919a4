"""The cover: whose evidence, as of when, with what result, signed by whom, and where to find what."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import hypot

from openpyxl.drawing.image import Image
from PIL import Image as Picture
from PIL import ImageDraw

from reports import palette
from reports.wbk.canvas import BARE, LINK, POINTS, Canvas, Look
from reports.wbk.labels import MARK_LEGEND
from reports.wbk.layout import CASES, CLOCKS, GAPS, LKE, METHOD, MONTHLY, RECAP, RESULTS, SURVEY, TRACKED
from reports.wbk.notices import notices
from reports.wbk.report import Report
from reports.wbk.sheets.lke import stake_of
from reports.wbk.sheets.page import colour_states, print_setup, protect, screen
from reports.wbk.sheets.recap import AWARDED, REFUSED
from reports.wbk.worksheet import Predicate

WIDTHS = (3.0, 17.0, 17.0, 17.0, 17.0, 17.0, 17.0, 17.0, 17.0, 3.0)
LAST = len(WIDTHS)
BAND = Look(fill=palette.TEAL, colour=palette.WHITE, line="none", valign="center", wrap=False)
CARD = Look(fill=palette.PAPER, line="none", align="center", valign="bottom", colour=palette.MUTED)
CONTENTS = (
    (RECAP, "Nilai, ambang WBK dan WBBM, lulus atau tidak: mulai di sini"),
    (LKE, "Lembar kerja resmi; jawaban unit dapat diketik dan semua dihitung ulang"),
    ("A1 – A6", ""),
    (RESULTS, "Survei persepsi dan capaian kinerja"),
    (MONTHLY, "Pengaduan per bulan, dihitung dari daftar"),
    (CASES, "Daftar pengaduan tanpa data pribadi"),
    (SURVEY, "Survei Kepuasan Masyarakat menurut unsur dan layanan"),
    (TRACKED, "Rekomendasi dan tindakan korektif, dan tindak lanjutnya"),
    (CLOCKS, "Setiap tenggat dengan dasarnya dan bagaimana dipenuhi"),
    (METHOD, "Asal setiap angka usulan, kebijakan hitung, sumber"),
    (GAPS, "Yang belum dijawab atau belum berbukti, poin terbesar lebih dahulu"),
)
ALT_TEXT = "Pola garis kawung, hiasan"
STRIP_SIZE = (1180, 26)


@lru_cache(maxsize=1)
def kawung_strip() -> bytes:
    """A strip of the kawung line pattern as PNG, the same bytes every time."""
    width, height = (side * 2 for side in STRIP_SIZE)
    picture = Picture.new("RGB", (width, height), f"#{palette.TEAL}")
    draw = ImageDraw.Draw(picture)
    step = height
    for left in range(-step, width + step, step):
        for centre_x, centre_y in ((left, 0), (left, height), (left + step // 2, height // 2)):
            for turn_x, turn_y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                _petal(draw, centre_x, centre_y, turn_x, turn_y, step / 2)
    out = BytesIO()
    picture.resize(STRIP_SIZE, Picture.Resampling.LANCZOS).save(out, "PNG", optimize=False)
    return out.getvalue()


def _petal(draw: ImageDraw.ImageDraw, x: int, y: int, turn_x: int, turn_y: int, reach: float) -> None:
    """One almond from a centre towards a corner, drawn as two curves."""
    length = hypot(reach, reach) / 2
    for side in (1, -1):
        points = []
        for at in range(13):
            along = at / 12
            bulge = side * 0.32 * length * 4 * along * (1 - along)
            dx, dy = along * reach * 0.92, along * reach * 0.92
            points.append((x + turn_x * (dx + bulge * 0.7), y + turn_y * (dy - bulge * 0.7)))
        draw.line(points, fill="#3C8288", width=3)


def write_cover(canvas: Canvas, report: Report) -> None:
    """The whole sheet, one page."""
    canvas.widths(list(WIDTHS))
    _band(canvas, report)
    _facts(canvas, report)
    _result(canvas, report)
    row = _gaps(canvas, report, 20)
    row = _notices(canvas, report, row)
    row = _contents(canvas, row)
    last = _signatures(canvas, report, row)
    sheet = canvas.sheet
    strip = Image(BytesIO(kawung_strip()))
    strip.anchor = "A6"
    sheet.add_image(strip)
    colour_states(sheet, "F17:I17", "F17", [AWARDED], [REFUSED])
    screen(sheet, freeze=None, tab=palette.TEAL)
    print_setup(sheet, report, title_row=None, columns=LAST, last=last)
    sheet.page_setup.fitToHeight = 1
    sheet.print_options.verticalCentered = True
    protect(sheet)


def _band(canvas: Canvas, report: Report) -> None:
    for row, height in ((1, 12), (2, 24), (3, 40), (4, 26), (5, 12), (6, 20)):
        canvas.fill_row(row, 1, LAST, BAND)
        canvas.height(row, height)
    canvas.put(2, 2, "sahut", BAND.but(size=16, bold=True))
    canvas.put(3, 2, "Kertas Kerja Bukti Zona Integritas", BAND.but(size=26, bold=True))
    canvas.put(4, 2, f"menuju WBK/WBBM · tahun {report.input.year}", BAND.but(size=14))
    canvas.fill_row(7, 1, LAST, BAND.but(fill=palette.SAFFRON))
    canvas.height(7, 3)


def _facts(canvas: Canvas, report: Report) -> None:
    agency = report.input.agency
    facts = [
        ("Unit kerja", f"{agency.name} ({agency.code})"),
        ("Kewilayahan", agency.polda),
        ("Tanggal potong data", report.cut_off_words),
        ("Lembar kerja", f"{report.worksheet.legal_basis} · versi data {report.worksheet.version}"),
        ("Disusun oleh", report.input.generated_by or "–"),
    ]
    canvas.height(8, 12)
    for row, (label, value) in enumerate(facts, 9):
        canvas.put(row, 2, label, BARE.but(colour=palette.MUTED, size=10.5, wrap=False, valign="center"))
        canvas.say(row, 4, value, BARE.but(bold=True, size=11, wrap=False, valign="center"))
        canvas.height(row, 19)


def _result(canvas: Canvas, report: Report) -> None:
    official, safe = report.score.official, report.score.safe
    canvas.height(14, 8)
    canvas.height(15, 6)
    verdicts = [AWARDED if official.awards[p].passed else REFUSED for p in Predicate]
    cards = (
        ("Nilai total resmi", "=NILAI_TOTAL", official.total, POINTS, 2),
        ("Nilai aman (kosong = 0)", "=NILAI_AMAN", safe.total, POINTS, 4),
        ("Menuju WBK", "=LULUS_WBK", verdicts[0], "General", 6),
        ("Menuju WBBM", "=LULUS_WBBM", verdicts[1], "General", 8),
    )
    for title, formula, value, number, column in cards:
        figure = CARD.but(size=22, bold=True, colour=palette.INK, valign="center", number=number, wrap=False)
        canvas.fill_row(16, column, column + 1, CARD)
        canvas.fill_row(17, column, column + 1, figure)
        canvas.put(16, column, title, CARD)
        canvas.calc(17, column, formula, value, figure)
        canvas.merge(16, column, column + 1)
        canvas.merge(17, column, column + 1)
    canvas.height(16, 22)
    canvas.height(17, 38)
    words = "Nilai resmi mengabaikan yang kosong (cara Excel resmi); nilai aman menghitung kosong sebagai 0."
    canvas.put(18, 2, words, BARE.but(italic=True, colour=palette.MUTED, wrap=False, size=8.5))


def _gaps(canvas: Canvas, report: Report, row: int) -> int:
    """How much is left to do, live from the list of gaps; gives the next free row."""
    stakes = [stake_of(report, indicator.id) for indicator in report.worksheet.indicators]
    open_stakes = [stake for stake in stakes if stake is not None]
    look = BARE.but(bold=True, size=10, wrap=False)
    canvas.put(row, 2, "Masih terbuka", LINK.but(line="none", bold=True, wrap=False, size=10))
    canvas.jump(row, 2, GAPS, "A1", f"Ke {GAPS}")
    canvas.calc(row, 4, f"={GAPS}!$D$4", len(open_stakes), look.but(number='0" indikator"'))
    canvas.calc(row, 5, f"={GAPS}!$E$4", sum(open_stakes), look.but(number='0.00" poin"'))
    canvas.height(row, 16)
    return row + 1


def _notices(canvas: Canvas, report: Report, row: int) -> int:
    """What to know before believing the figures; gives the next free row."""
    found = notices(report)
    if found:
        canvas.put(row, 2, "Perhatian", BARE.but(bold=True, size=10, colour=palette.ERROR, wrap=False))
    for at, notice in enumerate(found, row):
        canvas.put(at, 4, f"▪ {notice.words}", LINK.but(line="none", size=10, wrap=False))
        canvas.jump(at, 4, notice.sheet, "A1", f"Ke {notice.sheet}")
        canvas.height(at, 15.5)
    canvas.height(row + len(found), 8)
    return row + len(found) + 1


def _contents(canvas: Canvas, first: int) -> int:
    """The list of sheets; gives the next free row."""
    link = LINK.but(line="none", bold=True, wrap=False, size=10)
    canvas.put(first, 2, "Isi", BARE.but(bold=True, size=11, colour=palette.TEAL))
    for row, (sheet, words) in enumerate(CONTENTS, first + 1):
        canvas.put(row, 2, sheet, link)
        if words:
            canvas.jump(row, 2, sheet, "A1", f"Ke {sheet}")
            canvas.put(row, 4, words, BARE.but(wrap=False, size=10))
        else:
            _component_links(canvas, row, link)
        canvas.height(row, 15.5)
    after = first + 1 + len(CONTENTS)
    canvas.put(after, 2, f"Tanda: {MARK_LEGEND}", BARE.but(size=8.5, colour=palette.MUTED, wrap=False))
    return after + 2


def _component_links(canvas: Canvas, row: int, link: Look) -> None:
    canvas.put(row, 2, "Bukti", BARE.but(bold=True, wrap=False, size=10))
    for number in range(1, 7):
        canvas.put(row, 3 + number, f"A{number}", link)
        canvas.jump(row, 3 + number, f"A{number}", "A1", f"Ke bukti komponen A{number}")


def _signatures(canvas: Canvas, report: Report, row: int) -> int:
    """Two blocks to sign, left empty for pen or electronic signature; gives the last row."""
    for column, role in ((2, "Ketua Tim Kerja Zona Integritas"), (7, f"Kepala {report.input.agency.name}")):
        canvas.say(row, column, role, BARE.but(wrap=False))
        line = BARE.but(line="hair", locked=False)
        canvas.fill_row(row + 2, column, column + 2, line)
        canvas.put(
            row + 3, column, "Nama, pangkat, NRP, tanggal", BARE.but(size=8, colour=palette.MUTED, wrap=False)
        )
    canvas.height(row + 1, 22)
    return row + 3
