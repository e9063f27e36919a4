"""The two tests against known values, for false alarms, and for what they must find."""

from __future__ import annotations

import random

import pytest

from tests.support.two_samples import (
    are_told_apart,
    kolmogorov_limit,
    kolmogorov_smirnov_distance,
    mann_whitney_z,
    normal_quantile,
)


def test_known_values() -> None:
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-5)
    assert kolmogorov_smirnov_distance([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5
    assert kolmogorov_limit(300, 300) == pytest.approx(0.2017, abs=1e-4)
    # U is 15 where 12.5 is the mean; ties of three and of two narrow the variance.
    ties = (3**3 - 3) + (2**3 - 2)
    deviation = (25 / 12 * (11 - ties / 90)) ** 0.5
    assert mann_whitney_z([1, 4, 4, 7, 9], [2, 3, 4, 6, 6]) == pytest.approx(2.5 / deviation)
    assert mann_whitney_z([5, 5], [5, 5]) == 0


def test_one_distribution_raises_no_alarm() -> None:
    chance = random.Random(3)
    for _round in range(300):
        one, other = ([chance.lognormvariate(1, 0.6) for _ in range(120)] for _ in range(2))
        assert not are_told_apart(one, other)


@pytest.mark.parametrize("change", ["later", "wider", "sometimes"])
def test_a_difference_is_found(change: str) -> None:
    chance = random.Random(5)
    one = [chance.gauss(10, 1) for _ in range(300)]
    other = {
        "later": [chance.gauss(10.5, 1) for _ in range(300)],
        "wider": [chance.gauss(10, 3) for _ in range(300)],
        "sometimes": [chance.gauss(20 if at % 3 == 0 else 10, 1) for at in range(300)],
    }[change]
    assert are_told_apart(one, other)
