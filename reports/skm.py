"""The satisfaction index (SKM) by the formula of PermenPANRB 14/2017, as the law data has it.

Exact fractions throughout; only the index that is published is rounded, to two places, and graded after that.
An element is averaged over those who marked it. An element that nobody marked (a fee, where the service is
free) has no average: the weight is then one over the elements that have one, and the result says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from workflows.law.surveys import SurveyGrade

CONVERSION = 25
"""The index of 1 to 4 times this is the IKM of 25 to 100."""
LOWEST, HIGHEST = 1, 4
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was marked on one element.

    :ivar code: of the element in the law data
    :ivar answered: how many marked it
    :ivar total: sum of their marks
    """

    code: str
    answered: int
    total: int

    def __post_init__(self) -> None:
        if not LOWEST * self.answered <= self.total <= HIGHEST * self.answered:
            raise ValueError(f"{self.code}: {self.answered} marks cannot add up to {self.total}")


@dataclass(frozen=True, slots=True)
class ElementResult:
    """One element.

    :ivar nrr: average mark (nilai rata-rata); None where nobody marked it
    :ivar weighted: average times weight
    """

    code: str
    answered: int
    nrr: Fraction | None
    weighted: Fraction | None


@dataclass(frozen=True, slots=True)
class SkmResult:
    """An index with its parts.

    :ivar respondents: how many answered at all
    :ivar weight: of each element
    :ivar index: 1 to 4 (nilai interval); None without a mark
    :ivar ikm: 25 to 100, two places (nilai interval konversi)
    :ivar grade: A to D, by the conversion table
    :ivar is_partial: some element has no mark
    """

    respondents: int
    elements: tuple[ElementResult, ...]
    weight: Fraction
    index: Fraction | None
    ikm: Decimal | None
    grade: SurveyGrade | None

    @property
    def is_partial(self) -> bool:
        """Some element has no mark, so the index rests on the others."""
        return any(element.nrr is None for element in self.elements)


def measure(
    tallies: Sequence[Tally],
    grades: Mapping[str, SurveyGrade],
    *,
    respondents: int,
    rounded_weight: bool = False,
) -> SkmResult:
    """The index of some tallies, one for each element.

    :param rounded_weight: take the weight at two places (0.11 for nine elements), as some agencies do; their
        index is about one per cent lower
    """
    known = [tally for tally in tallies if tally.answered]
    weight = Fraction(1, len(known) or len(tallies) or 1)
    if rounded_weight:
        weight = Fraction(round_half_up(weight))
    elements = tuple(_element(tally, weight) for tally in tallies)
    parts = [element.weighted for element in elements if element.weighted is not None]
    index = sum(parts, Fraction(0)) if parts else None
    ikm = round_half_up(index * CONVERSION) if index is not None else None
    return SkmResult(
        respondents=respondents,
        elements=elements,
        weight=weight,
        index=index,
        ikm=ikm,
        grade=grade_of(ikm, grades.values()) if ikm is not None else None,
    )


def grade_of(ikm: Decimal, grades: Iterable[SurveyGrade]) -> SurveyGrade:
    """The grade of a rounded IKM; below the table (with the rounded weight) the lowest.

    :raises ValueError: above the table
    """
    table = sorted(grades, key=lambda grade: grade.ikm_min)
    for grade in reversed(table):
        if ikm > Decimal(str(grade.ikm_max)):
            break
        if ikm >= Decimal(str(grade.ikm_min)):
            return grade
    else:
        return table[0]
    raise ValueError(f"an IKM of {ikm} is above the conversion table")


def add(first: Sequence[Tally], second: Sequence[Tally]) -> tuple[Tally, ...]:
    """Tallies of two groups as one; both list the same elements in the same order."""
    return tuple(
        Tally(one.code, one.answered + other.answered, one.total + other.total)
        for one, other in zip(first, second, strict=True)
    )


def round_half_up(value: Fraction) -> Decimal:
    """Two places, halves away from zero, as a person does; exact, since the value is a fraction.

    >>> round_half_up(Fraction(5, 1000))
    Decimal('0.01')
    """
    cents = (value * 100 * 2 + 1) // 2
    return (Decimal(int(cents)) * _CENT).quantize(_CENT, rounding=ROUND_HALF_UP)


def _element(tally: Tally, weight: Fraction) -> ElementResult:
    nrr = Fraction(tally.total, tally.answered) if tally.answered else None
    return ElementResult(tally.code, tally.answered, nrr, nrr * weight if nrr is not None else None)
