"""The tables of one station and year, made of frozen months and nothing that is finer than may be shown.

Months are numbers from 1; a half-year comes out once its last month is frozen. "In time" is judged when a
clock falls due, so no later act changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports.statistics.measures import CLOCKS, DECIDED, IN_TIME, LATE, RECEIVED
from reports.statistics.suppression import (
    Leaf,
    Share,
    Shown,
    Unit,
    close_runs,
    join_groups,
    share_of,
    show,
)

HALVES = (range(6), range(6, 12))
"""Positions of the months of each half-year."""


@dataclass(frozen=True, slots=True)
class MonthsRow:
    """A count of some months in a row, first and last included."""

    first: int
    last: int
    n: int


@dataclass(frozen=True, slots=True)
class HalvesRow:
    """A group and its count in each half-year; None where the group isn't shown by itself."""

    members: tuple[str, ...]
    counts: tuple[int | None, int | None]

    @property
    def n(self) -> int:
        """What is shown of it."""
        return sum(count or 0 for count in self.counts)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock in the year: how many fell due, and what share was met in time.

    :ivar share: None where nothing may be shown
    """

    clock: str
    share: Share | None


@dataclass(frozen=True, slots=True)
class LeafRow:
    """The finest that is published, for the CSV."""

    half: int
    categories: tuple[str, ...]
    services: tuple[str, ...]
    first: int
    last: int
    n: int


@dataclass(frozen=True)
class YearCounts:
    """Raw counts of a year, kept from the pages: ask for tables.

    :ivar units: by measure, the frozen months from January on
    :ivar categories: by measure, every possible category in its fixed order
    :ivar services: every possible service in its fixed order
    """

    year: int
    threshold: int
    units: Mapping[str, Sequence[Unit]]
    categories: Mapping[str, Sequence[str]]
    services: Sequence[str]

    @property
    def months(self) -> int:
        """How many months are frozen, from January on."""
        return max(map(len, self.units.values()), default=0)

    @cached_property
    def _runs(self) -> tuple[range, ...]:
        return close_runs([sum(unit.values()) for unit in self.units[RECEIVED]], self.threshold)

    @cached_property
    def halves(self) -> tuple[range, ...]:
        """The half-years that have ended."""
        return tuple(half for half in HALVES if half.stop <= self.months)

    def _spans(self, measure: str, half: range) -> list[range]:
        """Months that are never told apart further: runs of what is also shown by runs, else single ones."""
        if measure == RECEIVED:
            return [run for run in self._runs if run.stop - 1 in half]
        return [range(at, at + 1) for at in half]

    def _service_groups(self, measure: str, half: range) -> tuple[tuple[str, ...], ...]:
        """Services as they are told apart: by filings; of all else in groups of those, by decisions."""
        singles = [(service,) for service in self.services]
        by_filings = join_groups(singles, self._by_service(RECEIVED, half), self.threshold)
        if measure == RECEIVED:
            return by_filings
        return join_groups(by_filings, self._by_service(DECIDED, half), self.threshold)

    def _by_service(self, measure: str, half: range) -> dict[str, int]:
        counts: dict[str, int] = dict.fromkeys(self.services, 0)
        for span in self._spans(measure, half):
            for at in span:
                for (_category, service), n in self.units[measure][at].items():
                    counts[service] += n
        return counts

    def shown(self, measure: str) -> list[tuple[list[range], Shown | None]]:
        """What may be shown of each half-year that has ended, with the months of its periods."""
        found: list[tuple[list[range], Shown | None]] = []
        for half in self.halves:
            spans = self._spans(measure, half)
            shown = show(
                [_added([self.units[measure][at] for at in span]) for span in spans],
                categories=self.categories[measure],
                service_groups=self._service_groups(measure, half),
                k=self.threshold,
            )
            months = (
                [range(spans[p.start].start, spans[p.stop - 1].stop) for p in shown.periods] if shown else []
            )
            found.append((months, shown))
        return found

    # --- tables ------------------------------------------------------------------------

    def received_by_month(self) -> tuple[MonthsRow, ...]:
        """All filings, by runs of months."""
        totals = [sum(unit.values()) for unit in self.units[RECEIVED]]
        return tuple(MonthsRow(run.start + 1, run.stop, sum(totals[at] for at in run)) for run in self._runs)

    def received_of(self, service: str) -> tuple[MonthsRow, ...]:
        """Filings about one service, by the months of each half-year in which it may be shown."""
        return tuple(
            MonthsRow(months.start + 1, months.stop, n)
            for periods, shown in self.shown(RECEIVED)
            if shown
            for leaf in shown.leaves
            if leaf.services == (service,)
            for months, n in zip(periods, leaf.counts, strict=True)
        )

    def received_by_service(self) -> tuple[HalvesRow, ...]:
        """Filings by groups of services; columns add up to what is shown by months."""
        return self._by_half(RECEIVED, lambda leaf: leaf.services)

    def outcomes(self, measure: str) -> tuple[HalvesRow, ...]:
        """Endings of one measure by groups of outcomes, all services together."""
        return self._by_half(measure, lambda leaf: leaf.categories)

    def outcomes_of(self, measure: str, service: str) -> tuple[HalvesRow, ...]:
        """Endings by groups of outcomes, where the service is shown by itself."""
        return self._by_half(measure, lambda leaf: leaf.categories if leaf.services == (service,) else None)

    def clocks(self) -> tuple[ClockRow, ...]:
        """Every clock, all services together."""
        return tuple(ClockRow(clock, self._share(clock)) for clock in CLOCKS)

    def clocks_of(self, service: str) -> tuple[ClockRow, ...]:
        """Every clock of one service, where both answers in time and late ones are shown by themselves."""
        return tuple(ClockRow(clock, self._share_of(clock, service)) for clock in CLOCKS)

    def leaves(self, measure: str) -> tuple[LeafRow, ...]:
        """The finest that is published of a measure, in order."""
        return tuple(
            LeafRow(half, leaf.categories, leaf.services, months.start + 1, months.stop, n)
            for half, (periods, shown) in enumerate(self.shown(measure), start=1)
            if shown
            for leaf in shown.leaves
            for months, n in zip(periods, leaf.counts, strict=True)
        )

    # --- inside ------------------------------------------------------------------------

    def _by_half(self, measure: str, key: Callable[[Leaf], tuple[str, ...] | None]) -> tuple[HalvesRow, ...]:
        found: dict[tuple[str, ...], list[int | None]] = {}
        for number, (_months, shown) in enumerate(self.shown(measure)):
            for leaf in shown.leaves if shown else ():
                members = key(leaf)
                if members is not None:
                    counts = found.setdefault(members, [None, None])
                    counts[number] = (counts[number] or 0) + leaf.n
        order = {one: at for at, one in enumerate([*self.categories[measure], *self.services])}
        return tuple(
            HalvesRow(members, (counts[0], counts[1]))
            for members, counts in sorted(found.items(), key=lambda item: [order[m] for m in item[0]])
        )

    def _share(self, clock: str) -> Share | None:
        total = None
        for half in self.halves:
            months = [self.units[clock][at] for at in half]
            first, second = (
                sum(n for month in months for (kind, _service), n in month.items() if kind == wanted)
                for wanted in (IN_TIME, LATE)
            )
            if first + second >= self.threshold:
                share = share_of(first, second, self.threshold)
                total = share if total is None else total + share
        return total

    def _share_of(self, clock: str, service: str) -> Share | None:
        total = None
        for _months, shown in self.shown(clock):
            leaves = shown.leaves if shown else ()
            own = {leaf.categories: leaf.n for leaf in leaves if leaf.services == (service,)}
            if (IN_TIME,) in own and (LATE,) in own:
                in_time, n = own[(IN_TIME,)], own[(IN_TIME,)] + own[(LATE,)]
                share = Share(in_time, in_time, n)
            elif (IN_TIME, LATE) in own:
                share = Share(0, own[(IN_TIME, LATE)], own[(IN_TIME, LATE)])
            else:
                continue
            total = share if total is None else total + share
        return total


def imported_by_year(increments: Mapping[str, Sequence[int]], k: int) -> dict[str, int]:
    """Cases of each register's year: what came in over the months of importing, in lots of at least `k`.

    :param increments: by the register's year, cases that each frozen month brought
    """
    shown = {
        year: sum(sum(counts[at] for at in run) for run in close_runs(counts, k))
        for year, counts in sorted(increments.items())
    }
    return {year: n for year, n in shown.items() if n}


def _added(units: Sequence[Unit]) -> Unit:
    total: dict[tuple[str, str], int] = {}
    for unit in units:
        for cell, n in unit.items():
            total[cell] = total.get(cell, 0) + n
    return total
