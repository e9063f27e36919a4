"""Whether two samples can be told apart: two rank tests, so that a single slow answer weighs little.

Mann-Whitney's U finds that one sample tends to lie above the other; the distance of Kolmogorov and Smirnov
finds any difference of shape. Thresholds are for samples of a hundred values or more, where both limits hold.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

FALSE_ALARM = 1e-5
"""Chance of each of the two tests to tell samples of one distribution apart."""


def are_told_apart(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether either test says that the samples come of different distributions.

    Of samples of one distribution this is true once in 50,000 times at most.
    """
    return abs(mann_whitney_z(one, other)) > normal_quantile(1 - FALSE_ALARM / 2) or (
        kolmogorov_smirnov_distance(one, other) > kolmogorov_limit(len(one), len(other))
    )


def mann_whitney_z(one: Sequence[float], other: Sequence[float]) -> float:
    """U in standard deviations from what samples of one distribution give; positive where `one` lies higher.

    Ties count half and narrow the deviation.
    """
    first, second = len(one), len(other)
    ordered = sorted(other)
    u = sum((bisect.bisect_left(ordered, x) + bisect.bisect_right(ordered, x)) / 2 for x in one)
    total = first + second
    everything = sorted([*one, *other])
    ties = 0.0
    start = 0
    while start < total:
        end = bisect.bisect_right(everything, everything[start])
        ties += (end - start) ** 3 - (end - start)
        start = end
    variance = first * second / 12 * (total + 1 - ties / (total * (total - 1)))
    return 0.0 if variance == 0 else (u - first * second / 2) / math.sqrt(variance)


def kolmogorov_smirnov_distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Largest distance between the two empirical distributions, from 0 to 1."""
    first, second = sorted(one), sorted(other)
    return max(
        abs(bisect.bisect_right(first, x) / len(first) - bisect.bisect_right(second, x) / len(second))
        for x in (*first, *second)
    )


def kolmogorov_limit(first: int, second: int) -> float:
    """The distance that samples of these sizes and one distribution pass with the chance `FALSE_ALARM`."""
    return math.sqrt(-math.log(FALSE_ALARM / 2) / 2 * (first + second) / (first * second))


def normal_quantile(chance: float) -> float:
    """The standard normal value below which `chance` of all values lie, by halving."""
    low, high = -10.0, 10.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if math.erfc(-middle / math.sqrt(2)) / 2 < chance else (low, middle)
    return low
