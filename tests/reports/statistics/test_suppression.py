"""Nobody can be recognised: attacks on the published figures with all that follows from them."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.suppression import (
    Cell,
    Group,
    Leaf,
    Share,
    close_runs,
    join_groups,
    merge_small,
    share_of,
    show,
)
from tests.reports.statistics.attacker import Base, attack, maximum_flow

K = 5
CATEGORIES = ("a", "b", "c")
SERVICES = ("spkt", "skck", "sim", "none")
CELLS = list(product(CATEGORIES, SERVICES))

few = st.integers(0, 4)
some = st.integers(0, 12)
many = st.integers(4, 60)
months = st.lists(
    st.fixed_dictionaries(dict.fromkeys(CELLS, few | some | many))
    | st.dictionaries(st.sampled_from(CELLS), some),
    min_size=1,
    max_size=6,
)


def _as_runs(counts: list[dict[Cell, int]]) -> tuple[list[range], list[dict[Cell, int]]]:
    """Runs of months, and the counts of each."""
    runs = list(close_runs([sum(month.values()) for month in counts], K))
    units: list[dict[Cell, int]] = []
    for run in runs:
        unit: dict[Cell, int] = defaultdict(int)
        for at in run:
            for cell, n in counts[at].items():
                unit[cell] += n
        units.append(unit)
    return runs, units


def _groups(units: list[dict[Cell, int]]) -> tuple[tuple[str, ...], ...]:
    held = {one: sum(n for unit in units for (_c, s), n in unit.items() if s == one) for one in SERVICES}
    return join_groups([(one,) for one in SERVICES], held, K)


@settings(max_examples=100, deadline=None)
@given(months, st.data())
def test_whatever_is_asked_is_shown_and_large_or_can_not_be_told(
    counts: list[dict[Cell, int]], data: st.DataObject
) -> None:
    """All equations of all tables of a half-year against any box of cells: a cell, a margin, a difference."""
    runs, units = _as_runs(counts)
    shown = show(units, categories=CATEGORIES, service_groups=_groups(units), k=K)
    if shown is None:
        assert sum(sum(month.values()) for month in counts) < K * (len(counts) + 1)
        return
    published = [(run, sum(unit.values())) for run, unit in zip(runs, units, strict=True)]
    periods = [range(runs[p.start].start, runs[p.stop - 1].stop) for p in shown.periods]
    leaves = [(leaf.categories, leaf.services, leaf.counts) for leaf in shown.leaves]
    assert all(n >= K for leaf in shown.leaves for n in leaf.counts)
    covered = range(runs[-1].stop)
    boxes = [{(m, c, s)} for m in covered for c, s in CELLS]
    for _ in range(8):
        box = [
            data.draw(st.sets(st.sampled_from(x), min_size=1)) for x in (list(covered), CATEGORIES, SERVICES)
        ]
        boxes.append(set(product(*box)))
    for wanted in boxes:
        least, greatest = attack(wanted, published, periods, leaves)
        truth = sum(counts[m].get((c, s), 0) for m, c, s in wanted)
        assert least <= truth <= greatest
        if least == greatest:
            assert truth >= K
        else:
            assert greatest - least >= K


def test_the_attacker_finds_what_a_careless_table_gives_away() -> None:
    """One small cell blanked in a table with its totals: the attacker fills it in."""
    wanted: set[Base] = {(0, "a", "sim")}
    careless = [(("a",), ("spkt",), (20,)), (("a",), ("sim",), (2,))]
    assert attack(wanted, [(range(1), 22)], [range(1)], careless) == (2, 2)
    assert attack(wanted, [(range(1), 22)], [range(1)], [(("a",), ("spkt", "sim"), (22,))]) == (0, 22)


def test_the_flow_is_the_greatest() -> None:
    assert maximum_flow([3, 4], [5, 2], {(0, 0), (1, 0), (1, 1)}) == 7
    assert maximum_flow([3, 4], [5, 2], {(0, 0), (0, 1)}) == 3
    assert maximum_flow([1, 1], [1, 1], {(0, 0), (0, 1), (1, 0)}) == 2


@settings(deadline=None)
@given(st.lists(few | some, max_size=24), few | some)
def test_a_later_month_changes_no_run_that_stands(counts: list[int], later: int) -> None:
    """Two loads of the page can't be subtracted: the second says what the first said, and whole runs more."""
    before = close_runs(counts, K)
    after = close_runs([*counts, later], K)
    assert after[: len(before)] == before
    assert len(after) <= len(before) + 1
    for run in after:
        assert sum([*counts, later][at] for at in run) >= K
    rest = counts[before[-1].stop :] if before else counts
    assert sum(rest) < K


@settings(deadline=None)
@given(months)
def test_totals_add_up_exactly(counts: list[dict[Cell, int]]) -> None:
    runs, units = _as_runs(counts)
    shown = show(units, categories=CATEGORIES, service_groups=_groups(units), k=K)
    if shown is None:
        return
    assert shown.n == sum(sum(unit.values()) for unit in units)
    covered = [cell for leaf in shown.leaves for cell in product(leaf.categories, leaf.services)]
    assert sorted(covered) == sorted(CELLS), "every cell stands in one leaf"
    assert [at for period in shown.periods for at in period] == list(range(len(runs)))


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ({"a": 9, "b": 7}, [(("a",), 9), (("b",), 7)]),
        ({"a": 9, "b": 4, "c": 3}, [(("a",), 9), (("b", "c"), 7)]),
        ({"a": 3, "b": 6, "c": 7}, [(("a", "b"), 9), (("c",), 7)]),
        ({"a": 9, "b": 6, "c": 0}, [(("a",), 9), (("b", "c"), 6)]),
        ({"a": 5, "b": 0, "c": 0}, [(("a", "b", "c"), 5)]),
        ({"a": 2, "b": 2, "c": 2}, [(("a", "b", "c"), 6)]),
    ],
)
def test_small_members_are_joined(counts: dict[str, int], groups: list[tuple[tuple[str, ...], int]]) -> None:
    assert merge_small(counts, K) == tuple(Group(members, n) for members, n in groups)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_who_knows_the_method_still_sees_k_possible_counts(size: int) -> None:
    """Every table up to 13 events: of those that look alike, a joined member takes at least ``k`` values."""
    k = 3
    members = "abcd"[:size]
    alike: dict[tuple[Group, ...], list[dict[str, int]]] = defaultdict(list)
    for counts in product(range(10), repeat=size):
        if k <= sum(counts) <= 13:
            table = dict(zip(members, counts, strict=True))
            alike[merge_small(table, k)].append(table)
    for groups, tables in alike.items():
        if sum(group.n for group in groups) > 9:
            continue  # the range of the tables cuts off some that look alike
        for group in groups:
            if len(group.members) > 1:
                for member in group.members:
                    assert len({table[member] for table in tables}) >= k, (groups, member)


def test_who_knows_how_runs_close_still_sees_k_possible_months() -> None:
    k = 3
    alike: dict[tuple[tuple[range, int], ...], set[tuple[int, ...]]] = defaultdict(set)
    for counts in product(range(9), repeat=4):
        runs = close_runs(counts, k)
        alike[tuple((run, sum(counts[at] for at in run)) for run in runs)].add(counts)
    for published, tables in alike.items():
        for run, n in published:
            if len(run) > 1 and n <= 8:
                for at in run:
                    assert len({counts[at] for counts in tables}) >= k


@pytest.mark.parametrize(
    ("in_time", "late", "share"),
    [
        (60, 7, Share(60, 60, 67)),
        (90, 2, Share(88, 92, 92)),
        (92, 0, Share(88, 92, 92)),
        (3, 20, Share(0, 4, 23)),
        (6, 1, Share(0, 7, 7)),
        (5, 4, Share(5, 9, 9)),
    ],
)
def test_shares_are_exact_or_a_range(in_time: int, late: int, share: Share) -> None:
    assert share_of(in_time, late, K) == share


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_range_says_the_truth_and_holds_k_counts_that_look_alike(first: int, second: int) -> None:
    share = share_of(first, second, K)
    assert share.least <= first <= share.most
    if share.least < share.most and share.n >= K - 1:
        alike = [one for one in range(share.n + 1) if share_of(one, share.n - one, K) == share]
        assert len(alike) >= K


cases = st.dictionaries(
    st.tuples(st.sampled_from(SERVICES), st.sampled_from(CATEGORIES), st.sampled_from(("in_time", "late"))),
    few | some | many,
)


@settings(max_examples=100, deadline=None)
@given(cases)
def test_two_tables_of_the_same_cases_can_not_be_put_together(
    counts: dict[tuple[str, str, str], int],
) -> None:
    """Outcome and timeliness of the very same cases, both by service: what both share can't be told."""
    outcomes: dict[Cell, int] = defaultdict(int)
    clocks: dict[Cell, int] = defaultdict(int)
    for (service, outcome, timeliness), n in counts.items():
        outcomes[(outcome, service)] += n
        clocks[(timeliness, service)] += n
    groups = _groups([outcomes])
    first = show([outcomes], categories=CATEGORIES, service_groups=groups, k=K)
    second = show([clocks], categories=("in_time", "late"), service_groups=groups, k=K)
    if first is None or second is None:
        return
    split = {len({leaf.services for leaf in shown.leaves}) > 1 for shown in (first, second)}
    wholes = [set(group) for group in groups] if split == {True} else [set(SERVICES)]
    for whole in wholes:
        rows = [leaf for leaf in first.leaves if set(leaf.services) <= whole]
        columns = [leaf for leaf in second.leaves if set(leaf.services) <= whole]
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                least, greatest = _shared(rows, columns, (i, j))
                assert greatest - least >= K or (least == greatest and least in (0, row.n, column.n))
                if least == greatest:
                    assert min(len(rows), len(columns)) == 1


def _shared(rows: list[Leaf], columns: list[Leaf], wanted: tuple[int, int]) -> tuple[int, int]:
    supply, demand = [row.n for row in rows], [column.n for column in columns]
    edges = {(i, j) for i in range(len(rows)) for j in range(len(columns))}
    most = maximum_flow(supply, demand, {wanted})
    return sum(supply) - maximum_flow(supply, demand, edges - {wanted}), most
