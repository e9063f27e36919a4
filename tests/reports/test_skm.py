"""The satisfaction index: the formula of the law data, in exact numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law import get_law
from reports.skm import SkmResult, Tally, add, grade_of, measure, round_half_up

CODES = tuple(get_law().skm.elements)
GRADES = get_law().skm.conversion_table
Marks = list[list[int | None]]

mark = st.one_of(st.none(), st.integers(1, 4))
answers = st.lists(st.lists(mark, min_size=9, max_size=9), min_size=1, max_size=40)
full_answers = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=40)


def tallied(rows: Sequence[Sequence[int | None]]) -> tuple[Tally, ...]:
    columns = [[row[at] for row in rows] for at in range(9)]
    return tuple(
        Tally(code, sum(one is not None for one in column), sum(one or 0 for one in column))
        for code, column in zip(CODES, columns, strict=True)
    )


def index_of(rows: Sequence[Sequence[int | None]], **options: bool) -> SkmResult:
    return measure(tallied(rows), GRADES, respondents=len(rows), **options)


def test_the_law_has_nine_elements() -> None:
    assert len(CODES) == 9
    assert {grade.grade for grade in GRADES.values()} == {"A", "B", "C", "D"}


def test_a_worked_example() -> None:
    """Ten people: eight marks of 3 and two of 4 on each element."""
    result = index_of([[3] * 9] * 8 + [[4] * 9] * 2)
    assert result.index == Fraction(32, 10)
    assert (result.ikm, result.grade and result.grade.grade) == (Decimal("80.00"), "B")
    assert result.elements[0].nrr == Fraction(32, 10)
    assert result.elements[0].weighted == Fraction(32, 90)


def test_with_the_rounded_weight_the_index_is_about_one_per_cent_lower() -> None:
    exact, rounded = index_of([[3] * 9]), index_of([[3] * 9], rounded_weight=True)
    assert (exact.ikm, rounded.ikm) == (Decimal("75.00"), Decimal("74.25"))
    assert rounded.weight == Fraction(11, 100)


@given(answers)
def test_the_index_lies_between_25_and_100(rows: Marks) -> None:
    result = index_of(rows)
    if all(one is None for row in rows for one in row):
        assert (result.index, result.ikm, result.grade) == (None, None, None)
    else:
        assert result.ikm is not None
        assert 25 <= result.ikm <= 100


@given(full_answers)
def test_it_equals_the_plain_average_where_all_answer_everything(rows: list[list[int]]) -> None:
    average = Fraction(sum(map(sum, rows)), 9 * len(rows))
    assert index_of(rows).index == average


@given(answers, st.randoms())
def test_the_order_of_answers_does_not_matter(rows: Marks, rng: random.Random) -> None:
    shuffled = rows[:]
    rng.shuffle(shuffled)
    assert index_of(shuffled) == index_of(rows)


@given(full_answers, st.data())
def test_a_better_mark_never_lowers_the_index(rows: list[list[int]], data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 8))
    better = [one[:] for one in rows]
    better[row][column] = min(4, better[row][column] + 1)
    before, after = index_of(rows), index_of(better)
    assert after.index is not None
    assert before.index is not None
    assert after.index >= before.index


@given(answers, answers)
def test_two_groups_add_up(first: Marks, second: Marks) -> None:
    assert add(tallied(first), tallied(second)) == tallied(first + second)


@given(answers)
def test_an_element_is_averaged_over_those_who_marked_it(rows: Marks) -> None:
    for at, element in enumerate(index_of(rows).elements):
        given_marks = [row[at] for row in rows if row[at] is not None]
        assert element.answered == len(given_marks)
        expected = Fraction(sum(one or 0 for one in given_marks), len(given_marks)) if given_marks else None
        assert element.nrr == expected


def test_an_element_that_nobody_marked_is_left_out_and_said() -> None:
    result = index_of([[4, 4, 4, None, 4, 4, 4, 4, 4], [2, 2, 2, None, 2, 2, 2, 2, 2]])
    assert result.is_partial
    assert result.weight == Fraction(1, 8)
    assert result.ikm == Decimal("75.00")
    assert not index_of([[3] * 9]).is_partial


@pytest.mark.parametrize(
    ("ikm", "grade"),
    [
        ("25.00", "D"),
        ("64.99", "D"),
        ("65.00", "C"),
        ("76.60", "C"),
        ("76.61", "B"),
        ("88.30", "B"),
        ("88.31", "A"),
        ("100.00", "A"),
        ("24.75", "D"),
    ],
)
def test_grades_change_where_the_table_says(ikm: str, grade: str) -> None:
    assert grade_of(Decimal(ikm), GRADES.values()).grade == grade


def test_nothing_is_above_the_table() -> None:
    with pytest.raises(ValueError, match="above"):
        grade_of(Decimal("100.01"), GRADES.values())


@given(st.integers(2500, 10_000))
def test_every_rounded_index_has_a_grade(cents: int) -> None:
    assert grade_of(Decimal(cents) / 100, GRADES.values()).grade in "ABCD"


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_is_to_the_nearest_half_up(value: Fraction) -> None:
    distance = Fraction(round_half_up(value)) - value
    assert Fraction(-1, 200) < distance <= Fraction(1, 200)


@pytest.mark.parametrize(("answered", "total"), [(1, 0), (1, 5), (0, 1), (2, 9)])
def test_marks_that_cannot_be_are_refused(answered: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot add up"):
        Tally("time", answered, total)
