"""Invented counts for the performance report: seeded, of any size, an empty one included."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from reports.performance.rows import (
    ActionWord,
    Basis,
    ClockCount,
    Count,
    Duration,
    Fact,
    Measure,
    PerformanceInput,
    Period,
    Standing,
    StationRow,
)

AS_OF = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
UNITS, SERVICES = ("Binmas s.d. SPKT (4 digabung)", "=HYPERLINK(1)"), ("SIM", "SKCK")
CLOCKS = ("Tanda terima", "Keputusan", "Tanggapan pertama")
WORDS = {
    Measure.TOTAL: ("",),
    Measure.MONTH: ("2026-01", "2026-02", "2026-06"),
    Measure.KIND: ("Pelayanan", "Aspirasi"),
    Measure.TYPE: ("Penundaan berlarut", "Tidak kompeten"),
    Measure.CHANNEL: ("Surat",),
    Measure.UNIT: UNITS,
    Measure.SERVICE: SERVICES,
    Measure.FINDING: ("Terbukti",),
    Measure.ENDING: ("Dicabut pelapor",),
    Measure.FACT: tuple(fact.value for fact in Fact),
    Measure.ACTION: tuple(word.value for word in ActionWord),
}


def sample(
    seed: int = 1, *, stations: int = 3, base_url: str | None = "https://sahut.example"
) -> PerformanceInput:
    """A report; with no stations one without any count."""
    rng = Random(seed)
    codes = [f"S{at:02d}" for at in range(stations)]
    counts = [
        Count(period, code, measure, word, rng.randint(1, 90))
        for period in Period
        for code in codes
        for measure, words in WORDS.items()
        for word in words
        if rng.random() < 0.8
    ]
    clocks = [
        ClockCount(period, code, measure, word, basis, standing, rng.randint(1, 40))
        for period in Period
        for code in codes
        for measure, words in ((Measure.UNIT, UNITS), (Measure.SERVICE, SERVICES), (Measure.CLOCK, CLOCKS))
        for word in words
        for basis in Basis
        for standing in Standing
        if rng.random() < 0.5
    ]
    durations = [
        Duration(code, clock, days, rng.randint(1, 9))
        for code in codes
        for clock in CLOCKS[:2]
        for days in range(70)
        if rng.random() < 0.3
    ]
    return PerformanceInput(
        first=date(2026, 1, 1),
        last=date(2026, 6, 30),
        as_of=AS_OF,
        local_as_of=datetime(2026, 7, 1, 10, 0),  # noqa: DTZ001 (local, as written)
        zone_label="WIB",
        stations=tuple(StationRow(code, f"Polres {code}", 9, Decimal("82.51"), "B") for code in codes),
        counts=tuple(sorted(counts)),
        clocks=tuple(sorted(clocks)),
        durations=tuple(sorted(durations)),
        base_url=base_url,
        generated_by="Asisten Ombudsman",
    )
