"""Which counts may be shown so that nobody can be recognised, while all totals add up.

Small counts are neither blanked nor blurred: they are put together until a group holds at least ``k`` events,
and only whole groups are ever shown. Of filings, endings and each clock this is shown:

* **runs** (filings only): months in a row, each run holding at least ``k``, all services together. A run is
  closed by the first month that fills it, and then stands for good;
* of each half-year that has ended, **leaves**: groups of categories (outcomes; in time or late), each split
  by the half-year's groups of services, the same for all endings and clocks, or not split at all where some
  part were too small; each split by **periods** (whole runs or months), holding at least ``k`` in each.

Every table, chart and CSV is a sum of these. Hence the property that the tests attack with all equations of
all tables at once: *whatever set of services, categories and months somebody asks for, either it is a union
of published groups and holds at least k events, or its count can't be told within a range narrower than k.*

Proof. Periods share no event and no equation, so take one period, with N events; in it the runs R and the
leaves L each add up to N, and nothing else is known. A run of r and a leaf of l events share between
max(0, r + l - N) and min(r, l) events, and every number between is possible. That range is as wide as
min(r, l, N - r, N - l). Each of the four is at least k, since whatever is not the run (the leaf) is made of
other runs (leaves); where there is no other, the shared part is the leaf (the run) itself, which is shown.
Within that part nothing is known, so a part of it may hold anything from 0 to all of it. A set that leaves
some group torn has at least the range of one torn part. Two kinds of events that befall the same cases (a
decision, and the clock of its delivery) are such partitions of one whole too: within each group of services,
or of the whole half-year where one of them isn't split. The services are grouped alike so that this holds. ∎

Zero is a small number like any other: if empty cells were told from nearly empty ones, an insider would learn
that somebody complained. Neighbours in a fixed order are joined, never "all the small ones": of two cells
known to be below 5 with a sum of 8, each would be 4. So who knows the method and the sum of joined cells
still sees at least ``k`` possible counts for each (the tests go through every small table).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

THRESHOLD = 5
"""Smallest group that is shown, where a station has set none."""


@dataclass(frozen=True, slots=True)
class Group:
    """Members that are shown as one, in their fixed order, and how many events they hold together."""

    members: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of `n` events were of the first of two kinds, as far as it may be told.

    :ivar least: at least so many; equal to ``most`` where the count is shown
    """

    least: int
    most: int
    n: int

    def __add__(self, other: Share) -> Share:
        return Share(self.least + other.least, self.most + other.most, self.n + other.n)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The finest that is shown of a half-year.

    :ivar counts: one for each period of the half-year, each at least ``k``
    """

    categories: tuple[str, ...]
    services: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """All periods together."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a half-year.

    :ivar periods: which units each period covers, as half-open ranges over the units handed in
    """

    periods: tuple[range, ...]
    leaves: tuple[Leaf, ...]

    @property
    def n(self) -> int:
        """All events of the half-year."""
        return sum(leaf.n for leaf in self.leaves)


Cell = tuple[str, str]
"""Category and service."""
Unit = Mapping[Cell, int]
"""Counts of one month, or of one run of months; what is missing is zero."""


def close_runs(counts: Sequence[int], k: int) -> tuple[range, ...]:
    """Months in a row that hold at least `k` together, as half-open ranges of positions.

    Each run closes with the first month that fills it, so a longer sequence begins with the same runs; what
    comes after the last run is not shown yet, nor part of any total.
    """
    runs: list[range] = []
    start = held = 0
    for position, count in enumerate(counts):
        held += count
        if held >= k:
            runs.append(range(start, position + 1))
            start, held = position + 1, 0
    return tuple(runs)


def merge_small(counts: Mapping[str, int], k: int) -> tuple[Group, ...]:
    """Neighbours joined until each group holds at least `k`; a small rest joins the last group.

    :param counts: every possible member in its fixed order, zeros included; at least `k` in all
    """
    members, values = list(counts), list(counts.values())
    runs = list(close_runs(values, k))
    runs[-1] = range(runs[-1].start, len(members))
    return tuple(Group(tuple(members[at] for at in run), sum(values[at] for at in run)) for run in runs)


def show(
    units: Sequence[Unit],
    *,
    categories: Sequence[str],
    service_groups: Sequence[tuple[str, ...]],
    k: int,
) -> Shown | None:
    """What may be shown of a half-year; None where it holds fewer than `k` events.

    Categories come before services: the outcome of all cases matters more than that of one service.

    :param units: the half-year's runs or months in order
    :param categories: every possible category, in its fixed order
    :param service_groups: every possible service in its group, in the fixed order
    """
    if sum(sum(unit.values()) for unit in units) < k:
        return None
    every = tuple(service for group in service_groups for service in group)
    joined = merge_small({one: _total(units, [one], every) for one in categories}, k)
    cells = [(group.members, services) for group in joined for services in service_groups]
    if any(_total(units, *cell) < k for cell in cells):
        cells = [(group.members, every) for group in joined]
    table = [[_total([unit], *cell) for unit in units] for cell in cells]
    periods = _periods(table, k)
    return Shown(
        periods,
        tuple(
            Leaf(*cell, tuple(sum(row[at] for at in period) for period in periods))
            for cell, row in zip(cells, table, strict=True)
        ),
    )


def join_groups(
    groups: Sequence[tuple[str, ...]], counts: Mapping[str, int], k: int
) -> tuple[tuple[str, ...], ...]:
    """The groups, neighbours joined until each holds at least `k` of `counts`; else one group for all.

    :param groups: of services, in their fixed order
    :param counts: by service
    """
    if sum(counts.values()) < k:
        return (tuple(one for group in groups for one in group),)
    held = {str(at): sum(counts.get(one, 0) for one in group) for at, group in enumerate(groups)}
    return tuple(
        tuple(one for at in joined.members for one in groups[int(at)]) for joined in merge_small(held, k)
    )


def share_of(first: int, second: int, k: int) -> Share:
    """How two kinds of events are shared: exactly where both are large, else as a range of `k` counts.

    Of ninety answers in time and two late ones, at least 88 of 92 are said to be in time. Below ``2k - 1``
    events in all even that would tell too much, so nothing is said.
    """
    n = first + second
    if first >= k and second >= k:
        return Share(first, first, n)
    if n < 2 * k - 1:
        return Share(0, n, n)
    return Share(n - (k - 1), n, n) if second < k else Share(0, k - 1, n)


def _total(units: Iterable[Unit], categories: Iterable[str], services: Iterable[str]) -> int:
    pairs = [(category, service) for category in categories for service in services]
    return sum(unit.get(pair, 0) for unit in units for pair in pairs)


def _periods(table: Sequence[Sequence[int]], k: int) -> tuple[range, ...]:
    """Units in a row in which every leaf holds at least `k`; the rest joins the last of them.

    :param table: a row a leaf, each with at least `k` in all
    """
    length = len(table[0])
    ends: list[int] = []
    start = 0
    for end in range(1, length + 1):
        if all(sum(row[start:end]) >= k for row in table):
            ends.append(end)
            start = end
    ends[-1] = length
    return tuple(range(first, last) for first, last in zip([0, *ends], ends, strict=False))
