"""Figures from counts: sums, shares in time, and nearest-rank quantiles of days.

Share in time: of the clocks that ended or whose limit passed, those met by their limit. Clocks that still
run, and those that became void before their limit, are told apart and stand in no share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

from reports.performance.rows import (
    Basis,
    Duration,
    Fact,
    Measure,
    PerformanceInput,
    Period,
    Standing,
)

ALL = "SEMUA"
"""Stands for all agencies together where a code of an agency could stand."""
MEDIAN, NINTH = 50, 90
"""Percents of the two quantiles."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Clocks by their fate."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0
    running: int = 0
    void: int = 0

    @property
    def due(self) -> int:
        """Clocks that the share rests on."""
        return self.in_time + self.late + self.overdue

    @property
    def share(self) -> float | None:
        """Share in time; None while nothing was due."""
        return self.in_time / self.due if self.due else None


_FIELD = {
    Standing.IN_TIME: "in_time",
    Standing.LATE: "late",
    Standing.OVERDUE: "overdue",
    Standing.RUNNING: "running",
    Standing.VOID: "void",
}


def quantile(histogram: Iterable[tuple[int, int]], percent: int) -> int | None:
    """The smallest value that at least `percent` of all don't exceed (nearest rank); None of nothing.

    :param histogram: values with how often each occurs, in any order
    """
    rows = sorted(histogram)
    whole = sum(n for _, n in rows)
    rank, seen = ceil(whole * percent / 100), 0
    for value, n in rows:
        seen += n
        if seen >= rank and whole:
            return value
    return None


def with_all(durations: Iterable[Duration]) -> list[Duration]:
    """The durations, and those of all agencies together under `ALL`."""
    sums: dict[tuple[str, int], int] = defaultdict(int)
    rows = list(durations)
    for row in rows:
        sums[row.clock, row.days] += row.n
    return sorted(rows + [Duration(ALL, clock, days, n) for (clock, days), n in sums.items()])


@dataclass
class Figures:
    """Looks into a report: each figure by what it counts."""

    given: PerformanceInput
    sums: dict[tuple[Period, str, Measure, str], int] = field(default_factory=lambda: defaultdict(int))
    by_measure: dict[Measure, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    fates: dict[tuple[object, ...], dict[Standing, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def __post_init__(self) -> None:
        for row in self.given.counts:
            for agency in (row.agency, ALL):
                self.sums[row.period, agency, row.measure, row.category] += row.n
            known = self.by_measure[row.measure]
            known[row.category] = known.get(row.category, 0) + row.n
        for clock in self.given.clocks:
            for agency in (clock.agency, ALL):
                key = (clock.period, clock.basis, agency)
                self.fates[*key, clock.measure, clock.category][clock.standing] += clock.n
                if clock.measure is Measure.CLOCK:
                    self.fates[*key, Measure.TOTAL, ""][clock.standing] += clock.n

    def count(
        self, measure: Measure, category: str = "", agency: str = ALL, period: Period = Period.NOW
    ) -> int:
        """One figure."""
        return self.sums.get((period, agency, measure, category), 0)

    def fact(self, fact: Fact, agency: str = ALL, period: Period = Period.NOW) -> int:
        """How many complaints a thing is true of."""
        return self.count(Measure.FACT, fact.value, agency, period)

    def categories(self, measure: Measure) -> list[str]:
        """Categories that occur in either period, the most frequent first; months in their order."""
        known = self.by_measure.get(measure, {})
        if measure is Measure.MONTH:
            return sorted(known)
        return sorted(known, key=lambda word: (-known[word], word))

    def clocks(
        self,
        agency: str = ALL,
        *,
        basis: Basis = Basis.LAW,
        period: Period = Period.NOW,
        measure: Measure = Measure.TOTAL,
        category: str = "",
    ) -> Tally:
        """Clocks of an agency: all, or those of one duty, unit or service."""
        fates = self.fates.get((period, basis, agency, measure, category), {})
        return Tally(**{_FIELD[standing]: n for standing, n in fates.items()})

    def stages(self) -> list[str]:
        """Duties that occur in the period, by name."""
        now = (row for row in self.given.clocks if row.period is Period.NOW)
        return sorted({row.category for row in now if row.measure is Measure.CLOCK})

    def quantiles(self, clock: str, agency: str = ALL) -> tuple[int | None, int | None]:
        """Median and ninth decile of full days."""
        days: dict[int, int] = {}
        for row in self.given.durations:
            if row.clock == clock and agency in (ALL, row.agency):
                days[row.days] = days.get(row.days, 0) + row.n
        return quantile(days.items(), MEDIAN), quantile(days.items(), NINTH)
