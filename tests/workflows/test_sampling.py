"""A sample is fixed by its seed and its numbers, by nothing else."""

from __future__ import annotations

import hmac
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workflows.sampling import draw, make_seed

NUMBERS = st.sets(st.integers(1, 9999).map(lambda n: f"SRG-2026-{n:06d}"), min_size=1, max_size=60)
SEED = make_seed(bytes(32), "SRG", date(2026, 1, 1), date(2026, 3, 31))


@given(numbers=NUMBERS, seed=st.binary(min_size=32, max_size=32), count=st.integers(1, 70))
def test_a_sample_is_a_part_of_the_numbers_in_an_order_that_the_seed_fixes(
    numbers: set[str], seed: bytes, count: int
) -> None:
    found = draw(numbers, seed, count)
    assert len(found) == min(count, len(numbers))
    assert set(found) <= numbers
    assert found == draw(sorted(numbers, reverse=True), seed, count)
    assert found == draw(numbers, seed, 1000)[:count]


@given(numbers=NUMBERS, count=st.integers(1, 70))
def test_it_can_be_drawn_again_by_hand(numbers: set[str], count: int) -> None:
    by_hand = sorted(numbers, key=lambda number: hmac.new(SEED, number.encode(), "sha256").hexdigest())
    assert list(draw(numbers, SEED, count)) == by_hand[:count]


def test_one_more_case_moves_nobody_but_makes_room_for_itself() -> None:
    numbers = [f"SRG-2026-{n:06d}" for n in range(1, 101)]
    before, after = draw(numbers, SEED, 100), draw([*numbers, "SRG-2026-000777"], SEED, 101)
    assert [number for number in after if number != "SRG-2026-000777"] == list(before)


def test_each_part_of_what_a_sample_is_about_changes_its_seed() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    seeds = {
        SEED,
        make_seed(bytes(31) + b"\x01", "SRG", first, last),
        make_seed(bytes(32), "CLG", first, last),
        make_seed(bytes(32), "SRG", date(2026, 1, 2), last),
        make_seed(bytes(32), "SRG", first, date(2026, 3, 30)),
    }
    assert len(seeds) == 5
    assert all(len(seed) == 32 for seed in seeds)
