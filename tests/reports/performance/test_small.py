"""Small units are joined: no row below the threshold, nothing lost, no cell told twice at once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reports.performance.rows import Basis, ClockCount, Count, Measure, Period, Standing
from reports.performance.small import join_small

UNITS = ("Binmas", "Intelkam", "Lantas", "Reskrim", "SPKT", "Siwas")
EVERY = {("SRG", Measure.UNIT): UNITS}
PLACES = st.dictionaries(st.sampled_from(UNITS), st.integers(1, 12), min_size=1)


def counted(period: Period, held: dict[str, int]) -> list[Count]:
    return [Count(period, "SRG", Measure.UNIT, name, n) for name, n in held.items()]


@given(PLACES, PLACES, st.integers(2, 9))
def test_each_row_holds_the_threshold_and_all_rows_hold_all(
    now: dict[str, int], before: dict[str, int], k: int
) -> None:
    rows = counted(Period.NOW, now) + counted(Period.BEFORE, before)
    shown, _ = join_small(rows, (), EVERY, {"SRG": k})
    assert {row.period for row in shown} == {Period.NOW}
    assert sum(row.n for row in shown) == sum(now.values())
    assert len(shown) == 1 or all(row.n >= k for row in shown)
    assert all(len(row.category) < 256 for row in shown)


def test_neighbours_are_joined_and_the_empty_ones_with_them() -> None:
    held = {"Binmas": 1, "Lantas": 5, "SPKT": 6, "Siwas": 2}
    shown, _ = join_small(counted(Period.NOW, held), (), EVERY, {"SRG": 5})
    assert [(row.category, row.n) for row in shown] == [
        ("Binmas s.d. Lantas (3 digabung)", 6),
        ("Reskrim s.d. Siwas (3 digabung)", 8),
    ]


def test_clocks_follow_their_units_and_duties_stay_as_they_are() -> None:
    def clocks(measure: Measure, words: tuple[str, ...], period: Period) -> list[ClockCount]:
        return [ClockCount(period, "SRG", measure, word, Basis.LAW, Standing.LATE, 3) for word in words]

    given_clocks = [
        row
        for period in Period
        for row in (
            *clocks(Measure.UNIT, ("Binmas", "Lantas"), period),
            *clocks(Measure.CLOCK, ("Keputusan", "Tanda terima"), period),
        )
    ]
    held = counted(Period.NOW, {"Binmas": 1, "Lantas": 1})
    _, shown = join_small(held, given_clocks, EVERY, {"SRG": 5})
    told = Counter({(row.period, row.category): row.n for row in shown})
    assert told == {
        (Period.NOW, "Binmas s.d. Siwas (6 digabung)"): 6,
        **{(period, word): 3 for period in Period for word in ("Keputusan", "Tanda terima")},
    }
