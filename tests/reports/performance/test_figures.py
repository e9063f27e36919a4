"""Quantiles, shares, and findings by their rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reports.performance.findings import answer, find, percent
from reports.performance.measures import Figures, quantile
from reports.performance.rows import (
    Basis,
    ClockCount,
    Count,
    Fact,
    Measure,
    PerformanceInput,
    Period,
    Standing,
    before,
)
from tests.reports.performance.samples import sample


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80), st.sampled_from((50, 90)))
def test_a_quantile_is_the_nearest_rank(days: list[int], wanted: int) -> None:
    ordered = sorted(days)
    expected = next(v for at, v in enumerate(ordered, 1) if at * 100 >= wanted * len(ordered))
    assert quantile(Counter(days).items(), wanted) == expected


def test_nothing_has_no_quantile() -> None:
    assert quantile([], 50) is None


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    given_input = sample()
    first, last = before(given_input.first, given_input.last)
    assert (last - first) == (given_input.last - given_input.first)
    assert (given_input.first - last).days == 1


def _one(clocks: dict[Standing, int], *counts: Count) -> PerformanceInput:
    rows = [
        ClockCount(Period.NOW, "S00", measure, word, Basis.LAW, standing, n)
        for measure, word in (
            (Measure.UNIT, "Lantas"),
            (Measure.SERVICE, "SIM"),
            (Measure.CLOCK, "Keputusan"),
        )
        for standing, n in clocks.items()
    ]
    return replace(sample(stations=1), clocks=tuple(sorted(rows)), counts=counts, durations=())


def test_running_and_void_clocks_stand_in_no_share() -> None:
    figures = Figures(_one({Standing.IN_TIME: 3, Standing.LATE: 1, Standing.RUNNING: 50, Standing.VOID: 9}))
    assert figures.clocks().share == 0.75
    assert figures.clocks("S00", measure=Measure.UNIT, category="Lantas").due == 4
    assert figures.clocks("S00", measure=Measure.UNIT, category="Lain").share is None


def test_a_low_share_is_found_and_a_high_one_is_not() -> None:
    low = find(Figures(_one({Standing.IN_TIME: 7, Standing.OVERDUE: 3})))
    assert [one.about for one in low] == ["Semua satuan", "Polres S00"]
    assert "70,0 %" in low[1].text
    assert find(Figures(_one({Standing.IN_TIME: 10}))) == ()
    assert find(Figures(_one({Standing.IN_TIME: 1, Standing.LATE: 8}))) == ()


def test_a_pattern_is_held_against_its_own_base() -> None:
    base = Count(Period.NOW, "S00", Measure.FACT, Fact.DECIDED_APART.value, 30)
    own = Count(Period.NOW, "S00", Measure.FACT, Fact.OWN_UNIT.value, 3)
    (found,) = find(Figures(_one({}, base, own)))
    assert "(10,0 % dari 30 putusan yang harus diambil unit lain bila unitnya diadukan)" in found.text
    assert find(Figures(_one({}, replace(base, n=31), own))) == ()


def test_growth_is_of_the_share_not_of_the_number() -> None:
    def counts(whole: int, word: int, period: Period) -> tuple[Count, Count]:
        return (
            Count(period, "S00", Measure.TOTAL, "", whole),
            Count(period, "S00", Measure.TYPE, "Penundaan", word),
        )

    grown = _one({}, *counts(100, 30, Period.NOW), *counts(100, 20, Period.BEFORE))
    assert [one.text for one in find(Figures(grown))] == [
        "Penundaan naik dari 20,0 % menjadi 30,0 % pengaduan."
    ]
    assert find(Figures(_one({}, *counts(300, 60, Period.NOW), *counts(100, 20, Period.BEFORE)))) == ()


def test_the_answer_of_an_empty_report_says_so() -> None:
    received, timely, gravest = answer(Figures(sample(stations=0)))
    assert received.startswith("0 satuan menerima 0 pengaduan")
    assert (timely, gravest[:17]) == ("Belum ada tenggat hukum yang jatuh.", "Tidak ada temuan ")
    assert percent(None) == "–"
