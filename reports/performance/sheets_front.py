"""The first things read: the answer, findings and what made them, the clocks, and the method."""

from __future__ import annotations

from reports import palette
from reports.performance.findings import answer, find
from reports.performance.frame import (
    CLOCKS,
    FIRST,
    HEADER,
    METHOD,
    NAME,
    NUMBER,
    Report,
    close_sheet,
    open_sheet,
)
from reports.performance.measures import ALL, MEDIAN, NINTH
from reports.performance.rows import Basis, Fact, Measure, Period, Standing
from reports.performance.sheets_compare import bar_chart, ratio
from reports.wbk.canvas import BARE, HEAD, PLAIN, Canvas, row_height
from reports.wbk.sheets.page import BAD, colour_where

TITLE = "Laporan kinerja pengelolaan pengaduan"
METHODS = (
    ("Pengaduan", "Diterima satuan pada hari setempat dalam periode; hari pertama dan terakhir ikut."),
    ("Keadaan", "Sebagaimana tercatat pada saat laporan dibuat, juga untuk periode lalu."),
    ("Periode lalu", "Sama panjang, berakhir sehari sebelum periode ini; tenggatnya lebih lama menunggu."),
    ("Tenggat", "Satu kewajiban satuan dalam satu pengaduan, dari tabel tenggat Sahut."),
    ("Dasar", "Hukum: undang-undang atau peraturan. Kebijakan: pedoman atau kebijakan setempat."),
    ("Tepat", "Dipenuhi selambatnya pada batasnya."),
    ("Terlambat", "Dipenuhi setelah batasnya."),
    ("Lewat", "Batasnya lewat tanpa dipenuhi."),
    ("Berjalan dan gugur", "Batas belum tiba, atau gugur sebelum batas: di luar penyebut ketepatan."),
    ("Ketepatan", "Tepat dibagi (tepat + terlambat + lewat)."),
    (
        "Median dan P90",
        (
            "Hari penuh (24 jam) dari mulai sampai dipenuhi: nilai terkecil yang mencakup 50 % atau 90 % "
            "tenggat yang dipenuhi (peringkat terdekat). 0 = kurang dari sehari. Dari tiap tahap hanya "
            "tenggat yang mengikat lebih dahulu, apa pun dasarnya."
        ),
    ),
    ("Riwayat impor", "Ikut dihitung; tenggatnya hanya bila register lama menyebut kapan dipenuhi."),
    ("Dibuka kembali", "Pernah ditutup, lalu kembali ditangani."),
    (
        "Diputus unit yang diadukan",
        (
            "Pada pengaduan yang diputus, unit pemegang sama dengan unit terlapor. Pengaduan pelayanan yang "
            "tidak menyebut petugas tidak dihitung: di situ unit penyelenggara boleh menanggapi layanannya "
            "sendiri. Bagiannya dihitung dari putusan selebihnya."
        ),
    ),
    ("Perbaikan", "Tindakan dari LHP yang terbit dalam periode; hanya Ombudsman yang memverifikasi."),
    ("IKM", "PermenPANRB 14/2017, bulan penuh; disembunyikan bila kurang dari lima responden."),
    ("Perorangan", "Laporan berisi jumlah saja: tanpa nama, nomor pengaduan, atau uraian."),
    (
        "Angka kecil",
        (
            "Unit dan layanan yang pengaduannya kurang dari ambang satuan (biasanya 5) digabung dengan "
            "tetangganya menurut abjad, dan hanya untuk periode ini. Angka lain dari satu satuan dapat "
            "kecil: laporan ini untuk pengawas, bukan untuk diumumkan."
        ),
    ),
    ("Tautan", "Membuka daftar di Sahut bagi yang berhak; daftar itu menyaring menurut tahun penerimaan."),
)


def write_summary(canvas: Canvas, report: Report) -> None:
    """Three sentences, the main figures, the findings with their rules."""
    open_sheet(
        canvas, report, TITLE, "Jawaban lebih dahulu; rinciannya di lembar berikut.", [30.0, 22.0, 60.0, 60.0]
    )
    row = HEADER
    for sentence in answer(report.figures):
        canvas.say(row, 1, sentence, BARE.but(size=12, bold=True))
        canvas.merge(row, 1, 4)
        canvas.height(row, row_height([(165.0, sentence)], size=12, least=22))
        row += 1
    row += 1
    figures = report.figures
    canvas.head(row, ["Angka utama", "Periode ini"])
    for words, formula, value in (
        ("Diterima", report.sum_counts(Period.NOW, Measure.TOTAL), figures.count(Measure.TOTAL)),
        *(
            (
                fact.value,
                report.sum_counts(Period.NOW, Measure.FACT, category=f'"{fact.value}"'),
                figures.fact(fact),
            )
            for fact in (Fact.OPEN, Fact.DECIDED, Fact.OBJECTED, Fact.REOPENED, Fact.BREACHED)
        ),
    ):
        row += 1
        canvas.put(row, 1, words, NAME)
        canvas.calc(row, 2, f"={formula}", value, NUMBER.but(bold=True))
    row += 2
    canvas.head(row, ["Temuan tentang", "", "Temuan", "Aturannya"])
    for one in find(figures):
        row += 1
        canvas.say(row, 1, one.about, NAME)
        canvas.merge(row, 1, 2)
        canvas.say(row, 3, one.text)
        canvas.put(row, 4, one.rule, PLAIN.but(colour=palette.MUTED))
        canvas.height(row, row_height([(60.0, one.text), (60.0, one.rule)]))
    close_sheet(canvas, report, 4, row, header=False)


def write_clocks(canvas: Canvas, report: Report) -> None:
    """Each clock over all agencies: fates, share in time, median and ninth decile."""
    heads = ["Tenggat", "Dasar", "Tepat", "Terlambat", "Lewat", "Ketepatan", "Berjalan", "Gugur"]
    heads += ["Median hari", "P90 hari", "Ketepatan lalu"]
    note = "Ketepatan = tepat dibagi (tepat + terlambat + lewat); berjalan dan gugur di luar penyebut."
    open_sheet(canvas, report, CLOCKS, note, [36.0, 12.0, *[12.0] * 9])
    canvas.head(HEADER, heads, HEAD.but(align="center"))
    canvas.height(HEADER, 32)
    row = FIRST
    for clock in report.figures.stages():
        for basis in Basis:
            own = report.figures.clocks(measure=Measure.CLOCK, category=clock, basis=basis)
            if own.due + own.running + own.void:
                _clock(canvas, report, row, clock, basis)
                row += 1
    last = max(row - 1, FIRST)
    colour_where(canvas.sheet, f"F{FIRST}:F{last}", f"AND(ISNUMBER(F{FIRST}),F{FIRST}<0.8)", BAD)
    bar_chart(canvas, 6, last, f"A{last + 2}")
    close_sheet(canvas, report, len(heads), last + 34, one_page=True)


def _clock(canvas: Canvas, report: Report, row: int, clock: str, basis: Basis) -> None:
    canvas.put(row, 1, clock, NAME)
    canvas.put(row, 2, basis.value, NAME)
    own = report.figures.clocks(measure=Measure.CLOCK, category=clock, basis=basis)
    where = {"category": f"$A{row}", "basis": f"$B{row}"}
    columns = (
        (3, Standing.IN_TIME, own.in_time),
        (4, Standing.LATE, own.late),
        (5, Standing.OVERDUE, own.overdue),
        (7, Standing.RUNNING, own.running),
        (8, Standing.VOID, own.void),
    )
    for column, standing, value in columns:
        canvas.calc(row, column, f"={report.sum_clocks('kini', standing.value, **where)}", value, NUMBER)
    ratio(canvas, row, 6, f"C{row}", f"(C{row}+D{row}+E{row})", own.share)
    for column, percent, days in zip((9, 10), (MEDIAN, NINTH), report.figures.quantiles(clock), strict=True):
        canvas.calc(row, column, report.rank(f'"{ALL}"', f"$A{row}", percent), days, NUMBER)
    past = report.figures.clocks(measure=Measure.CLOCK, category=clock, basis=basis, period=Period.BEFORE)
    met, *others = (
        report.sum_clocks("lalu", one.value, **where)
        for one in (Standing.IN_TIME, Standing.LATE, Standing.OVERDUE)
    )
    ratio(canvas, row, 11, met, f"({'+'.join((met, *others))})", past.share)


def write_method(canvas: Canvas, report: Report) -> None:
    """Definitions, and who made the report when."""
    open_sheet(canvas, report, METHOD, "Arti setiap angka.", [30.0, 110.0])
    canvas.head(HEADER, ["Istilah", "Artinya"])
    made = f"{report.as_of}, {report.given.generated_by}" if report.given.generated_by else report.as_of
    rows = (*METHODS, ("Periode lalu, tanggal", report.span_before), ("Dibuat", made))
    for row, (word, meaning) in enumerate(rows, FIRST):
        canvas.put(row, 1, word, NAME.but(bold=True))
        canvas.say(row, 2, meaning)
        canvas.height(row, row_height([(110.0, meaning)]))
    close_sheet(canvas, report, 2, FIRST + len(rows) - 1)
