"""Somebody who knows every published figure and asks what the hidden ones may be.

Written from the equations alone: runs add up, leaves add up, periods are apart. Within a period that leaves a
transportation problem, whose extremes are maximum flows; so the ranges are exact, not estimates.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

Base = tuple[int, str, str]
"""Month (position), category, service."""


def maximum_flow(supply: Sequence[int], demand: Sequence[int], edges: set[tuple[int, int]]) -> int:
    """Most that can go from suppliers to takers along the edges."""
    rest_supply, rest_demand = list(supply), list(demand)
    flow: dict[tuple[int, int], int] = dict.fromkeys(edges, 0)
    total = 0
    while path := _augmenting(rest_supply, rest_demand, edges, flow):
        steps = list(itertools.pairwise(path))
        back = [flow[(taker, giver)] for giver, taker in _backward(steps)]
        amount = min([rest_supply[path[0][1]], rest_demand[path[-1][1]], *back])
        for (kind, a), (_, b) in steps:
            if kind == "s":
                flow[(a, b)] += amount
            else:
                flow[(b, a)] -= amount
        rest_supply[path[0][1]] -= amount
        rest_demand[path[-1][1]] -= amount
        total += amount
    return total


Node = tuple[str, int]


def _backward(steps: Iterable[tuple[Node, Node]]) -> list[tuple[int, int]]:
    return [(a, b) for (kind, a), (_, b) in steps if kind == "d"]


def _augmenting(
    supply: Sequence[int],
    demand: Sequence[int],
    edges: set[tuple[int, int]],
    flow: Mapping[tuple[int, int], int],
) -> list[Node] | None:
    came: dict[Node, Node | None] = {("s", i): None for i, n in enumerate(supply) if n > 0}
    queue = list(came)
    for node in queue:
        kind, at = node
        if kind == "d" and demand[at] > 0:
            path: list[Node] = [node]
            while (before := came[path[-1]]) is not None:
                path.append(before)
            return path[::-1]
        around = (
            [("d", b) for a, b in edges if a == at]
            if kind == "s"
            else [("s", a) for a, b in edges if b == at and flow[(a, b)] > 0]
        )
        for other in around:
            if other not in came:
                came[other] = node
                queue.append(other)
    return None


def attack(
    wanted: set[Base],
    runs: Sequence[tuple[range, int]],
    periods: Sequence[range],
    leaves: Sequence[tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]],
) -> tuple[int, int]:
    """Least and greatest that the cells `wanted` may hold together, given everything that is published.

    :param runs: months of each published run, and its count
    :param periods: months of each period
    :param leaves: categories, services, count in each period
    """
    least = greatest = 0
    for number, period in enumerate(periods):
        own = [(months, n) for months, n in runs if months.start in period]
        supply = [n for _months, n in own]
        demand = [counts[number] for _c, _s, counts in leaves]
        assert sum(supply) == sum(demand)
        touched, whole = set(), set()
        for i, (months, _n) in enumerate(own):
            for j, (categories, services, _counts) in enumerate(leaves):
                base = {(m, c, s) for m in months for c in categories for s in services}
                if base & wanted:
                    touched.add((i, j))
                if base <= wanted:
                    whole.add((i, j))
        every = {(i, j) for i in range(len(supply)) for j in range(len(demand))}
        greatest += maximum_flow(supply, demand, touched)
        least += sum(supply) - maximum_flow(supply, demand, every - whole)
    return least, greatest
