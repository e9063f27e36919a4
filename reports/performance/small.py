"""Units and services with few complaints are shown together with their neighbours.

The report leaves the supervisors' desk for the ministry. What a unit of two complaints did is known to
whoever knows one of them, so neighbours by name are joined until they hold the threshold, as in the public
statistics (`reports.statistics.suppression`); the sums of the agency stay as they are. Units without any
complaint are joined likewise: nobody tells an empty one from a nearly empty one. Of the period before only
the sums of the agency are told: the same groups could be small there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from reports.performance.rows import Basis, ClockCount, Count, Measure, Period, Standing
from reports.statistics.suppression import Group, merge_small

Place = tuple[str, Measure]
"""Code of an agency, and `Measure.UNIT` or `Measure.SERVICE`."""
NARROW = (Measure.UNIT, Measure.SERVICE)


def join_small(
    counts: Iterable[Count],
    clocks: Iterable[ClockCount],
    every: Mapping[Place, Iterable[str]],
    thresholds: Mapping[str, int],
) -> tuple[tuple[Count, ...], tuple[ClockCount, ...]]:
    """The same rows, sorted, with no unit and no service that holds less than the threshold of its agency.

    An agency with fewer complaints than that has one row for all its units, and one for all its services.

    :param every: names of all units and services, those without a complaint included
    """
    counts, clocks = list(counts), list(clocks)
    held: dict[Place, Counter[str]] = defaultdict(Counter)
    for row in counts:
        if row.measure in NARROW and row.period is Period.NOW:
            held[row.agency, row.measure][row.category] += row.n
    labels = {
        place: _labels(found, every.get(place, ()), thresholds[place[0]]) for place, found in held.items()
    }
    sums: Counter[tuple[Period, str, Measure, str]] = Counter()
    for row in counts:
        if row.measure not in NARROW:
            sums[row.period, row.agency, row.measure, row.category] += row.n
        elif row.period is Period.NOW:
            sums[row.period, row.agency, row.measure, labels[row.agency, row.measure][row.category]] += row.n
    fates: Counter[tuple[Period, str, Measure, str, Basis, Standing]] = Counter()
    for clock in clocks:
        key = (clock.period, clock.agency, clock.measure)
        if clock.measure not in NARROW:
            fates[*key, clock.category, clock.basis, clock.standing] += clock.n
        elif clock.period is Period.NOW:
            word = labels[clock.agency, clock.measure][clock.category]
            fates[*key, word, clock.basis, clock.standing] += clock.n
    return (
        tuple(sorted(Count(*key, n) for key, n in sums.items())),
        tuple(sorted(ClockCount(*key, n) for key, n in fates.items())),
    )


def _labels(found: Mapping[str, int], every: Iterable[str], k: int) -> dict[str, str]:
    """What each unit or service is shown as."""
    held = {name: found.get(name, 0) for name in sorted({*found, *every})}
    groups = merge_small(held, k) if sum(held.values()) >= k else (Group(tuple(held), 0),)
    return {member: _label(group.members) for group in groups for member in group.members}


def _label(members: tuple[str, ...]) -> str:
    """``SPKT``; of several ``Binmas s.d. SPKT (4 digabung)``, short enough for a criterion of a formula."""
    if len(members) == 1:
        return members[0]
    return f"{members[0]} s.d. {members[-1]} ({len(members)} digabung)"
