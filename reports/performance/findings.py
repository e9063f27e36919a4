"""Findings in plain Indonesian, each by a rule that is printed beside it: no judgement but the rule's."""

from __future__ import annotations

from dataclasses import dataclass

from reports.performance.measures import Figures
from reports.performance.rows import ActionWord, Fact, Measure, Period

LEAST_IN_TIME = 0.8
FEWEST_CLOCKS = 10
"""Below this many clocks a share says nothing."""
GROWTH = 1.5
FEWEST_OF_TYPE = 10
FEWEST_PATTERN = 3
LEAST_PATTERN = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    :ivar about: name of the agency, or "Semua satuan"
    :ivar text: one sentence
    :ivar rule: the rule that made it
    :ivar weight: what comes first in the list; greater is graver
    """

    about: str
    text: str
    rule: str
    weight: float


RULES = {
    "share": "Ketepatan di bawah 80 %, dari paling sedikit 10 tenggat hukum yang jatuh",
    "worst": "Tenggat hukum dengan ketepatan terendah, dari paling sedikit 10 yang jatuh",
    "growth": "Bagian suatu jenis maladministrasi naik setengahnya atau lebih, menjadi 10 atau lebih",
    "pattern": "Paling sedikit 3 pengaduan dan 10 % dari dasarnya",
    "actions": "Ada tindakan perbaikan yang lewat tenggat",
}


def decimal(value: float, places: int = 1) -> str:
    """A number as Indonesians write it: ``81,5``."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def percent(share: float | None) -> str:
    """A share in words, a dash for none."""
    return "–" if share is None else f"{decimal(100 * share)} %"


def find(figures: Figures) -> tuple[Finding, ...]:
    """All findings, the gravest first; equal ones by agency and text."""
    found = [*_shares(figures), *_worst(figures), *_growth(figures), *_patterns(figures), *_actions(figures)]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.about, one.text)))


def _shares(figures: Figures) -> list[Finding]:
    found = []
    for station in figures.given.stations:
        own = figures.clocks(station.code)
        if own.due >= FEWEST_CLOCKS and own.share is not None and own.share < LEAST_IN_TIME:
            text = (
                f"Hanya {percent(own.share)} dari {decimal(own.due, 0)} tenggat hukum yang jatuh dipenuhi "
                f"tepat waktu; {decimal(own.overdue, 0)} lewat tanpa dipenuhi."
            )
            found.append(Finding(station.name, text, RULES["share"], 3 - own.share))
    return found


def _worst(figures: Figures) -> list[Finding]:
    tallies = [(figures.clocks(measure=Measure.CLOCK, category=clock), clock) for clock in figures.stages()]
    due = [(one.share, clock, one) for one, clock in tallies if one.due >= FEWEST_CLOCKS]
    if not due:
        return []
    share, clock, one = min(due, key=lambda item: (item[0] or 0.0, item[1]))
    if share is None or share >= 1:
        return []
    text = f"Tenggat paling sering dilanggar: {clock}, {percent(share)} tepat dari {decimal(one.due, 0)}."
    return [Finding("Semua satuan", text, RULES["worst"], 4)]


def _growth(figures: Figures) -> list[Finding]:
    """Types whose share of what was received grew: more complaints alone make no type a finding."""
    found = []
    whole, before = (figures.count(Measure.TOTAL, period=period) for period in Period)
    for word in figures.categories(Measure.TYPE):
        now, then = (figures.count(Measure.TYPE, word, period=period) for period in Period)
        if then and now >= FEWEST_OF_TYPE and now * before >= GROWTH * then * whole:
            text = f"{word} naik dari {percent(then / before)} menjadi {percent(now / whole)} pengaduan."
            found.append(Finding("Semua satuan", text, RULES["growth"], 1.5))
    return found


_PATTERNS = (
    (Fact.LAPSED_UNANSWERED, Fact.LAPSED, "gugur padahal pertanyaan pelapor belum dijawab", "yang gugur"),
    (Fact.LATE_COMPLETE, Fact.COMPLETE, "baru dinyatakan lengkap pada hari ke-13 atau 14", "yang lengkap"),
    (Fact.PAUSED, None, "dijeda dua kali atau lebih untuk meminta keterangan", "yang diterima"),
    (
        Fact.OWN_UNIT,
        Fact.DECIDED_APART,
        "diputus oleh unit yang diadukan sendiri, padahal tidak boleh",
        "putusan yang harus diambil unit lain bila unitnya diadukan",
    ),
)


def _patterns(figures: Figures) -> list[Finding]:
    found = []
    for station in figures.given.stations:
        for fact, base, words, of in _PATTERNS:
            n = figures.fact(fact, station.code)
            received = figures.count(Measure.TOTAL, agency=station.code)
            whole = figures.fact(base, station.code) if base else received
            if whole and n >= FEWEST_PATTERN and n / whole >= LEAST_PATTERN:
                text = (
                    f"{decimal(n, 0)} pengaduan {words} ({percent(n / whole)} dari {decimal(whole, 0)} {of})."
                )
                found.append(Finding(station.name, text, RULES["pattern"], 1 + n / whole))
    return found


def _actions(figures: Figures) -> list[Finding]:
    found = []
    for station in figures.given.stations:
        n = figures.count(Measure.ACTION, ActionWord.OVERDUE.value, station.code)
        if n:
            text = f"{decimal(n, 0)} tindakan perbaikan dari Ombudsman lewat tenggat."
            found.append(Finding(station.name, text, RULES["actions"], 3.5))
    return found


def answer(figures: Figures) -> tuple[str, str, str]:
    """The whole report in three sentences: how many, how timely, what weighs most."""
    now, then = (figures.count(Measure.TOTAL, period=period) for period in Period)
    moved = f"{'naik' if now > then else 'turun'} dari {decimal(then, 0)} pada"
    change = "sama banyak dengan" if now == then else moved
    own, past = figures.clocks(), figures.clocks(period=Period.BEFORE)
    received = (
        f"{len(figures.given.stations)} satuan menerima {decimal(now, 0)} pengaduan, {change} periode "
        f"sebelumnya; {decimal(figures.fact(Fact.OPEN), 0)} belum ditutup."
    )
    timely = (
        f"{percent(own.share)} tenggat hukum yang jatuh dipenuhi tepat waktu (periode sebelumnya "
        f"{percent(past.share)}); {decimal(own.overdue, 0)} lewat tanpa dipenuhi."
        if own.due
        else "Belum ada tenggat hukum yang jatuh."
    )
    found = find(figures)
    none = "Tidak ada temuan menurut aturan laporan ini."
    return received, timely, f"{found[0].about}: {found[0].text}" if found else none
